"""`sam build`, skipped when its inputs are what they were."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import yaml

from local.environment import client_environment
from local.localise import holds_own_source
from local.processes import LocalStackError, exclusive, tail
from local.settings import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from local.settings import Settings

# The CodeUri of every function in the template, and the ContentUri of the layer that holds our own code.
FUNCTIONS = "functions"
SHARED = "shared"
# A build takes a minute; who asks for one beside it wants the same and waits.
_BUILD_SECONDS = 600


def build(settings: Settings) -> bool:
    """Builds the functions and layers into `settings.build`. False when they were up to date.

    When only Python sources changed, they are copied as sam would: sam itself copies every third-party package again.
    Raises LocalStackError, with sam's own last words, when the build fails.
    """
    template = settings.repository / "template.yaml"
    if not template.exists():
        raise LocalStackError(f"There is no template at {template}.")
    with exclusive(settings.home / "build.lock", "Another build is running", wait_seconds=_BUILD_SECONDS):
        stamp = settings.home / "build.json"
        wanted = {
            "architecture": settings.architecture,
            "packages": digest(
                [template, REPOSITORY / "local" / "sam.lock", *files_in(settings.repository / "layers")]
            ),
            "sources": digest(files_in(settings.repository / FUNCTIONS) + files_in(settings.repository / SHARED)),
        }
        built = json.loads(stamp.read_text()) if stamp.exists() and settings.build.exists() else {}
        if built == wanted:
            return False
        # Should the build die half-way, the next one starts from nothing.
        stamp.unlink(missing_ok=True)
        if {**built, "sources": ""} == {**wanted, "sources": ""}:
            _copy_sources(settings)
        else:
            run_sam(
                settings,
                "build",
                *("--template", str(template), "--build-dir", str(settings.build)),
                *("--cached", "--parallel", "--cache-dir", str(settings.home / "sam-cache")),
                *("--parameter-overrides", *overrides({"Architecture": settings.architecture})),
            )
        stamp.write_text(json.dumps(wanted))
    return True


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]


def digest(files: Iterable[Path]) -> str:
    """One hash over the names and contents of `files`."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _copy_sources(settings: Settings) -> None:
    template = yaml.safe_load((settings.build / "template.yaml").read_text())
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function" and "CodeUri" in properties:
            _replace(settings.repository / FUNCTIONS, settings.build / properties["CodeUri"])
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            layer = settings.build / properties["ContentUri"] / "python"
            if holds_own_source(layer):
                _replace(settings.repository / SHARED, layer)


def _replace(source: Path, target: Path) -> None:
    shutil.rmtree(target)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def overrides(values: dict[str, str]) -> list[str]:
    return [f'ParameterKey={name},ParameterValue="{value}"' for name, value in values.items()]


def run_sam(settings: Settings, command: str, *arguments: str) -> None:
    """Runs one sam command against the emulator, never a real account; its output goes to the log of that name."""
    # An empty configuration of its own: the project's samconfig.toml is for deployments to AWS.
    config = settings.home / "samconfig.toml"
    config.write_text("version = 0.1\n")
    settings.logs.mkdir(parents=True, exist_ok=True)
    log = settings.logs / f"sam-{command}.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [str(settings.python("sam").parent / "sam"), command, "--config-file", str(config), *arguments],
            cwd=settings.repository,
            env=client_environment(settings, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise LocalStackError(f"sam {command} failed. Its log is {log}.\n{tail(log, 25)}")
