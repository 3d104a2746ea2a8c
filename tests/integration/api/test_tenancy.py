"""Every id that a request can carry: another org's, and another member's for a personal key, is like one of nothing.

The matrix comes from the OpenAPI document, so that a new route is in it by itself; a new kind of id needs a line in
`MAKERS` and in tests/id_places.py.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import httpx
import pytest

from overten.ids import new_id
from tests.id_places import DOCUMENT, Place, body_with, path_of, places
from tests.integration.api.client import Org
from tests.integration.conftest import RunningStack

PLACES = places()
PERSONAL_PLACES = [
    place for place in PLACES if {"ApiKeyHeader": []} in place.operation["security"] and place.kind != "org"
]
# What tells one request from the next, whatever is asked for.
PER_REQUEST = {"x-request-id", "x-amzn-requestid", "x-amz-request-id", "date"}
PER_REQUEST |= {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


def png() -> bytes:
    """The smallest picture: one white dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")


def upload(org: Org, route: str, file: tuple[str, bytes, str], member: str) -> str:
    answer = org.http.post(route, files={"file": file})
    assert answer.status_code == 201, answer.text
    return str(answer.json()[member])


def completed_run(org: Org) -> str:
    made = org.wait(org.accept("A packing list for a trip with 5 items")["task_id"])
    assert made["status"] == "completed", made
    return str(made["run_id"])


def newest_task(org: Org) -> str:
    return str(org.http.get("/runs").json()["runs"][0]["tasks"][0]["task_id"])


def subscription(org: Org) -> str:
    answer = org.http.post("/webhooks", json={"url": "https://example.com/hook", "events": ["run.completed"]})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["webhook_id"])


def delivery(org: Org) -> str:
    answer = org.http.post(f"/webhooks/{subscription(org)}/test")
    assert answer.status_code == 202, answer.text
    return str(answer.json()["delivery_id"])


# How an org comes by a thing of each kind, and the route that makes it: where there is none, nobody has such a thing.
MAKERS: dict[str, tuple[str, Callable[[Org], str]]] = {
    "org": ("/v1/signup", lambda org: org.org_id),
    "key": ("/v1/signup", lambda org: str(org.http.get("/verify").json()["key_id"])),
    "run": ("/v1/excel/generate", completed_run),
    "task": ("/v1/excel/generate", newest_task),
    "file": ("/v1/files", lambda org: upload(org, "/files", ("a.csv", b"a,b\n1,2\n", "text/csv"), "file_id")),
    "img": ("/v1/images", lambda org: upload(org, "/images", ("a.png", png(), "image/png"), "image_id")),
    "whk": ("/v1/webhooks", subscription),
    "evt": ("/v1/webhooks", delivery),
}


class Owner:
    """An org with one thing of every kind that it can have."""

    def __init__(self, stack: RunningStack) -> None:
        self.org = Org(stack)
        self.things = {
            kind: make(self.org) for kind, (route, make) in MAKERS.items() if "post" in DOCUMENT["paths"].get(route, {})
        }


@pytest.fixture(scope="module")
def victim(stack: RunningStack) -> Owner:
    return Owner(stack)


@pytest.fixture(scope="module")
def stranger(stack: RunningStack) -> Owner:
    return Owner(stack)


@pytest.fixture(scope="module")
def mate(stack: RunningStack, victim: Owner) -> str:
    """A personal key of another member of the victim's org."""
    uid = f"{victim.org.uid}-mate"
    for key in (
        {"pk": victim.org.org_id, "sk": f"MEMBER#{uid}"},
        {"pk": f"USER#{uid}", "sk": f"ORG#{victim.org.org_id}"},
    ):
        member = {"role": "member", "created_at": "2026-11-22T14:00:00.000+00:00"}
        item = {**key, **member, "org_id": victim.org.org_id, "org_name": victim.org.uid}
        stack.client("dynamodb").put_item(
            TableName=stack.deployment.resources["OrgsTable"], Item={name: {"S": value} for name, value in item.items()}
        )
    answer = httpx.post(
        f"{stack.base_url}/organizations/{victim.org.org_id}/api-keys",
        headers={"Authorization": f"Bearer {stack.mint_token(uid)}"},
        json={"name": "mine", "scope": "personal"},
        timeout=60,
        trust_env=False,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


def foreign_thing(place: Place, owner: Owner) -> str:
    route, _ = MAKERS[place.kind]
    if place.kind not in owner.things:
        pytest.skip(f"no route {route}: nobody has such a thing")
    return owner.things[place.kind]


def ask(place: Place, value: str, own: dict[str, str], *, base_url: str, credential: str) -> httpx.Response:
    """Sends the operation with `value` at the place; other ids are the caller's own, or of nothing."""
    others = {**{kind: new_id(kind) for kind in MAKERS}, **own}
    address = place.path.removeprefix("/v1").format_map(path_of(place, value, others))
    return httpx.request(
        place.method,
        base_url + address,
        params={str(place.steps[0]): value} if place.where == "query" else None,
        headers={"Authorization": f"Bearer {credential}"},
        json=body_with(place, value, others),
        timeout=120,
        trust_env=False,
    )


def assert_alike(place: Place, theirs: httpx.Response, nobodys: httpx.Response) -> None:
    # A list that is narrowed to a thing has nothing to show of either; whatever else asks for a thing has not found it.
    narrows_a_list = place.where == "query" and place.method == "get"
    assert theirs.status_code in ((200, 404) if narrows_a_list else (404,)), theirs.text
    assert nobodys.status_code == theirs.status_code, nobodys.text
    assert theirs.content == nobodys.content
    headers = [
        sorted((name, value) for name, value in answer.headers.multi_items() if name.lower() not in PER_REQUEST)
        for answer in (theirs, nobodys)
    ]
    assert headers[0] == headers[1]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_anothers_id_is_like_one_of_nothing(stack: RunningStack, victim: Owner, stranger: Owner, place: Place) -> None:
    theirs = foreign_thing(place, victim)
    signed_in = place.operation["security"] == [{"FirebaseToken": []}]
    credential = stranger.org.token if signed_in else stranger.org.secret
    answers = [
        ask(place, value, stranger.things, base_url=stack.base_url, credential=credential)
        for value in (theirs, new_id(place.kind))
    ]
    assert_alike(place, *answers)


@pytest.mark.parametrize("place", PERSONAL_PLACES, ids=str)
def test_a_personal_key_meets_what_others_made_like_nothing(
    stack: RunningStack, victim: Owner, mate: str, place: Place
) -> None:
    theirs = foreign_thing(place, victim)
    answers = [
        ask(place, value, {}, base_url=stack.base_url, credential=mate) for value in (theirs, new_id(place.kind))
    ]
    assert_alike(place, *answers)


def test_lists_show_a_personal_key_and_a_stranger_nothing_of_others(
    stack: RunningStack, victim: Owner, stranger: Owner, mate: str
) -> None:
    lists = [
        path
        for path, methods in DOCUMENT["paths"].items()
        if "{" not in path and {"ApiKeyHeader": []} in methods.get("get", {}).get("security", ())
    ]
    assert "/v1/runs" in lists
    for path in lists:
        for credential in (mate, stranger.org.secret):
            answer = httpx.get(
                stack.base_url + path.removeprefix("/v1"),
                headers={"Authorization": f"Bearer {credential}"},
                timeout=60,
                trust_env=False,
            )
            assert answer.status_code == 200, answer.text
            shown = [
                thing for kind, thing in victim.things.items() if kind not in ("org", "key") and thing in answer.text
            ]
            assert not shown, path


def test_what_was_asked_for_in_vain_is_whole(victim: Owner) -> None:
    """Nothing above has touched the victim's things. Runs after the matrix, as tests run in the order of a file."""
    things, http = victim.things, victim.org.http
    assert http.get("/verify").json()["key_id"] == things["key"]
    assert http.get(f"/runs/{things['run']}").json()["version"] == 1
    assert http.get(f"/tasks/{things['task']}").json()["status"] == "completed"
    for kind, route in (("file", "/files"), ("img", "/images")):
        if kind in things:
            assert http.get(f"{route}/{things[kind]}").status_code == 200
