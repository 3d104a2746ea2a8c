"""`sam build`, skipped when its inputs are what they were."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

from local.environment import client_environment
from local.processes import LocalStackError, exclusive, tail
from local.settings import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from local.settings import Settings

_SOURCES = ("functions", "layers", "shared", "statemachines")


def digest(files: Iterable[Path]) -> str:
    """One hash over the names and contents of `files`."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def source_files(settings: Settings) -> list[Path]:
    """All that `sam build` reads."""
    files = [settings.repository / "template.yaml", REPOSITORY / "local" / "sam.lock"]
    for folder in _SOURCES:
        files += [
            file
            for file in (settings.repository / folder).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        ]
    return [file for file in files if file.exists()]


def build(settings: Settings) -> bool:
    """Builds the functions and layers into `settings.build`. False when they were up to date.

    Raises LocalStackError, with sam's own last words, when the build fails.
    """
    template = settings.repository / "template.yaml"
    if not template.exists():
        raise LocalStackError(f"There is no template at {template}.")
    with exclusive(settings.home / "build.lock", "Another build of this checkout is running"):
        stamp = settings.home / "build.sha256"
        wanted = f"{settings.architecture} {digest(source_files(settings))}"
        if stamp.exists() and stamp.read_text() == wanted and (settings.build / "template.yaml").exists():
            return False
        stamp.unlink(missing_ok=True)
        run_sam(
            settings,
            "build",
            *("--template", str(template), "--build-dir", str(settings.build)),
            *("--cached", "--parallel", "--cache-dir", str(settings.home / "sam-cache")),
            *("--parameter-overrides", *overrides({"Architecture": settings.architecture})),
        )
        stamp.write_text(wanted)
    return True


def overrides(values: dict[str, str]) -> list[str]:
    return [f"ParameterKey={name},ParameterValue={value}" for name, value in values.items()]


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
