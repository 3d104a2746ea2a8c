from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from local import processes
from local.processes import LocalStackError


def test_lock_is_held_once_and_names_its_holder(tmp_path):
    lock = tmp_path / "lock"
    assert processes.holder(lock) is None

    with processes.exclusive(lock, "Already running"):
        assert processes.holder(lock) == os.getpid()
        with pytest.raises(LocalStackError, match=f"Already running .process {os.getpid()}"):
            processes.exclusive(lock, "Already running").__enter__()

    assert processes.holder(lock) is None


def test_who_may_wait_gets_the_lock_once_it_is_free(tmp_path):
    lock, order = tmp_path / "lock", []
    waiting = threading.Thread(target=lambda: take(lock, order))
    with processes.exclusive(lock, "Already running"):
        waiting.start()
        time.sleep(0.3)
        order.append("first")
    waiting.join(timeout=10)
    assert order == ["first", "second"]


def take(lock, order):
    with processes.exclusive(lock, "Already running", wait_seconds=10):
        order.append("second")


@pytest.mark.enable_socket
def test_busy_port_is_named_with_a_way_to_choose_another():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        with pytest.raises(LocalStackError, match=rf"Port {port} .the API. .*make run PORT={port + 1}"):
            processes.require_free_port(port, "PORT", "the API")


def test_child_that_dies_while_starting_is_reported_with_its_last_words(tmp_path):
    child = processes.start(
        [sys.executable, "-c", "import sys; sys.exit('no such region')"],
        name="emulator",
        environment={},
        directory=tmp_path,
        logs=tmp_path,
        pid_file=tmp_path / "emulator.pid",
    )

    with pytest.raises(LocalStackError, match=r"emulator ended while starting \(exit code 1\)(.|\n)*no such region"):
        processes.wait_until(lambda: False, child, seconds=20, name="emulator", log=tmp_path / "emulator.log")


def test_leftover_of_a_killed_run_is_stopped_but_a_stranger_with_its_number_is_not(tmp_path):
    pid_file = tmp_path / "front.pid"
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pid_file.write_text(str(child.pid))
    try:
        assert processes.stop_leftover(pid_file, "local.front", seconds=5) is False
        assert child.poll() is None
        assert processes.stop_leftover(pid_file, "time.sleep(60)", seconds=5) is True
    finally:
        child.kill()
        child.wait()
