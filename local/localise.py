"""Turns what `sam build` made into what the emulator can run faithfully.

MiniStack would run Python handlers in its own interpreter, with its own packages, and report every exception as
`Runtime.HandlerError`, so that no `Retry` or `Catch` by class would ever match. A function therefore becomes a custom
runtime: a small `bootstrap` that runs AWS's own runtime client (awslambdaric) on the handler. Custom runtimes get no
layers from MiniStack, so the bootstrap puts them on the path.
"""

from __future__ import annotations

import copy
import json
import shlex
import shutil
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

Template = dict[str, Any]

# A laptop starts all environments on its few cores: what takes AWS a second may take it twenty when many start at once.
_SLOWER_THAN_AWS = 4
_LONGEST_TIMEOUT_SECONDS = 900

_BOOTSTRAP = """\
#!/bin/sh
cd {task_root} || exit 1
export LAMBDA_TASK_ROOT={task_root} PYTHONPATH={path} AWS_EXECUTION_ENV=AWS_Lambda_python3.13 TZ=:UTC
exec {python} -m awslambdaric "$_HANDLER"
"""


def localise(template: Template, *, build: Path, code: Path, runtime_python: Path) -> Template:
    """The built template for the emulator. Writes `code` anew: the functions, their bootstraps, the definitions.

    Only its bootstrap is deployed as a function's package: it runs the copy in `code`, which hot reload can change.
    Layers that hold the project's own source are copied there too, so that hot reload can change them; layers of
    third-party packages are used where `sam build` put them.
    """
    shutil.rmtree(code, ignore_errors=True)
    result = copy.deepcopy(template)
    resources: dict[str, dict[str, Any]] = result["Resources"]
    global_function = result.get("Globals", {}).get("Function", {})
    layers = _take_layers(resources)
    layer_paths = {name: _layer_path(name, properties, build, code) for name, properties in layers.items()}
    global_layers = global_function.pop("Layers", [])
    _lengthen_timeout(global_function)
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource.setdefault("Properties", {})
            _lengthen_timeout(properties)
            runtime = properties.get("Runtime", global_function.get("Runtime", ""))
            wanted = references(global_layers) + references(properties.pop("Layers", []))
            if str(runtime).startswith("python"):
                properties["Runtime"] = "provided.al2023"
                task_root = code / name
                shutil.copytree(build / properties["CodeUri"], task_root)
                path = [task_root, *(layer_paths[layer] for layer in wanted if layer in layer_paths)]
                properties["CodeUri"] = str(_write_bootstrap(code / "bootstrap" / name, path, runtime_python))
            elif "CodeUri" in properties:
                properties["CodeUri"] = str(build / properties["CodeUri"])
        _write_definition(name, resource, build, code)
    if str(global_function.get("Runtime", "")).startswith("python"):
        del global_function["Runtime"]
    _unescape_media_types(result)
    return result


def _lengthen_timeout(properties: dict[str, Any]) -> None:
    if "Timeout" in properties:
        properties["Timeout"] = min(_LONGEST_TIMEOUT_SECONDS, properties["Timeout"] * _SLOWER_THAN_AWS)


def holds_own_source(layer: Path) -> bool:
    """Whether the `python` directory of a built layer is our own code; installed packages leave their metadata."""
    return not any(layer.glob("*.dist-info"))


def references(value: Any) -> list[str]:
    """The logical ids that `value` refers to, through any conditions around them, in order."""
    if isinstance(value, list):
        return [name for item in value for name in references(item)]
    if isinstance(value, dict):
        if "Ref" in value:
            return [value["Ref"]]
        return [name for item in value.values() for name in references(item)]
    return []


def _take_layers(resources: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Removes the layers from the template: the emulator would only carry their archives in its memory and state."""
    names = [name for name, resource in resources.items() if resource["Type"] == "AWS::Serverless::LayerVersion"]
    return {name: resources.pop(name)["Properties"] for name in names}


def _layer_path(name: str, properties: dict[str, Any], build: Path, code: Path) -> Path:
    built: Path = build / properties["ContentUri"] / "python"
    if not holds_own_source(built):
        return built.resolve()
    copied = code / name / "python"
    shutil.copytree(built, copied)
    return copied


def _write_bootstrap(package: Path, path: list[Path], runtime_python: Path) -> Path:
    package.mkdir(parents=True)
    bootstrap = package / "bootstrap"
    bootstrap.write_text(
        _BOOTSTRAP.format(
            task_root=shlex.quote(str(path[0])),
            path=shlex.quote(":".join(map(str, path))),
            python=shlex.quote(str(runtime_python)),
        )
    )
    bootstrap.chmod(0o755)
    return package


def _write_definition(name: str, resource: dict[str, Any], build: Path, code: Path) -> None:
    """Gives a state machine its definition as JSON: the emulator does not read YAML ones."""
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::Serverless::StateMachine" and isinstance(properties.get("DefinitionUri"), str):
        definition = yaml.safe_load((build / properties["DefinitionUri"]).read_text())
        file = code / "definitions" / f"{name}.asl.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(definition, indent=1))
        properties["DefinitionUri"] = str(file)


def _unescape_media_types(template: Template) -> None:
    """The emulator compares AWS's `multipart~1form-data` literally, so that binary bodies would arrive as text."""
    places = [template.get("Globals", {}).get("Api", {})]
    places += [
        resource.get("Properties", {})
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Api"
    ]
    for place in places:
        if "BinaryMediaTypes" in place:
            place["BinaryMediaTypes"] = [media_type.replace("~1", "/") for media_type in place["BinaryMediaTypes"]]
