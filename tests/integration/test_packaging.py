"""What `sam build` packed: small enough for Lambda, and free of what a function does not need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cloudformation import functions
from tests.integration.conftest import RunningStack

MAX_UNZIPPED_MIB = 240
MAX_EXAMINING_MIB = 60  # what opens uploads carries the image and PDF libraries
MAX_API_MIB = 40


def size_mib(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc") / 2**20


@pytest.fixture(scope="module")
def built(stack: RunningStack) -> dict[str, Any]:
    """The resources of the built template; paths in it lie beside it."""
    loaded: dict[str, Any] = yaml.safe_load((stack.settings.build / "template.yaml").read_text())
    return {name: resource.get("Properties", {}) for name, resource in loaded["Resources"].items()}


def bound_mib(layers: set[str]) -> int:
    if layers & {"AgentLayer", "DocumentsLayer"}:
        return MAX_UNZIPPED_MIB
    return MAX_EXAMINING_MIB if "AssetsLayer" in layers else MAX_API_MIB


@pytest.mark.parametrize("name", functions())
def test_a_function_with_its_layers_fits(stack: RunningStack, built: dict[str, Any], name: str) -> None:
    layers = [layer["Ref"] for layer in built[name]["Layers"]]
    folders = [built[name]["CodeUri"], *(built[layer]["ContentUri"] for layer in layers)]
    total = sum(size_mib(stack.settings.build / folder) for folder in folders)
    assert total <= bound_mib(set(layers)), f"{total:.0f} MiB"
