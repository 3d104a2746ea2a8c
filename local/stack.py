"""One running local stack: the emulator with the product deployed to it, and the front."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import TYPE_CHECKING

from local import processes
from local.build import build
from local.deploy import Deployment, deploy
from local.environment import emulator_environment
from local.processes import LocalStackError
from local.settings import LOOPBACK, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from local.settings import Settings

_EMULATOR_MAIN = "ministack_main.py"
_FRONT_APPLICATION = "local.front:application_from_environment()"
# The emulator writes its state while it stops.
_STOP_SECONDS = 30.0


class Stack:
    """A context manager: started on entry, stopped in order (so that the emulator's state is kept) on exit."""

    def __init__(self, settings: Settings, *, say: Callable[[str], None] = print) -> None:
        self.settings = settings
        self.deployment: Deployment
        self._say = say
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._open = ExitStack()

    def __enter__(self) -> Stack:
        with self._open as opened:
            refusal = "The local stack is running already; stop it with `make stop`"
            opened.enter_context(processes.exclusive(lock_file(self.settings), refusal))
            self._stop_leftovers()
            processes.require_free_port(self.settings.front_port, "PORT", "the API")
            processes.require_free_port(self.settings.emulator_port, "EMULATOR_PORT", "the emulator")
            opened.callback(self._stop_children)
            self.settings.remember_ports()
            self._start_emulator()
            if self._timed("Building functions and layers", lambda: build(self.settings)):
                opened.callback(processes.stop, self._compile(), seconds=5)
            self.deployment, _ = self._timed("Deploying template.yaml to the emulator", lambda: deploy(self.settings))
            self._start_front()
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def check(self) -> None:
        """Raises LocalStackError when a process of the stack has died."""
        for name, child in self._children.items():
            if child.poll() is not None:
                log = self.settings.logs / f"{name}.log"
                raise LocalStackError(
                    f"The {name} stopped by itself (exit code {child.returncode}). Start again with: make run\n"
                    f"{processes.tail(log)}"
                )

    def _compile(self) -> subprocess.Popen[bytes]:
        """Compiles the layers while the deployment waits for the emulator, so that first requests need not."""
        command = [str(self.settings.python("runtime")), "-m", "compileall", "-q", "-j", "0"]
        layers = [str(folder) for folder in self.settings.build.iterdir() if (folder / "python").is_dir()]
        return subprocess.Popen(["nice", *command, *layers], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _start_emulator(self) -> None:
        settings = self.settings
        for folder in (settings.state / "emulator", settings.state / "s3", settings.data / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        settings.state.chmod(0o700)
        self._start(
            "emulator",
            [str(settings.python("ministack")), "-P", str(REPOSITORY / "local" / _EMULATOR_MAIN)],
            emulator_environment(settings, os.environ),
            f"{settings.emulator_url}/_ministack/health",
        )

    def _start_front(self) -> None:
        settings = self.settings
        environment = emulator_environment(settings, os.environ)
        environment["OVERTEN_LOCAL_DATA"] = str(settings.data)
        environment["OVERTEN_LOCAL_EMULATOR_URL"] = settings.emulator_url
        environment["OVERTEN_LOCAL_API_URL"] = settings.api_url
        command = [str(settings.python("ministack")), "-m", "hypercorn", _FRONT_APPLICATION]
        command += [
            "--bind",
            f"{LOOPBACK}:{settings.front_port}",
            "--workers",
            "0",
            "--graceful-timeout",
            "2",
            "--keep-alive",
            "75",
        ]
        self._start("front", command, environment, f"{settings.front_url}/local/health")

    def _start(self, name: str, command: list[str], environment: dict[str, str], health_url: str) -> None:
        settings = self.settings
        child = processes.start(
            command,
            name=name,
            environment=environment,
            directory=REPOSITORY,
            logs=settings.logs,
            pid_file=settings.data / f"{name}.pid",
        )
        self._children[name] = child
        log = settings.logs / f"{name}.log"
        processes.wait_until(lambda: _answers(health_url), child, seconds=60, name=name, log=log)

    def _stop_children(self) -> None:
        with processes.uninterrupted():
            for name, child in reversed(self._children.items()):
                processes.stop(child, seconds=_STOP_SECONDS)
                (self.settings.data / f"{name}.pid").unlink(missing_ok=True)
        self._children.clear()

    def _stop_leftovers(self) -> None:
        for name, command_part in (("front", _FRONT_APPLICATION), ("emulator", _EMULATOR_MAIN)):
            if processes.stop_leftover(self.settings.data / f"{name}.pid", command_part, seconds=_STOP_SECONDS):
                self._say(f"Stopped the {name} that an interrupted run had left behind.")

    def _timed[T](self, label: str, step: Callable[[], T]) -> T:
        started = time.monotonic()
        result = step()
        seconds = time.monotonic() - started
        if seconds > 1:
            self._say(f"{label}: {seconds:.0f} s")
        return result


def lock_file(settings: Settings) -> Path:
    return settings.data / "lock"


def stop_running(settings: Settings) -> bool:
    """Stops the stack from another terminal. False when none runs. Raises LocalStackError if it lives on."""
    pid = processes.holder(lock_file(settings))
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    if not processes.wait_for_end(pid, seconds=_STOP_SECONDS * 2):
        raise LocalStackError(f"Process {pid} has not ended. See {settings.logs}.")
    return True


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(response.status < 500)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
