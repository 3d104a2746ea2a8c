"""Starting and stopping the stack's processes: ports, the lock, graceful ends."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from local.settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


_LOOK_AGAIN_SECONDS = 0.1


class LocalStackError(Exception):
    """Something the developer can act on; the message says what."""


def require_free_port(port: int, variable: str, what: str) -> None:
    """Raises LocalStackError when something listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            message = (
                f"Port {port} ({what}) is in use by another program. "
                f"Stop it, or choose another: make run {variable}={port + 1}"
            )
            raise LocalStackError(message) from error


@contextmanager
def exclusive(lock_file: Path, refusal: str, *, wait_seconds: float = 0) -> Iterator[None]:
    """Holds a lock; the file names the holder. Raises LocalStackError(`refusal` …) when another process has it, and
    still has it after `wait_seconds`."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    with lock_file.open("a+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise LocalStackError(f"{refusal} (process {holder(lock_file)}).") from error
            time.sleep(_LOOK_AGAIN_SECONDS)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def holder(lock_file: Path) -> int | None:
    """The process that runs the stack, None when nobody does."""
    if not lock_file.exists():
        return None
    with lock_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            return int(lock.read() or 0) or None
    return None


def start(
    command: list[str], *, name: str, environment: Mapping[str, str], directory: Path, logs: Path, pid_file: Path
) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own: Ctrl-C reaches the supervisor only, which stops its children in order."""
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        child = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    pid_file.write_text(str(child.pid))
    return child


def wait_until(
    ready: Callable[[], bool], child: subprocess.Popen[bytes], *, seconds: float, name: str, log: Path
) -> None:
    """Raises LocalStackError, with the log's last lines, when `child` ends or `seconds` pass before `ready()`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.poll() is not None:
            raise LocalStackError(f"The {name} ended while starting (exit code {child.returncode}).\n{tail(log)}")
        if time.monotonic() > deadline:
            raise LocalStackError(f"The {name} was not ready within {seconds:.0f} s. Its log is {log}.\n{tail(log)}")
        time.sleep(0.05)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Holds off signals: an impatient second Ctrl-C must not keep the emulator from writing its state."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, previous, strict=True):
            signal.signal(number, handler)


def stop(child: subprocess.Popen[bytes], *, seconds: float) -> None:
    """Asks `child` to end, then insists."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def stop_leftover(pid_file: Path, command_part: str, *, seconds: float) -> bool:
    """Ends the process that a supervisor which was killed left behind. True when there was one."""
    pid = int(pid_file.read_text() or 0) if pid_file.exists() else 0
    if not pid or command_part not in _command_line(pid):
        return False
    os.kill(pid, signal.SIGTERM)
    return wait_for_end(pid, seconds=seconds)


def wait_for_end(pid: int, *, seconds: float) -> bool:
    """True when process `pid` is gone within `seconds`."""
    deadline = time.monotonic() + seconds
    while _command_line(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented."""
    if not log.exists():
        return ""
    return "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-lines:])


def _command_line(pid: int) -> str:
    """What process `pid` was started with; empty when it is gone."""
    done = subprocess.run(["ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "" if done.stdout.startswith("Z") else done.stdout
