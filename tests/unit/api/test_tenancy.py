"""Another org's id costs just the store calls that an id of nothing costs: the effort does not tell them apart."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute

from overten.accounts import service as accounts
from overten.accounts.models import NewKey, Org, User
from overten.ids import new_id
from tests.cloudformation import REPOSITORY
from tests.id_places import DOCUMENT, Place, body_with, path_of, places
from tests.unit.api.conftest import TokenOf
from tests.unit.api.gateway import Answer, call
from tests.unit.api.test_endpoints import complete, generate
from tests.unit.conftest import AwsCalls

type Victim = tuple[Org, NewKey]


def function_of(place: Place) -> str:
    """The file of the function that serves an operation."""
    for file in (REPOSITORY / "functions").glob("*.py"):
        router = getattr(importlib.import_module(file.stem), "router", None)
        for route in router.routes if router else ():
            if (
                isinstance(route, APIRoute)
                and f"/v1{route.path}" == place.path
                and place.method.upper() in route.methods
            ):
                return file.stem
    raise LookupError(place)


def announced(function: str, victim: Victim, name: str, member: str) -> str:
    body = {"name": name, "content_type": "text/plain", "bytes": 8}
    answer = call(function, credential=victim[1].secret, body=body)
    assert answer.status == 201, answer.text
    return str(answer.json[member])


def completed(victim: Victim) -> Answer:
    made = generate(victim[1].secret)
    complete(made, victim)
    return made


def subscribed(victim: Victim) -> str:
    body = {"url": "https://hooks.example.com/", "events": ["run.completed"]}
    answer = call("webhooks_create", credential=victim[1].secret, body=body)
    assert answer.status == 201, answer.text
    return str(answer.json["webhook_id"])


def delivered(victim: Victim) -> str:
    answer = call("webhooks_test", credential=victim[1].secret, path={"webhook_id": subscribed(victim)})
    assert answer.status == 202, answer.text
    return str(answer.json["delivery_id"])


# How the victim comes by a thing of each kind, and the route that makes it.
MAKERS: dict[str, tuple[str, Callable[[Victim], str]]] = {
    "org": ("/v1/signup", lambda victim: victim[0].org_id),
    "key": ("/v1/signup", lambda victim: victim[1].key.key_id),
    "run": ("/v1/excel/generate", lambda victim: str(completed(victim).json["run_id"])),
    "task": ("/v1/excel/generate", lambda victim: str(completed(victim).json["task_id"])),
    "file": ("/v1/files", lambda victim: announced("files_create", victim, "a.txt", "file_id")),
    "whk": ("/v1/webhooks", subscribed),
    "evt": ("/v1/webhooks", delivered),
    "img": ("/v1/images", lambda victim: announced("images_create", victim, "a.png", "image_id")),
}


@pytest.mark.parametrize("place", places(), ids=str)
def test_anothers_id_costs_what_one_of_nothing_costs(
    signed_up: Victim, token_of: TokenOf, aws_calls: AwsCalls, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)  # a minute that begins in between would cost the key a write
    route, make = MAKERS[place.kind]
    if "post" not in DOCUMENT["paths"].get(route, {}):
        pytest.skip(f"no route {route}: nobody has such a thing")
    theirs = make(signed_up)
    org, key = accounts.sign_up(User(uid="rival"), org_name="Rival", tier="free", key_name="default", now=moment)
    own = {**{kind: new_id(kind) for kind in MAKERS}, "org": org.org_id, "key": key.key.key_id}
    signed_in = place.operation["security"] == [{"FirebaseToken": []}]
    credential = token_of("rival") if signed_in else key.secret
    call("verify", credential=key.secret)  # begins the key's minute

    def ask(value: str) -> tuple[Answer, list[str]]:
        aws_calls.clear()
        answer = call(
            function_of(place),
            credential=credential,
            path=path_of(place, value, own),
            query={place.name: value} if place.where == "query" else None,
            body=body_with(place, value, own),
        )
        return answer, list(aws_calls)

    foreign, unknown = ask(theirs), ask(new_id(place.kind))
    assert foreign[1] == unknown[1]
    assert foreign[1]
    assert (foreign[0].status, foreign[0].text) == (unknown[0].status, unknown[0].text)
