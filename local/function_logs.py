"""The functions' own log lines, from the emulated CloudWatch Logs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from local.deploy import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.settings import Settings

_LOOK_BACK_SECONDS = 600
# Lambda's own lines about an invocation; the report is kept, it tells how long the invocation took.
_NOISE = ("START RequestId", "END RequestId", "INIT_START")


def follow(settings: Settings) -> None:
    """Prints the last ten minutes and then what comes, until interrupted."""
    api = client(settings, "logs")
    since = {group: int((time.time() - _LOOK_BACK_SECONDS) * 1000) for group in _groups(api)}
    while True:
        lines: list[tuple[int, str, str]] = []
        for group, start in since.items():
            events = list(_events(api, group, start))
            lines += [(event["timestamp"], group, event["message"]) for event in events]
            since[group] = max([start, *(event["timestamp"] + 1 for event in events)])
        for timestamp, group, message in sorted(lines):
            if not message.startswith(_NOISE):
                print(
                    f"{time.strftime('%H:%M:%S', time.localtime(timestamp / 1000))} {group} {message.rstrip()}",
                    flush=True,
                )
        time.sleep(1)


def _groups(api: Any) -> list[str]:
    pages = api.get_paginator("describe_log_groups").paginate()
    return [group["logGroupName"] for page in pages for group in page["logGroups"]]


def _events(api: Any, group: str, start: int) -> Iterator[dict[str, Any]]:
    for page in api.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start):
        yield from page["events"]
