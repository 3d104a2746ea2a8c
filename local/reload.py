"""Hot reload: a saved source file reaches the running functions within about a second."""

from __future__ import annotations

import io
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

from local.build import FUNCTIONS, SHARED
from local.deploy import client

if TYPE_CHECKING:
    from pathlib import Path

    from local.deploy import Deployment
    from local.settings import Settings

_REDEPLOYED = ("template.yaml", "statemachines", "layers")


class Reloader:
    """Call `poll` now and then; it copies what changed and restarts the functions' environments."""

    def __init__(self, settings: Settings, deployment: Deployment) -> None:
        self._settings = settings
        self._functions = deployment.functions
        self._lambda: Any = client(settings, "lambda")
        self._sources = self._source_times()
        self._structure = self._structure_times()

    def poll(self) -> list[str]:
        """One line for each thing done or noticed; empty when nothing changed."""
        lines = []
        structure = self._structure_times()
        if structure != self._structure:
            self._structure = structure
            lines.append("The template, a layer or the state machine changed: stop and `make run` again to deploy it.")
        sources = self._source_times()
        changed = {file for file, time in sources.items() if self._sources.get(file) != time}
        removed = self._sources.keys() - sources.keys()
        if changed or removed:
            self._sources = sources
            for file in changed | removed:
                self._copy(file)
            for logical_id, name in self._functions.items():
                self._restart(logical_id, name)
            names = ", ".join(
                sorted(str(file.relative_to(self._settings.repository)) for file in changed | removed)[:3]
            )
            lines.append(f"Reloaded: {names}{' …' if len(changed | removed) > 3 else ''}")
        return lines

    def _copy(self, file: Path) -> None:
        """Brings the copies of `file` up to date: each function has all of functions/, a layer has shared/."""
        repository, code = self._settings.repository, self._settings.code
        if file.is_relative_to(repository / FUNCTIONS):
            inside = file.relative_to(repository / FUNCTIONS)
            targets = [
                folder / inside
                for folder in code.iterdir()
                if not (folder / "python").is_dir() and folder.name != "bootstrap"
            ]
        else:
            inside = file.relative_to(repository / SHARED)
            targets = [folder / "python" / inside for folder in code.iterdir() if (folder / "python").is_dir()]
        for target in targets:
            if file.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, target)
            else:
                target.unlink(missing_ok=True)

    def _restart(self, logical_id: str, name: str) -> None:
        """The emulator starts a fresh environment after an update of the code, be it with the same package."""
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.write(self._settings.code / "bootstrap" / logical_id / "bootstrap", "bootstrap")
        self._lambda.update_function_code(FunctionName=name, ZipFile=package.getvalue())

    def _source_times(self) -> dict[Path, int]:
        return _times(self._settings.repository, (FUNCTIONS, SHARED))

    def _structure_times(self) -> dict[Path, int]:
        return _times(self._settings.repository, _REDEPLOYED)


def _times(repository: Path, places: tuple[str, ...]) -> dict[Path, int]:
    files: dict[Path, int] = {}
    for place in places:
        root = repository / place
        for file in [root] if root.is_file() else root.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                files[file] = file.stat().st_mtime_ns
    return files
