"""Which module may import which, and what a function's start may cost."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cloudformation import REPOSITORY

PACKAGE = REPOSITORY / "shared" / "overten"
MODULES = sorted(PACKAGE.rglob("*.py"))
AREAS = ("accounts", "credits", "runs", "assets", "agent", "documents", "operator", "outbound", "webhooks")
STORES = [module for module in MODULES if module.stem.endswith("store")]
# What a store's function may begin with instead of the org: a thing that names its org, or a secret's hash.
SCOPES = {"org_id", "org", "key_hash", "task", "run", "ref", "asset", "uid", "token", "targets", "object_key"}
SCOPES |= {"secret_arn", "now"}
# What bounds the whole deployment and knows no org: the counters of waiting callers and open tasks.
SCOPES |= {"limit", "lease", "change", "number"}
SCOPES |= {"event", "subscription", "delivery", "trigger"}  # each names its org
SCOPES |= {"artifact", "export", "links"}  # each names its org, too
SCOPES |= {"order"}  # signed addresses of what was looked up before
SCOPES |= {"facts"}  # what a request says: it is judged, and nothing is read
SCOPES |= {"entry"}  # of an org's ledger: it names its org
SCOPES |= {"version"}  # its object key begins with the org
# What reads nothing but what it is given.
PURE = ("rate_limit_headers", "folded", "too_many_runs", "delivery_of", "expiry_shard")


def imports(module: Path) -> set[str]:
    """Every module that a file imports, at whatever depth of it."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def name_of(module: Path) -> str:
    return str(module.relative_to(PACKAGE))


def within(module: Path, area: str) -> bool:
    return module.relative_to(PACKAGE).parts[0] == area


@pytest.mark.parametrize("module", [m for m in MODULES if any(within(m, area) for area in AREAS)], ids=name_of)
def test_areas_know_nothing_of_http(module: Path) -> None:
    assert not {name for name in imports(module) if name.startswith(("overten.api", "fastapi", "starlette"))}


@pytest.mark.parametrize("module", [m for m in MODULES if within(m, "documents")], ids=name_of)
def test_documents_know_nothing_of_aws_and_models(module: Path) -> None:
    forbidden = ("overten.aws", "overten.runs", "overten.agent", "boto", "pydantic_ai", "urllib.request", "requests")
    assert not {name for name in imports(module) if name.startswith(forbidden)}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_stores_touch_aws(module: Path) -> None:
    allowed = module in STORES or within(module, "aws") or name_of(module) == "agent/providers.py"
    used = {name for name in imports(module) if name.startswith(("boto3", "overten.aws"))}
    assert allowed or not used


@pytest.mark.parametrize("module", sorted((REPOSITORY / "functions").glob("*.py")), ids=lambda file: file.name)
def test_functions_parse_and_answer_only(module: Path) -> None:
    assert not {name for name in imports(module) if name.startswith(("boto", "overten.aws.clients"))}
    assert len(module.read_text().splitlines()) <= 70


@pytest.mark.parametrize("module", STORES, ids=name_of)
def test_stores_are_asked_for_an_org_first(module: Path) -> None:
    dotted = ".".join(("overten", *module.relative_to(PACKAGE).with_suffix("").parts))
    loaded = importlib.import_module(dotted)
    for name, function in inspect.getmembers(loaded, inspect.isfunction):
        if function.__module__ == dotted and not name.startswith("_"):
            parameters = list(inspect.signature(function).parameters)
            assert not parameters or parameters[0] in SCOPES or name in PURE


# --- processor time of imports, so that other tests may run beside, as a ratio to that of boto3 in the same place ---

_MEASURE = "import time; began = time.process_time(); import {module}; print(time.process_time() - began)"
API_BUDGET, STEP_BUDGET, WORK_BUDGET = 4.0, 2.0, 6.0
ATTEMPTS = 4
SUBPROCESS_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": f"{REPOSITORY / 'shared'}:{REPOSITORY / 'functions'}",
}


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=SUBPROCESS_ENVIRONMENT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def import_seconds(module: str) -> float:
    return float(run_python(_MEASURE.format(module=module)))


@functools.cache
def baseline_seconds() -> float:
    return statistics.median(import_seconds("boto3") for _ in range(ATTEMPTS))


@pytest.mark.parametrize("function", sorted(file.stem for file in (REPOSITORY / "functions").glob("*.py")))
def test_a_function_starts_within_its_budget(function: str) -> None:
    """A busy machine may spoil a measurement, so the best of a few counts; one that is over budget never passes."""
    heavy = function in ("step_work", "step_verify", "preflight_judge")
    is_api = "router" in (REPOSITORY / "functions" / f"{function}.py").read_text()
    budget = WORK_BUDGET if heavy else API_BUDGET if is_api else STEP_BUDGET
    best = float("inf")
    for _ in range(ATTEMPTS):
        best = min(best, import_seconds(function) / baseline_seconds())
        if best <= budget:
            return
    pytest.fail(f"importing {function} takes {best:.1f} times as long as importing boto3; its budget is {budget}")


LIGHT = ("verify", "excel_generate", "runs_list", "step_prepare", "step_settle", "outbox_relay", "tasks_sweep")
LIGHT += ("tasks_cancel", "runs_delete", "runs_versions_list", "runs_versions_restore", "runs_reap")
LIGHT += ("files_create", "assets_check", "preflight")
LIGHT += ("webhooks_create", "webhooks_fan_out", "webhooks_trigger", "webhooks_deliver", "events_publish")
HEAVY_LIBRARIES = ("xlsxwriter", "openpyxl", "lxml", "ironcalc", "pydantic_ai", "openai", "jwt", "cryptography", "PIL")


@pytest.mark.parametrize("function", LIGHT)
def test_a_light_function_loads_no_heavy_library(function: str) -> None:
    code = f"import sys, {function}; print([name for name in {HEAVY_LIBRARIES!r} if name in sys.modules])"
    assert run_python(code) == "[]"
