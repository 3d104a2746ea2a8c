"""Running local stacks for the tests, on ports and in directories of their own: a developer's stack is left alone."""

from __future__ import annotations

import json
import socket
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.deploy import Deployment, client
from local.settings import LOOPBACK, REPOSITORY, Settings
from local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBE_APP = Path(__file__).parent / "local" / "probe_app"


@dataclass(frozen=True)
class RunningStack:
    """A stack that the tests can call."""

    settings: Settings
    deployment: Deployment

    @property
    def base_url(self) -> str:
        """What precedes the paths of the contract, `/v1` included."""
        return self.settings.api_url

    @property
    def emulator_url(self) -> str:
        return self.settings.emulator_url

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator, as its root user."""
        return client(self.settings, service)

    def mint_token(self, uid: str, email: str | None = None) -> str:
        """A Firebase ID token of this stack's issuer."""
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.settings.front_url}/local/token",
            data=json.dumps({"uid": uid, "email": email or f"{uid}@example.com"}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
            return str(json.load(response)["id_token"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)
    # The file that takes longest comes first, so that nobody waits for it at the end.
    items.sort(key=lambda item: item.path.name != "test_webhooks.py")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """What the emulator logged goes with a failure: nobody can look at a stack that is gone."""
    report = yield
    running = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(running, RunningStack):
        log = (running.settings.logs / "emulator.log").read_text(errors="replace").splitlines()
        told = [line[:600] for line in log if any(word in line for word in ("ERROR", "WARN", "Traceback", "timed out"))]
        report.sections.append(("what the emulator complained of", "\n".join(told[-40:])))
    return report


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The product, deployed from template.yaml. Shares the build with `make run`."""
    settings = Settings(data=tmp_path_factory.mktemp("stack"), front_port=_free_port(), emulator_port=_free_port())
    with Stack(settings) as running:
        yield RunningStack(settings, running.deployment)


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The probe application: what the product leans on, without the product."""
    settings = Settings(
        repository=PROBE_APP,
        home=REPOSITORY / ".local" / "probe",
        data=tmp_path_factory.mktemp("probe"),
        front_port=_free_port(),
        emulator_port=_free_port(),
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    with Stack(settings) as running:
        yield RunningStack(settings, running.deployment)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
