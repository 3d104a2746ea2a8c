"""What a process may no longer do once it is to open a stranger's document: Linux's own means, by its system calls.

- Limits of memory, file size and open files.
- seccomp(2): no sockets, no new programs, no looking into other processes.
- landlock(7): no files but those that LibreOffice itself needs, and its private folder.

Both must be in place before LibreOffice starts threads. Each of the last two is in force or it is not (another system,
an old kernel): the names of those that are, are returned. The hardened profile does without them.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Refused, by their numbers on x86_64 and on arm64. `socket` is the one that matters: without one, there is nothing to
# connect, bind or send with. io_uring opens sockets by another way.
_REFUSED_CALLS = {
    "socket": (41, 198),
    "io_uring_setup": (425, 425),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
}
_X32_BIT = 0x40000000
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_RET_KILL, _RET_ERRNO, _RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_NR_OFFSET, _ARCH_OFFSET = 0, 4

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on both
_RULESET_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights over files and folders that each version of landlock knows: 13 of the first, then REFER, TRUNCATE, IOCTL_DEV.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_FILE_RIGHTS_NOW = (1 << 16) - 1
_OF_A_FILE = _READ_FILE | (1 << 0) | (1 << 1) | (1 << 14)  # read, execute, write, truncate
_READABLE = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/etc/localtime",
    "/etc/papersize", "/etc/paperspecs", "/etc/alternatives", "/var/cache/fontconfig", "/var/spool/libreoffice",
    "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/sys/devices/system/cpu", "/proc/self", "/proc/cpuinfo",
    "/proc/meminfo",
)  # fmt: skip


def limit(*, memory_bytes: int, file_bytes: int) -> None:
    """Bounds what this process may use. macOS has no limit of memory that counts."""
    limits = {resource.RLIMIT_FSIZE: file_bytes, resource.RLIMIT_NOFILE: 512, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = memory_bytes
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (value, value))


def restrict(*, network: bool, files: bool, private: Path, readable: Iterable[Path]) -> list[str]:
    """Gives up the network and new programs ("seccomp"), and all files but those named ("landlock").

    Returns the names of the guards that are in force from now on.
    """
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    guards = []
    if files and _restrict_files(libc, private, readable):
        guards.append("landlock")
    if network and _restrict_calls(libc):
        guards.append("seccomp")
    return guards


def _restrict_calls(libc: ctypes.CDLL) -> bool:
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        return False
    program = seccomp_program(machine)
    code = ctypes.create_string_buffer(program)
    # struct sock_fprog: the number of instructions, then where they are
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    done: int = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)
    return done == 0


def seccomp_program(machine: str) -> bytes:
    """The filter as classic BPF: another architecture's calls end the process, refused ones fail with EACCES."""
    column = 0 if machine == "x86_64" else 1
    numbers = [call[column] for call in _REFUSED_CALLS.values()]
    checks = [(_JUMP_EQUAL, number) for number in numbers]
    if machine == "x86_64":
        checks.insert(0, (_JUMP_AT_LEAST, _X32_BIT))
    code = [
        struct.pack("HBBI", _LOAD_WORD, 0, 0, _ARCH_OFFSET),
        struct.pack("HBBI", _JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        struct.pack("HBBI", _RETURN, 0, 0, _RET_KILL),
        struct.pack("HBBI", _LOAD_WORD, 0, 0, _NR_OFFSET),
        # Over the rest of the checks and the return of those that are allowed.
        *(struct.pack("HBBI", jump, len(checks) - at, 0, value) for at, (jump, value) in enumerate(checks)),
        struct.pack("HBBI", _RETURN, 0, 0, _RET_ALLOW),
        struct.pack("HBBI", _RETURN, 0, 0, _RET_ERRNO | errno.EACCES),
    ]
    return b"".join(code)


def _restrict_files(libc: ctypes.CDLL, private: Path, readable: Iterable[Path]) -> bool:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _RULESET_VERSION)
    if version < 1:
        return False
    rights = _FILE_RIGHTS.get(version, _FILE_RIGHTS_NOW)
    handled = ctypes.create_string_buffer(struct.pack("Q", rights))
    ruleset = libc.syscall(_CREATE_RULESET, handled, ctypes.c_size_t(8), 0)
    if ruleset < 0:
        return False
    try:
        for path in (*_READABLE, *map(str, readable)):
            _allow(libc, ruleset, Path(path), _READ_FILE | _READ_DIR)
        _allow(libc, ruleset, Path("/dev/null"), _OF_A_FILE & rights)
        _allow(libc, ruleset, private, rights)
        done: int = libc.syscall(_RESTRICT_SELF, ruleset, 0)
        return done == 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    with contextlib.suppress(OSError):  # it need not be there
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not path.is_dir():
                rights &= _OF_A_FILE
            rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, opened))
            libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
        finally:
            os.close(opened)
