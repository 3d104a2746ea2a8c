"""One document, made over HTTP as any client would: sign up, generate, follow the task, download."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from local.settings import Settings

_EMAIL = "demo@example.com"
_ORG_NAME = "Demo"
_POLL_SECONDS = 1.0
_GIVE_UP_SECONDS = 1800
_TERMINAL = {"completed", "failed", "cancelled", "expired"}


class DemoError(Exception):
    """The API refused or failed; the message is for the developer."""


def run(settings: Settings, prompt: str) -> Path:
    """Makes one workbook from `prompt` and tells about it. Returns where it was saved. Raises DemoError."""
    try:
        # trust_env: requests to this machine must not go through a proxy.
        with httpx.Client(timeout=60, trust_env=False, follow_redirects=True) as client:
            key = workspace_key(client, settings)
            print(f"\nPrompt: {prompt}")
            task = _generate(client, settings, key, prompt)
            result = task.get("result") or {}
            file = _download(client, result, settings.repository / "out")
    except httpx.HTTPError as error:
        raise DemoError(f"The API at {settings.api_url} did not answer: {error}") from error
    _tell(result, task, file)
    print_access(settings, key)
    return file


def print_access(settings: Settings, key: str | None = None) -> None:
    """How to call the API from here on."""
    print(f"\nAPI      {settings.api_url}")
    print(f"Sign in  {settings.front_url}/local/")
    if key:
        body = json.dumps({"prompt": "Quarterly sales by region", "async": True})
        print(f"\n  export KEY={key}")
        print(
            f'  curl -s {settings.api_url}/excel/generate -H "Authorization: Bearer $KEY" \\\n'
            f"    -H 'Content-Type: application/json' -d '{body}'"
        )


def workspace_key(client: httpx.Client, settings: Settings) -> str:
    """An API key of the demo organization: the one kept from last time, or a new one."""
    kept = settings.data / "demo.json"
    if kept.exists():
        secret = str(json.loads(kept.read_text())["secret"])
        if client.get(f"{settings.api_url}/verify", headers=_bearer(secret)).status_code == 200:
            return secret
    token = (
        client.post(f"{settings.front_url}/local/token", json={"email": _EMAIL, "name": "Demo"})
        .raise_for_status()
        .json()["id_token"]
    )
    answer = client.post(
        f"{settings.api_url}/signup",
        headers=_bearer(token),
        json={"org_name": _ORG_NAME, "tier": "pro", "key_name": "make run"},
    )
    if answer.status_code == 409 and "org_id" in answer.json():
        org_id = answer.json()["org_id"]
        answer = client.post(
            f"{settings.api_url}/organizations/{org_id}/api-keys", headers=_bearer(token), json={"name": "make run"}
        )
        created = {"org_id": org_id, **_success(answer, 201)}
    else:
        created = _success(answer, 201)
    _write_private(kept, {"org_id": created["org_id"], "key_id": created["key_id"], "secret": created["secret"]})
    return str(created["secret"])


def _generate(client: httpx.Client, settings: Settings, key: str, prompt: str) -> dict[str, Any]:
    """Accepts the run and follows its task to the end."""
    accepted = _success(
        client.post(
            f"{settings.api_url}/excel/generate",
            headers={**_bearer(key), "Idempotency-Key": str(uuid.uuid4())},
            json={"prompt": prompt, "async": True},
        ),
        202,
    )
    started = time.monotonic()
    line = _LiveLine()
    while True:
        answer = client.get(f"{settings.api_url}/tasks/{accepted['task_id']}", headers=_bearer(key))
        seconds = time.monotonic() - started
        if answer.status_code != 429:
            task = _success(answer, 200)
            line.show(str(task.get("phase") or task["status"]), float(task.get("progress") or 0), seconds)
            if task["status"] in _TERMINAL:
                line.end()
                break
        if seconds > _GIVE_UP_SECONDS:
            raise DemoError(f"Task {accepted['task_id']} is not finished after {seconds:.0f} s.")
        time.sleep(_pause_seconds(answer, seconds))
    if task["status"] != "completed":
        error = task.get("error") or {}
        raise DemoError(
            f"The run {task['status']}: {error.get('message', 'no reason was given')} ({error.get('code')})"
        )
    return task


def _pause_seconds(answer: httpx.Response, elapsed_seconds: float) -> float:
    """How long to wait before asking again: longer as the task goes on, and within the key's requests a minute."""
    if answer.status_code == 429:
        return float(answer.headers.get("Retry-After", 5))
    longer = max(_POLL_SECONDS, elapsed_seconds / 2)
    if "X-RateLimit-Remaining" not in answer.headers:
        return longer
    # Two are left alone, for the download and for whoever tries the API meanwhile.
    remaining = int(answer.headers["X-RateLimit-Remaining"]) - 2
    left_seconds = max(0.0, float(answer.headers.get("X-RateLimit-Reset", 0)) - time.time())
    if remaining <= 0:
        return max(_POLL_SECONDS, left_seconds)
    return max(_POLL_SECONDS, min(longer, left_seconds / remaining))


def _download(client: httpx.Client, result: dict[str, Any], folder: Path) -> Path:
    if not result.get("download_url"):
        raise DemoError(f"The run completed without a document: {result.get('answer') or result.get('summary')}")
    answer = client.get(result["download_url"])
    if answer.status_code != 200:
        raise DemoError(f"The download answered {answer.status_code}: {answer.text[:300]}")
    folder.mkdir(exist_ok=True)
    # Only the last part of the name, and never over a file that is there.
    name = Path(result.get("file_name") or "workbook.xlsx").name
    file = folder / name
    for number in range(2, 1000):
        if not file.exists():
            break
        file = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    file.write_bytes(answer.content)
    return file


def _tell(result: dict[str, Any], task: dict[str, Any], file: Path) -> None:
    statistics = result.get("statistics") or count_contents(file)
    print(f"\n{_relative(file)}")
    print("  " + ", ".join(f"{number} {_plural(name, number)}" for name, number in statistics.items() if number))
    if result.get("summary"):
        print(textwrap.fill(result["summary"], 100, initial_indent="  ", subsequent_indent="  "))
    for warning in result.get("warnings") or []:
        print(f"  Note: {warning.get('message')}")
    seconds = (task.get("duration_ms") or 0) / 1000
    print(f"  {task.get('credits_used', 0)} credits, {seconds:.1f} s")


def count_contents(file: Path) -> dict[str, int]:
    """What a workbook holds: sheets, filled rows, formulas and charts."""
    from openpyxl import load_workbook

    workbook = load_workbook(file)
    counts = {"sheets": len(workbook.sheetnames), "rows": 0, "formulas": 0, "charts": 0}
    for sheet in workbook.worksheets:
        counts["charts"] += len(getattr(sheet, "_charts", ()))
        for row in sheet.iter_rows():
            values = [cell for cell in row if cell.value is not None]
            counts["rows"] += bool(values)
            counts["formulas"] += sum(cell.data_type == "f" for cell in values)
    return counts


class _LiveLine:
    """Progress on one line of a terminal, or a line for each phase when the output is a file."""

    _WIDTH = 24

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._last = ""

    def show(self, phase: str, progress: float, seconds: float) -> None:
        if self._live:
            bar = "█" * round(progress * self._WIDTH)
            sys.stdout.write(f"\r\x1b[2K  {phase:<11} {bar:░<{self._WIDTH}} {progress:4.0%}  {seconds:.0f} s")
            sys.stdout.flush()
        elif phase != self._last:
            print(f"  {phase} ({seconds:.0f} s)", flush=True)
        self._last = phase

    def end(self) -> None:
        if self._live:
            sys.stdout.write("\n")


def _success(answer: httpx.Response, expected: int) -> dict[str, Any]:
    if answer.status_code != expected:
        request = answer.request
        request_id = answer.headers.get("X-Request-Id", "none")
        raise DemoError(
            f"{request.method} {request.url.path} answered {answer.status_code} instead of {expected} "
            f"(request {request_id}):\n{answer.text[:500]}"
        )
    body: dict[str, Any] = answer.json()
    return body


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _write_private(file: Path, content: dict[str, Any]) -> None:
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        json.dump(content, target)
    partial.replace(file)


def _plural(name: str, number: int) -> str:
    return name.removesuffix("s") if number == 1 else name


def _relative(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
