"""Whatever many clients do at once, the limits hold at every moment and the books balance at the end."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from overten.accounts.keys import hash_of
from overten.accounts.tiers import TIERS
from tests.integration.api.client import REFUSED, SHOPS, TERMINAL, Org, SlowModel, reconfigured, until
from tests.integration.conftest import RunningStack

CLIENTS = 32
KEYS = 8
STEPS = 6
CREDITS = 60
SEED = 1
NAMES = 12  # idempotency keys that all clients share
ACTIONS = {"accept": 5, "fail": 1, "wait": 1, "resume": 2, "poll": 2, "cancel": 1}


class Watch:
    """Reads the org's balances again and again, and keeps what it saw."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._over = threading.Event()
        self.seen: list[tuple[int, int, int]] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.seen.append(self._org.balances())


class Client:
    """One of many that share an org: a seeded plan, a key of its own or another's, and all answers it was given."""

    def __init__(self, org: Org, secret: str, seed: str, known: list[dict[str, Any]]) -> None:
        self._http = httpx.Client(
            base_url=org.stack.base_url, headers={"X-API-Key": secret}, timeout=320, trust_env=False
        )
        self._random = random.Random(seed)
        self._known = known  # what any of them was given: tasks to poll, resume and cancel
        self.answers: list[tuple[dict[str, Any], httpx.Response]] = []
        self.others: list[httpx.Response] = []

    def act(self) -> None:
        actions = self._random.choices(list(ACTIONS), weights=list(ACTIONS.values()), k=STEPS)
        for action in actions:
            self._take(action)
            time.sleep(self._random.uniform(0, 0.5))

    def _take(self, action: str) -> None:
        target = self._random.choice(self._known) if self._known else None
        if action in ("poll", "cancel"):
            if target and action == "poll":
                self.others.append(self._http.get(f"/tasks/{target['task_id']}"))
            elif target:
                self.others.append(self._http.post(f"/tasks/{target['task_id']}/cancel"))
            return
        body: dict[str, Any] = {"prompt": REFUSED if action == "fail" else "Our shops", "async": action != "wait"}
        if action == "resume" and target:
            body["run_id"] = target["run_id"]
        elif self._random.random() < 0.6:
            name = self._random.randrange(NAMES)
            body["idempotency_key"] = f"name {name}"
            # Half of the names are used with one body; the others now and then with another one.
            body["prompt"] = f"Our shops, {self._random.randrange(2) if name % 2 else 0}"
        answer = self._http.post("/excel/generate", json=body)
        self.answers.append((body, answer))
        if "task_id" in answer.json():
            self._known.append(answer.json())


@pytest.fixture
def slow_model(stack: RunningStack) -> Iterator[SlowModel]:
    """Work takes a while, and costs more than what is held for it at first."""
    model = SlowModel(SHOPS, delay_seconds=0.3, prompt_tokens=5000)
    settings = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with reconfigured(stack, "StepWorkFunction", **settings):
        yield model
    model.shutdown()


def test_racing_clients_keep_within_every_limit_and_the_books_balance(
    stack: RunningStack, slow_model: SlowModel
) -> None:
    org = Org(stack, tier="pro")
    org.leave_only(CREDITS)
    secrets, known = mint_keys(org), list[dict[str, Any]]()
    clients = [Client(org, secrets[n % KEYS], f"{SEED} {n}", known) for n in range(CLIENTS)]
    watch = Watch(org)
    with watch.watching():
        at_once([client.act for client in clients])
        until(lambda: {task["status"] for task in org.rows("TASK")}, lambda seen: seen <= TERMINAL, seconds=120)

    answers = [answer for client in clients for answer in client.answers]
    answers += spend_the_rest(org)
    assert_limits_held(watch)
    assert_answers_are_the_contracts(answers)
    others = [answer for client in clients for answer in client.others]
    assert not [(str(a.request.url), a.text) for a in others if a.status_code not in (200, 202, 409)]
    assert_one_task_for_each_accepted_request(org, answers)
    org.assert_books_close()


def spend_the_rest(org: Org) -> list[tuple[dict[str, Any], httpx.Response]]:
    """One run after the other until the credits are used up. How much of them a race leaves depends on the machine."""
    answers: list[tuple[dict[str, Any], httpx.Response]] = []
    while not answers or answers[-1][1].status_code == 202:
        body = {"prompt": "Our shops", "async": True}
        answers.append((body, org.http.post("/excel/generate", json=body)))
        assert len(answers) <= CREDITS
        if answers[-1][1].status_code == 202:
            org.wait(answers[-1][1].json()["task_id"])
    return answers


def mint_keys(org: Org) -> list[str]:
    """Secrets of several keys of the org, its first one among them."""
    minted = [
        httpx.post(
            f"{org.stack.base_url}/organizations/{org.org_id}/api-keys",
            headers={"Authorization": f"Bearer {org.token}"},
            json={"name": f"key {n}"},
            timeout=60,
            trust_env=False,
        )
        for n in range(KEYS - 1)
    ]
    return [org.secret, *(answer.json()["secret"] for answer in minted)]


def at_once[T](actions: list[Callable[[], T]]) -> list[T]:
    """Runs all of them in threads that begin together."""
    barrier = threading.Barrier(len(actions))

    def begin(action: Callable[[], T]) -> T:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(begin, actions))


def assert_limits_held(watch: Watch) -> None:
    limit = TIERS["pro"].concurrent_runs
    available, held, running = zip(*watch.seen, strict=True)
    assert len(watch.seen) > 100
    assert min(available) >= 0
    assert min(held) >= 0
    assert min(running) >= 0
    assert max(running) == limit, "the clients were to reach the limit, and not to pass it"


def assert_answers_are_the_contracts(answers: list[tuple[dict[str, Any], httpx.Response]]) -> None:
    seen = Counter(answer.status_code for _, answer in answers)
    assert set(seen) >= {202, 402, 409, 429}, f"the race was to meet every refusal: {seen}"
    # A caller that waits is told of its task's failure (502: the model refused), or that too many wait (408).
    assert set(seen) <= {200, 202, 402, 408, 409, 429, 502}, f"{seen}"
    for body, answer in answers:
        if answer.status_code in (200, 502):
            assert body["async"] is False
        if answer.status_code == 402:
            assert answer.json()["message"].startswith("Insufficient credits. Required: 5, balance: ")


def assert_one_task_for_each_accepted_request(org: Org, answers: list[tuple[dict[str, Any], httpx.Response]]) -> None:
    given = [(body, answer) for body, answer in answers if "task_id" in answer.json()]
    first = [answer.json() for _, answer in given if "idempotent-replayed" not in answer.headers]
    tasks, runs = org.rows("TASK"), org.rows("RUN")
    assert Counter(answer["task_id"] for answer in first) == Counter(task["task_id"] for task in tasks)
    assert {answer["run_id"] for answer in first} == {run["run_id"] for run in runs}
    by_name = defaultdict(set)
    for body, answer in given:
        if "idempotency_key" in body:
            by_name[body["idempotency_key"]].add((body["prompt"], answer.json()["run_id"], answer.json()["task_id"]))
    assert by_name
    assert all(len(named) == 1 for named in by_name.values()), by_name
    assert len(org.rows("IDEM")) == len(by_name)
    completed = Counter(task["run_id"] for task in tasks if task["status"] == "completed")
    assert Counter(version["run_id"] for version in org.rows("VERSION")) == completed
    for run in runs:
        turns = [task for task in tasks if task["run_id"] == run["run_id"]]
        assert run["task_ids"] == sorted(task["task_id"] for task in turns)
        assert run["version"] == completed[run["run_id"]]
        assert run["credits_used"] == sum(task["credits_used"] for task in turns)


@pytest.mark.parametrize("rollover", ["the clock's", "one that all race for"])
def test_racing_clients_never_get_more_than_the_minutes_requests(stack: RunningStack, rollover: str) -> None:
    org, limit = Org(stack, tier="pro"), TIERS["pro"].requests_per_minute
    warm = Org(stack)
    if rollover == "the clock's":
        be_warm_before_the_minutes_end(lambda: at_once([lambda: hammer(warm, lambda _: True)] * CLIENTS))
        last_minute_end = (time.time() // 60 + 2) * 60
    else:
        last_minute_was_used_up(org)
        last_minute_end = (time.time() // 60 + 1) * 60

    def used_up(answer: httpx.Response) -> bool:
        return answer.status_code == 429 and int(answer.headers["x-ratelimit-reset"]) >= last_minute_end

    answers = [answer for answered in at_once([lambda: hammer(org, used_up)] * CLIENTS) for answer in answered]
    assert {answer.status_code for answer in answers} == {200, 429}
    remaining = defaultdict(list)  # of each minute, by its end
    for answer in answers:
        if answer.status_code == 200:
            remaining[int(answer.headers["x-ratelimit-reset"])].append(int(answer.headers["x-ratelimit-remaining"]))
    assert all(minute % 60 == 0 for minute in remaining)
    assert len(remaining) >= (2 if rollover == "the clock's" else 1)
    # Each request that got through took a place of its own, and in the end every place was taken.
    for minute in remaining.values():
        assert sorted(minute, reverse=True) == list(range(limit - 1, limit - 1 - len(minute), -1))
    assert len(remaining[max(remaining)]) == limit


def hammer(org: Org, enough: Callable[[httpx.Response], bool]) -> list[httpx.Response]:
    """Asks until the answer is enough, a little slower when told to wait."""
    answers, deadline = [], time.monotonic() + 60
    with httpx.Client(headers={"X-API-Key": org.secret}, timeout=310, trust_env=False) as http:
        while time.monotonic() < deadline:
            answers.append(http.get(f"{org.stack.base_url}/verify"))
            if enough(answers[-1]):
                break
            if answers[-1].status_code == 429:
                time.sleep(0.5)
    return answers


def be_warm_before_the_minutes_end(warm_up: Callable[[], object]) -> None:
    """Returns some seconds before a minute's end, with all functions warm: cold ones would miss that minute."""
    while True:
        time.sleep((35 - time.time()) % 60)
        warm_up()
        if 35 <= time.time() % 60 < 57:
            return


def last_minute_was_used_up(org: Org) -> None:
    org.stack.client("dynamodb").update_item(
        TableName=org.stack.deployment.resources["KeysTable"],
        Key={"key_hash": {"S": hash_of(org.secret)}},
        UpdateExpression="SET #minute = :minute, used = requests_per_minute",
        ExpressionAttributeNames={"#minute": "minute"},
        ExpressionAttributeValues={":minute": {"N": str(int(time.time() // 60) - 1)}},
    )


def test_no_request_that_began_after_a_revocation_succeeds(stack: RunningStack) -> None:
    org = Org(stack)  # 600 requests a minute
    [key] = httpx.get(keys_url(org), headers=signed_in(org), timeout=60, trust_env=False).json()["api_keys"]
    asked: list[tuple[float, float, int]] = []
    revoked = threading.Event()

    def ask() -> None:
        with httpx.Client(headers={"X-API-Key": org.secret}, timeout=310, trust_env=False) as http:
            for after in range(16):
                began = time.monotonic()
                status = http.get(f"{stack.base_url}/verify").status_code
                asked.append((began, time.monotonic(), status))
                if after > 12 and not revoked.wait(60):
                    return

    def revoke() -> tuple[float, float]:
        until(lambda: len(asked), lambda count: count >= CLIENTS * 4, seconds=60)
        began = time.monotonic()
        answer = httpx.delete(f"{keys_url(org)}/{key['key_id']}", headers=signed_in(org), timeout=60, trust_env=False)
        assert answer.status_code == 204
        revoked.set()
        return began, time.monotonic()

    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        revocation = pool.submit(revoke)
        list(pool.map(lambda _: ask(), range(CLIENTS)))
    began_revoking, has_revoked = revocation.result()
    later = Counter(status for began, _, status in asked if began > has_revoked)
    earlier = Counter(status for _, ended, status in asked if ended < began_revoking)
    between = {status for began, ended, status in asked if began <= has_revoked and ended >= began_revoking}
    assert set(later) == {401}
    assert later[401] >= CLIENTS
    assert set(earlier) == {200}
    assert between <= {200, 401}


def keys_url(org: Org) -> str:
    return f"{org.stack.base_url}/organizations/{org.org_id}/api-keys"


def signed_in(org: Org) -> dict[str, str]:
    return {"Authorization": f"Bearer {org.token}"}
