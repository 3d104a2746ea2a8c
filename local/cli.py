"""The commands behind `make run`, `make stop`, `make reset` and `make logs`."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from local import demo, processes
from local.build import build
from local.function_logs import follow
from local.processes import LocalStackError
from local.reload import Reloader
from local.settings import Settings
from local.stack import Stack, lock_file, stop_running

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_PROMPT = (
    "A 12-month cash flow forecast for a coffee shop starting in March 2027 with €25,000 in the bank: sales of 14,500 "
    "a month growing 2% a month, suppliers 5,200, salaries 6,400 and rent 1,900"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 done, 1 something the developer must act on."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        code: int = options.command(Settings.from_environment(), options)
    except (LocalStackError, demo.DemoError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Starts the stack, makes a document, keeps the API up until Ctrl-C; on a running stack, just the document."""
    if processes.holder(lock_file(settings)) is not None:
        demo.run(settings.of_running_stack(), options.prompt)
        return 0
    with Stack(settings) as stack:
        code = _demonstrate(settings, options.prompt) if options.prompt else 0
        if not options.prompt:
            demo.print_access(settings)
        if options.once:
            print("\nThe API stops with this (ONCE=1); `make run` keeps it up, with the same key.")
        else:
            _serve(stack)
        print("Stopping; what you made is kept for the next start.")
    return code if options.once else 0


def stop(settings: Settings, _: argparse.Namespace) -> int:
    stopped = stop_running(settings)
    print("The local stack has stopped." if stopped else "The local stack is not running.")
    return 0


def reset(settings: Settings, _: argparse.Namespace) -> int:
    """Deletes all data of the local stack; what was installed and built stays."""
    stop_running(settings)
    with processes.exclusive(lock_file(settings), "The local stack is running"):
        for folder in (settings.state, settings.code, settings.data / "tmp"):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (settings.stack_file, settings.data / "demo.json"):
            file.unlink(missing_ok=True)
    print("All data of the local stack is deleted.")
    return 0


def logs(settings: Settings, options: argparse.Namespace) -> int:
    """Follows what the functions log; with --processes, the logs of the emulator, the front and sam instead."""
    if options.processes:
        files = [str(file) for file in sorted(settings.logs.glob("*.log"))]
        if not files:
            raise LocalStackError("There are no logs yet. Start the stack with: make run")
        return subprocess.run(["tail", "-n", "50", "-F", *files], check=False).returncode
    if processes.holder(lock_file(settings)) is None:
        raise LocalStackError("The local stack is not running. Start it with: make run")
    follow(settings.of_running_stack())
    return 0


def build_only(settings: Settings, _: argparse.Namespace) -> int:
    print("Built." if build(settings) else "The build is up to date.")
    return 0


def _demonstrate(settings: Settings, prompt: str) -> int:
    """A failed document is reported, and the API stays up to look into it."""
    try:
        demo.run(settings, prompt)
    except demo.DemoError as error:
        print(f"\n{error}\nLogs: make logs", file=sys.stderr)
        return 1
    return 0


def _serve(stack: Stack) -> None:
    print(
        "\nThe API stays up; saved changes under functions/ and shared/ reload by themselves. Ctrl-C stops it.",
        flush=True,
    )
    reloader = Reloader(stack.settings, stack.deployment)
    try:
        while True:
            time.sleep(1)
            stack.check()
            for line in reloader.poll():
                print(line, flush=True)
    except KeyboardInterrupt:
        print()


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli", description=__doc__)
    commands = parser.add_subparsers(required=True)
    run_parser = commands.add_parser("run", help="start the stack, make a document, keep the API up")
    run_parser.add_argument(
        "--prompt", default=os.environ.get("PROMPT", DEFAULT_PROMPT), help="what to make; empty for nothing"
    )
    run_parser.add_argument("--once", action="store_true", help="stop after the document")
    run_parser.set_defaults(command=run)
    logs_parser = commands.add_parser("logs", help="follow the logs")
    logs_parser.add_argument("--processes", action="store_true", help="the emulator's, the front's and sam's own logs")
    logs_parser.set_defaults(command=logs)
    for name, command, help_text in (
        ("stop", stop, "stop the stack, keeping its data"),
        ("reset", reset, "stop the stack and delete its data"),
        ("build", build_only, "build the functions and layers"),
    ):
        commands.add_parser(name, help=help_text).set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
