"""What the OpenAPI document promises, held to by generated requests: right ones, and ones that break its schemas."""

from __future__ import annotations

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.schemas import APIOperation

from overten.accounts import keys
from tests.id_places import DOCUMENT, KINDS
from tests.integration.api.test_tenancy import Owner
from tests.integration.conftest import RunningStack

load_all_checks()
RESPONSES_CONFORM = [
    CHECKS.get_one(name)
    for name in (
        "response_schema_conformance",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
    )
]
REJECTED = CHECKS.get_one("negative_data_rejection")
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
# Few, always the same, and none that is kept for the next time: what CI sees is what everybody sees.
EXAMPLES = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 10}
# Enough for two runs: the third of the generated requests is answered 402.
CREDITS = 12


@pytest.fixture(scope="module")
def owner(stack: RunningStack) -> Owner:
    """An org with things of its own to be asked for, and few credits left."""
    owner = Owner(stack)
    stack.client("dynamodb").update_item(
        TableName=stack.deployment.resources["OrgsTable"],
        Key={"pk": {"S": owner.org.org_id}, "sk": {"S": "ORG"}},
        UpdateExpression="SET available = :few",
        ExpressionAttributeValues={":few": {"N": str(CREDITS)}},
    )
    return owner


@pytest.fixture
def credential(stack: RunningStack, owner: Owner, operation: APIOperation) -> str:
    """The user's token or the org's key, whose minute begins anew."""
    if operation.definition.raw["security"] == [{"FirebaseToken": []}]:
        return owner.org.token
    stack.client("dynamodb").update_item(
        TableName=stack.deployment.resources["KeysTable"],
        Key={"key_hash": {"S": keys.hash_of(owner.org.secret)}},
        UpdateExpression="SET used = :none",
        ExpressionAttributeValues={":none": {"N": "0"}},
    )
    return owner.org.secret


def own_things(operation: APIOperation, owner: Owner) -> dict[str, str | int] | None:
    """Real ids for a path, so that there is something to answer with; nothing to delete, though."""
    names = [
        parameter["name"] for parameter in operation.definition.raw.get("parameters", []) if parameter["in"] == "path"
    ]
    if operation.method == "delete" or not names:
        return None
    return {name: owner.things[KINDS[name]] if name in KINDS else 1 for name in names}


@pytest.mark.parametrize("mode", EXAMPLES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_answers_are_what_the_document_says(
    stack: RunningStack, operation: APIOperation, mode: GenerationMode, owner: Owner, credential: str
) -> None:
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters or operation.query):
        pytest.skip("nothing in the request that could be wrong")
    own = own_things(operation, owner) if mode is GenerationMode.POSITIVE else None
    with requests.Session() as session:
        session.trust_env = False

        @settings(
            max_examples=EXAMPLES[mode],
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode, path_parameters=own))
        def asked(case: Case) -> None:
            if mode is GenerationMode.POSITIVE and isinstance(case.body, dict) and "prompt" in case.body:
                case.body["async"] = True  # waiting for results is tested elsewhere
            response = case.call(
                base_url=stack.base_url.removesuffix("/v1"),
                session=session,
                headers={"Authorization": f"Bearer {credential}"},
                allow_redirects=False,
                timeout=120,
            )
            # 501 is a documented answer here and there (else it does not conform), 503 would be a failure of ours.
            assert response.status_code < 500 or response.status_code == 501, response.text
            case.validate_response(response, checks=[*RESPONSES_CONFORM, REJECTED])

        asked()
