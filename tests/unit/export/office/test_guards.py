"""What a process can no longer do, tried by processes that restrict themselves."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from overten.export.office import guards

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these guards are Linux's own")
RESTRICTED = """
import errno, os, socket, sys
from pathlib import Path
from overten.export.office.guards import limit, restrict
private = Path(sys.argv[1])
def tried(what):
    try:
        what()
    except OSError as error:
        return errno.errorcode[error.errno]
    except MemoryError:
        return "MemoryError"
    return "done"
"""


def in_a_process(code: str, folder: Path) -> str:
    shared = str(Path(guards.__file__).parents[3])
    return subprocess.run(
        [sys.executable, "-c", RESTRICTED + code, str(folder)],
        env={"PYTHONPATH": shared},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.strip()


def restricts(guard: str, tmp_path: Path) -> None:
    code = "print(','.join(restrict(network=True, files=True, private=private, readable=[])))"
    if guard not in in_a_process(code, tmp_path).split(","):
        pytest.skip(f"this kernel has no {guard}")


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_there_is_no_socket(family: str, tmp_path: Path) -> None:
    restricts("seccomp", tmp_path)
    code = "restrict(network=True, files=False, private=private, readable=[])\n"
    assert in_a_process(code + f"print(tried(lambda: socket.socket(socket.{family})))", tmp_path) == "EACCES"


def test_there_is_no_other_program(tmp_path: Path) -> None:
    restricts("seccomp", tmp_path)
    code = "restrict(network=True, files=False, private=private, readable=[])\n"
    assert in_a_process(code + "print(tried(lambda: os.execv('/bin/true', ['true'])))", tmp_path) == "EACCES"


def test_threads_that_come_later_are_held_too(tmp_path: Path) -> None:
    restricts("seccomp", tmp_path)
    code = (
        "restrict(network=True, files=False, private=private, readable=[])\nimport threading\n"
        "one = threading.Thread(target=lambda: print(tried(lambda: socket.socket()))); one.start(); one.join()"
    )
    assert in_a_process(code, tmp_path) == "EACCES"


def test_there_are_no_files_but_its_own(tmp_path: Path) -> None:
    restricts("landlock", tmp_path)
    private, other = tmp_path / "private", tmp_path / "other"
    private.mkdir()
    other.mkdir()
    (other / "secret").write_text("secret")
    code = (
        "restrict(network=False, files=True, private=private, readable=[])\n"
        "other = private.parent / 'other'\n"
        "print(tried((other / 'secret').read_text), tried(lambda: os.listdir(other)), "
        "tried(lambda: (other / 'new').write_text('')), tried(lambda: Path('/etc/hostname').read_text()), "
        "tried(lambda: (private / 'own').write_text('')), tried(lambda: (private / 'own').read_text()), "
        "tried(lambda: os.listdir('/usr')))"
    )
    assert in_a_process(code, private).split() == ["EACCES"] * 4 + ["done"] * 3


def test_memory_and_files_are_bounded(tmp_path: Path) -> None:
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "limit(memory_bytes=2**29, file_bytes=1000)\n"
        "print(tried(lambda: bytearray(2**30)), tried(lambda: (private / 'large').write_bytes(bytes(2000))))"
    )
    assert in_a_process(code, tmp_path).split() == ["MemoryError", "EFBIG"]


@pytest.mark.parametrize(("machine", "socket_call", "other_call"), [("x86_64", 41, 1), ("aarch64", 198, 64)])
def test_the_filter_decides_by_architecture_and_call(machine: str, socket_call: int, other_call: int) -> None:
    own = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    program = guards.seccomp_program(machine)
    assert decided(program, own, socket_call) == 0x0005000D  # EACCES
    assert decided(program, own, other_call) == 0x7FFF0000
    assert decided(program, 0x40000003, other_call) == 0x80000000  # i386 ends the process
    if machine == "x86_64":
        assert decided(program, own, 0x40000000 | socket_call) == 0x0005000D  # x32


def decided(program: bytes, architecture: int, number: int) -> int:
    """What the kernel would return for a system call: the few instructions of classic BPF that filters have."""
    code = list(struct.iter_unpack("HBBI", program))
    at, word = 0, 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        if operation == 0x20:
            word = {0: number, 4: architecture}[value]
        elif operation == 0x06:
            return int(value)
        else:
            holds = word == value if operation == 0x15 else word >= value
            at += if_true if holds else if_false
