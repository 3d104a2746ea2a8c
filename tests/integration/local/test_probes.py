"""Gates the emulator's version: each behaviour of AWS that the product leans on, as the emulator gives it.

A failure here after an upgrade means that the local stack would lie about the product. What is known not to hold is in
docs/local-stack.md.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.conftest import RunningStack

# --- DynamoDB


@pytest.fixture
def table(probe: RunningStack) -> str:
    return probe.deployment.resources["Source"]


@pytest.fixture
def pk() -> str:
    return f"org_{uuid.uuid4().hex}"


def item(pk: str, sk: str = "A", **attributes: Any) -> dict[str, Any]:
    values = {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in attributes.items()}
    return {"pk": {"S": pk}, "sk": {"S": sk}, **values}


def test_refused_transaction_writes_nothing_and_names_each_reason_with_the_old_item(
    probe: RunningStack, table: str, pk: str
) -> None:
    dynamodb = probe.client("dynamodb")
    dynamodb.put_item(TableName=table, Item=item(pk, "A", n=1))
    put_new = {"Put": {"TableName": table, "Item": item(pk, "B", n=1)}}
    put_again = {
        "Put": {
            "TableName": table,
            "Item": item(pk, "A", n=2),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }

    with pytest.raises(ClientError) as refused:
        dynamodb.transact_write_items(TransactItems=[put_new, put_again])

    reasons = refused.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert reasons[1]["Item"] == item(pk, "A", n=1)
    assert "Item" not in dynamodb.get_item(TableName=table, Key=item(pk, "B"))


def test_transaction_repeated_under_one_client_token_applies_once(probe: RunningStack, table: str, pk: str) -> None:
    dynamodb = probe.client("dynamodb")
    add_one = {
        "Update": {
            "TableName": table,
            "Key": item(pk),
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    token = str(uuid.uuid4())

    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[add_one], ClientRequestToken=token)

    assert dynamodb.get_item(TableName=table, Key=item(pk))["Item"]["n"] == {"N": "1"}


def test_client_token_with_another_transaction_is_refused(probe: RunningStack, table: str, pk: str) -> None:
    dynamodb = probe.client("dynamodb")
    token = str(uuid.uuid4())
    put = {"Put": {"TableName": table, "Item": item(pk, n=1)}}
    other = {"Put": {"TableName": table, "Item": item(pk, n=2)}}
    dynamodb.transact_write_items(TransactItems=[put], ClientRequestToken=token)

    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        dynamodb.transact_write_items(TransactItems=[other], ClientRequestToken=token)


def test_refused_update_returns_the_item_as_it_is(probe: RunningStack, table: str, pk: str) -> None:
    dynamodb = probe.client("dynamodb")
    dynamodb.put_item(TableName=table, Item=item(pk, n=10))

    with pytest.raises(ClientError) as refused:
        dynamodb.update_item(
            TableName=table,
            Key=item(pk),
            UpdateExpression="ADD n :one",
            ConditionExpression="n < :limit",
            ExpressionAttributeValues={":one": {"N": "1"}, ":limit": {"N": "10"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    response: dict[str, Any] = {**refused.value.response}
    assert response["Item"] == item(pk, n=10)


# --- S3


@pytest.fixture
def bucket(probe: RunningStack) -> str:
    return probe.deployment.resources["Bucket"]


def test_object_is_written_once(probe: RunningStack, bucket: str, pk: str) -> None:
    s3 = probe.client("s3")
    s3.put_object(Bucket=bucket, Key=pk, Body=b"first", IfNoneMatch="*")

    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key=pk, Body=b"second", IfNoneMatch="*")

    assert s3.get_object(Bucket=bucket, Key=pk)["Body"].read() == b"first"


def test_presigned_get_serves_the_name_asked_for_and_expires(probe: RunningStack, bucket: str, pk: str) -> None:
    s3 = probe.client("s3")
    s3.put_object(Bucket=bucket, Key=pk, Body=b"bytes")
    parameters = {"Bucket": bucket, "Key": pk, "ResponseContentDisposition": 'attachment; filename="plan.xlsx"'}
    url = s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=1)

    answer = httpx.get(url, trust_env=False)
    assert (answer.status_code, answer.content) == (200, b"bytes")
    assert answer.headers["content-disposition"] == 'attachment; filename="plan.xlsx"'

    time.sleep(2.1)
    assert httpx.get(url, trust_env=False).status_code == 403


def test_presigned_get_of_another_key_is_refused(probe: RunningStack, bucket: str, pk: str) -> None:
    s3 = probe.client("s3")
    s3.put_object(Bucket=bucket, Key=pk, Body=b"mine")
    s3.put_object(Bucket=bucket, Key=f"{pk}-theirs", Body=b"theirs")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": pk}, ExpiresIn=60)

    assert httpx.get(url.replace(pk, f"{pk}-theirs"), trust_env=False).status_code == 403


def test_bucket_is_not_public(probe: RunningStack, bucket: str, pk: str) -> None:
    probe.client("s3").put_object(Bucket=bucket, Key=pk, Body=b"private")

    assert httpx.get(f"{probe.emulator_url}/{bucket}/{pk}", trust_env=False).status_code == 403


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"x" * 100, "text/plain", 204),
        (b"x" * 101, "text/plain", 400),
        (b"x" * 100, "text/html", 403),
    ],
)
def test_presigned_post_pins_size_and_type(
    probe: RunningStack, bucket: str, pk: str, content: bytes, content_type: str, status: int
) -> None:
    form = probe.client("s3").generate_presigned_post(
        bucket,
        pk,
        Fields={"Content-Type": "text/plain"},
        Conditions=[{"Content-Type": "text/plain"}, ["content-length-range", 1, 100]],
        ExpiresIn=60,
    )
    fields = {**form["fields"], "Content-Type": content_type}

    answer = httpx.post(form["url"], data=fields, files={"file": content}, trust_env=False)

    assert answer.status_code == status


def test_presigned_post_expires(probe: RunningStack, bucket: str, pk: str) -> None:
    form = probe.client("s3").generate_presigned_post(bucket, pk, ExpiresIn=1)
    time.sleep(2.1)

    answer = httpx.post(form["url"], data=form["fields"], files={"file": b"late"}, trust_env=False)

    assert answer.status_code == 403


# --- SQS, schedules


def test_delayed_message_arrives_late(probe: RunningStack) -> None:
    sqs = probe.client("sqs")
    queue = sqs.create_queue(QueueName=f"delay-{uuid.uuid4().hex}")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=2)

    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    assert sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]["Body"] == "later"


def test_standard_queue_takes_a_message_group(probe: RunningStack) -> None:
    """Fair queues: the group is only a hint, and several messages of one group are in flight at once."""
    sqs = probe.client("sqs")
    queue = sqs.create_queue(QueueName=f"fair-{uuid.uuid4().hex}")["QueueUrl"]
    for body in ("one", "two"):
        sqs.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId="org_1")

    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2)["Messages"]

    assert {message["Body"] for message in received} == {"one", "two"}


def test_only_the_refused_message_of_a_batch_goes_to_the_dead_letters(probe: RunningStack, pk: str) -> None:
    sqs = probe.client("sqs")
    resources = probe.deployment.resources
    for body in (f"good {pk}", f"poison {pk}"):
        sqs.send_message(QueueUrl=resources["Queue"], MessageBody=body)

    def dead() -> list[str]:
        answer = sqs.receive_message(QueueUrl=resources["DeadLetters"], WaitTimeSeconds=2, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]

    assert eventually(dead, seconds=60) == [f"poison {pk}"]
    deliveries = [body for event in seen(probe, "OnMessageFunction") for body in bodies(event) if pk in body]
    assert sorted(deliveries) == [f"good {pk}", f"poison {pk}", f"poison {pk}"]


def test_one_time_schedule_sends_its_message_and_deletes_itself(probe: RunningStack, pk: str) -> None:
    sqs = probe.client("sqs")
    resources = probe.deployment.resources
    queue_arn = sqs.get_queue_attributes(QueueUrl=resources["Quiet"], AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    role_arn = probe.client("iam").get_role(RoleName=resources["SchedulerRole"])["Role"]["Arn"]
    at = datetime.now(UTC) + timedelta(seconds=3)
    scheduler = probe.client("scheduler")
    scheduler.create_schedule(
        Name=pk,
        ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={"Arn": queue_arn, "RoleArn": role_arn, "Input": json.dumps({"delivery": pk})},
    )

    def arrived() -> list[str]:
        answer = sqs.receive_message(QueueUrl=resources["Quiet"], WaitTimeSeconds=2)
        return [message["Body"] for message in answer.get("Messages", []) if pk in message["Body"]]

    assert json.loads(eventually(arrived, seconds=90)[0]) == {"delivery": pk}
    assert datetime.now(UTC) >= at - timedelta(seconds=1)
    eventually(lambda: not scheduler.list_schedules(NamePrefix=pk)["Schedules"], seconds=30)


def test_one_time_schedule_calls_send_message_with_a_group(probe: RunningStack, pk: str) -> None:
    """The universal target: any call's request, here one whose message has a group."""
    sqs, scheduler, resources = probe.client("sqs"), probe.client("scheduler"), probe.deployment.resources
    role_arn = probe.client("iam").get_role(RoleName=resources["SchedulerRole"])["Role"]["Arn"]
    at = datetime.now(UTC) + timedelta(seconds=3)
    message = {"QueueUrl": resources["Quiet"], "MessageBody": f"body {pk}", "MessageGroupId": pk}
    scheduler.create_schedule(
        Name=pk,
        ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
            "RoleArn": role_arn,
            "Input": json.dumps(message),
        },
    )

    def arrived() -> list[dict[str, Any]]:
        answer = sqs.receive_message(
            QueueUrl=resources["Quiet"], WaitTimeSeconds=2, MessageSystemAttributeNames=["MessageGroupId"]
        )
        return [found for found in answer.get("Messages", []) if pk in found["Body"]]

    [sent] = eventually(arrived, seconds=90)
    assert (sent["Body"], sent["Attributes"]["MessageGroupId"]) == (f"body {pk}", pk)


# --- Step Functions


@pytest.fixture
def machine(probe: RunningStack) -> str:
    return probe.deployment.resources["Machine"]


def execute(probe: RunningStack, machine: str, **task_input: Any) -> dict[str, Any]:
    states = probe.client("stepfunctions")
    arn = states.start_execution(stateMachineArn=machine, input=json.dumps(task_input))["executionArn"]
    return finished(states, arn)


def finished(states: Any, arn: str) -> dict[str, Any]:
    def ended() -> dict[str, Any]:
        execution: dict[str, Any] = states.describe_execution(executionArn=arn)
        return execution if execution["status"] != "RUNNING" else {}

    return eventually(ended, seconds=40)


def test_task_is_retried_by_the_class_of_its_error_with_full_jitter(probe: RunningStack, machine: str) -> None:
    execution = execute(probe, machine, flaky=2)

    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["attempt"] == 2


def test_task_that_stays_flaky_fails_with_its_own_error(probe: RunningStack, machine: str) -> None:
    execution = execute(probe, machine, flaky=9)

    assert (execution["status"], execution["error"]) == ("FAILED", "Flaky")


def test_error_is_caught_by_its_class(probe: RunningStack, machine: str) -> None:
    output = json.loads(execute(probe, machine, refuse=True)["output"])

    assert output["refused"] is True
    assert output["error"]["Error"] == "Refused"
    assert json.loads(output["error"]["Cause"])["errorMessage"] == "never"


def test_killed_function_and_timed_out_function_are_caught(probe: RunningStack, machine: str) -> None:
    killed = json.loads(execute(probe, machine, exit=True)["output"])
    timed_out = json.loads(execute(probe, machine, sleep_seconds=15)["output"])

    assert killed["error"]["Error"] == "Runtime.ExitError"
    assert timed_out["error"]["Error"] == "Sandbox.Timedout"


def test_one_name_starts_one_execution(probe: RunningStack, machine: str, pk: str) -> None:
    """AWS answers the same start of a running execution with that execution; the emulator refuses it. Both start it
    once.
    """
    states = probe.client("stepfunctions")
    start = {"stateMachineArn": machine, "name": pk, "input": json.dumps({"wait_seconds": 2})}
    first = states.start_execution(**start)["executionArn"]

    for again in (start, {**start, "input": "{}"}):
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            states.start_execution(**again)
    assert finished(states, first)["status"] == "SUCCEEDED"
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        states.start_execution(**start)


def test_failed_and_aborted_executions_are_announced_on_the_default_bus(
    probe: RunningStack, machine: str, pk: str
) -> None:
    states = probe.client("stepfunctions")
    wait = json.dumps({"wait_seconds": 30})
    aborted = states.start_execution(stateMachineArn=machine, name=f"{pk}-a", input=wait)["executionArn"]
    time.sleep(0.5)
    states.stop_execution(executionArn=aborted, error="Cancelled", cause="the client asked")
    states.start_execution(stateMachineArn=machine, name=f"{pk}-f", input=json.dumps({"flaky": 9}))

    def announced() -> dict[str, str]:
        details = [event["detail"] for event in seen(probe, "OnStatusFunction")]
        mine = {detail["name"]: detail["status"] for detail in details if detail["name"].startswith(pk)}
        return mine if len(mine) == 2 else {}

    assert eventually(announced, seconds=30) == {f"{pk}-a": "ABORTED", f"{pk}-f": "FAILED"}


# --- Event sources of functions


def test_stream_reaches_the_function_through_its_filters(probe: RunningStack, table: str, pk: str) -> None:
    dynamodb = probe.client("dynamodb")
    dynamodb.put_item(TableName=table, Item=item(pk, "RUN#1", status="queued"))
    dynamodb.put_item(TableName=table, Item=item(pk, "RUN#1", status="completed"))
    dynamodb.put_item(TableName=table, Item=item(pk, "OUTBOX#1", kind="start"))
    dynamodb.delete_item(TableName=table, Key=item(pk, "OUTBOX#1"))

    def records() -> list[tuple[str, str]]:
        found = [
            (record["eventName"], record["dynamodb"]["Keys"]["sk"]["S"])
            for event in seen(probe, "OnStreamFunction")
            for record in event["Records"]
            if record["dynamodb"]["Keys"]["pk"]["S"] == pk
        ]
        return found if len(found) >= 2 else []

    eventually(records, seconds=20)
    time.sleep(2)
    assert records() == [("MODIFY", "RUN#1"), ("INSERT", "OUTBOX#1")]


def test_new_object_reaches_the_function_by_prefix(probe: RunningStack, bucket: str, pk: str) -> None:
    s3 = probe.client("s3")
    s3.put_object(Bucket=bucket, Key=f"elsewhere/{pk}", Body=b"1")
    s3.put_object(Bucket=bucket, Key=f"incoming/{pk}", Body=b"12")

    def objects() -> list[tuple[str, int]]:
        return [
            (record["s3"]["object"]["key"], record["s3"]["object"]["size"])
            for event in seen(probe, "OnObjectFunction")
            for record in event["Records"]
            if pk in record["s3"]["object"]["key"]
        ]

    assert eventually(objects, seconds=20) == [(f"incoming/{pk}", 2)]


def test_new_object_is_announced_on_the_default_bus(probe: RunningStack, bucket: str, pk: str) -> None:
    probe.client("s3").put_object(Bucket=bucket, Key=f"incoming/{pk}", Body=b"12")

    def objects() -> list[str]:
        return [
            event["detail"]["object"]["key"]
            for event in seen(probe, "OnObjectEventFunction")
            if pk in event["detail"]["object"]["key"]
        ]

    assert eventually(objects, seconds=20) == [f"incoming/{pk}"]


# --- Permissions


def call(probe: RunningStack, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
    """What a boto3 call inside CallerFunction comes to, under that function's role."""
    payload = {"service": service, "operation": operation, "arguments": arguments}
    answer = probe.client("lambda").invoke(
        FunctionName=probe.deployment.functions["CallerFunction"], Payload=json.dumps(payload)
    )
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def test_transaction_needs_only_the_permissions_of_its_parts(probe: RunningStack, table: str, pk: str) -> None:
    parts = [
        {"Put": {"TableName": table, "Item": item(pk, "A")}},
        {
            "Update": {
                "TableName": table,
                "Key": item(pk, "B"),
                "UpdateExpression": "SET n = :n",
                "ExpressionAttributeValues": {":n": {"N": "1"}},
            }
        },
        {
            "ConditionCheck": {
                "TableName": table,
                "Key": item(pk, "C"),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
    ]

    assert "result" in call(probe, "dynamodb", "transact_write_items", TransactItems=parts)


def test_transaction_with_a_part_that_is_not_permitted_is_denied(probe: RunningStack, table: str, pk: str) -> None:
    parts = [{"Delete": {"TableName": table, "Key": item(pk, "A")}}]

    answer = call(probe, "dynamodb", "transact_write_items", TransactItems=parts)

    assert answer.get("error") == "AccessDeniedException"


def test_role_allows_what_it_says(probe: RunningStack, machine: str, bucket: str, pk: str) -> None:
    queue = probe.deployment.resources["Queue"]
    event = {"Source": "overten", "DetailType": "run.completed", "Detail": "{}"}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("s3", "put_object", {"Bucket": bucket, "Key": f"allowed/{pk}", "Body": "1", "IfNoneMatch": "*"}),
        ("stepfunctions", "start_execution", {"stateMachineArn": machine, "name": pk, "input": "{}"}),
        ("sqs", "send_message", {"QueueUrl": queue, "MessageBody": "good", "MessageGroupId": "org_1"}),
        ("events", "put_events", {"Entries": [event]}),
    ]

    answers = {operation: call(probe, service, operation, **arguments) for service, operation, arguments in calls}

    assert {operation: answer for operation, answer in answers.items() if "result" not in answer} == {}


def test_role_denies_everything_else(probe: RunningStack, machine: str, bucket: str, table: str, pk: str) -> None:
    dead_letters = probe.deployment.resources["DeadLetters"]
    execution = machine.replace(":stateMachine:", ":execution:") + ":none"
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("s3", "put_object", {"Bucket": bucket, "Key": f"elsewhere/{pk}", "Body": "1"}),
        ("s3", "get_object", {"Bucket": bucket, "Key": f"allowed/{pk}"}),
        ("dynamodb", "get_item", {"TableName": table, "Key": item(pk)}),
        ("dynamodb", "put_item", {"TableName": probe.deployment.resources["Seen"], "Item": item(pk)}),
        ("stepfunctions", "stop_execution", {"executionArn": execution}),
        ("sqs", "send_message", {"QueueUrl": dead_letters, "MessageBody": "no"}),
        ("scheduler", "delete_schedule", {"Name": pk}),
    ]

    answers = [(operation, call(probe, service, operation, **arguments)) for service, operation, arguments in calls]

    assert [(operation, answer) for operation, answer in answers if "Denied" not in str(answer.get("error"))] == []


def test_presigned_url_of_a_function_is_held_to_its_role(probe: RunningStack, bucket: str, pk: str) -> None:
    allowed = call(probe, "s3", "presign", Bucket=bucket, Key=f"allowed/{pk}")["result"]
    elsewhere = call(probe, "s3", "presign", Bucket=bucket, Key=f"elsewhere/{pk}")["result"]

    assert httpx.put(allowed, content=b"1", trust_env=False).status_code == 200
    assert httpx.put(elsewhere, content=b"1", trust_env=False).status_code == 403


def test_function_sees_the_emulator_and_nothing_of_the_developers_account(probe: RunningStack) -> None:
    names = [
        "AWS_ENDPOINT_URL",
        "AWS_PROFILE",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    ]
    answer = probe.client("lambda").invoke(
        FunctionName=probe.deployment.functions["CallerFunction"],
        Payload=json.dumps({"operation": "environment", "names": names}),
    )

    assert list(json.loads(answer["Payload"].read()).values()) == [
        probe.emulator_url, None, "/dev/null", "/dev/null", "256",
    ]  # fmt: skip


# --- The API and its front


def api(probe: RunningStack, method: str, path: str, **options: Any) -> httpx.Response:
    return httpx.request(method, f"{probe.base_url}{path}", trust_env=False, timeout=30, **options)


def test_path_and_query_arrive_as_sent(probe: RunningStack) -> None:
    echo = api(probe, "GET", "/echo/a%20b?tag=x&tag=y%26z").json()

    assert (echo["path"], echo["stage"], echo["item"]) == ("/v1/echo/a b", "api", "a b")
    assert echo["query"] == {"tag": ["x", "y&z"]}


def test_multipart_body_with_a_binary_file_arrives_whole(probe: RunningStack) -> None:
    request = httpx.Request("POST", "http://x", files={"file": ("x.bin", bytes(range(256)) * 100)}, data={"tags": "ü"})
    body = request.read()

    echo = api(probe, "POST", "/echo", content=body, headers={"Content-Type": request.headers["Content-Type"]}).json()

    assert echo["base64"] is True
    assert echo["sha256"] == hashlib.sha256(body).hexdigest()


def test_text_body_arrives_as_text(probe: RunningStack) -> None:
    body = json.dumps({"prompt": "Größe — 大"}, ensure_ascii=False).encode()

    echo = api(probe, "POST", "/echo", content=body, headers={"Content-Type": "application/json"}).json()

    assert echo["base64"] is False
    assert echo["sha256"] == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("DELETE", "/echo"), ("PATCH", "/echo/1/2")])
def test_unknown_route_and_wrong_method_answer_as_the_template_says(
    probe: RunningStack, method: str, path: str
) -> None:
    answer = api(probe, method, path)

    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "not_found", "message": "Not found."}
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-Id"])


@pytest.mark.parametrize(
    ("size_bytes", "content_type", "status"),
    [
        (4_600_000, "multipart/form-data; boundary=x", 200),
        (4_800_000, "multipart/form-data; boundary=x", 413),
        (6_200_000, "text/plain", 200),
        (6_400_000, "text/plain", 413),
        (10_600_000, "text/plain", 413),
    ],
)
def test_body_beyond_the_limits_of_gateway_and_lambda_is_refused_as_the_template_says(
    probe: RunningStack, size_bytes: int, content_type: str, status: int
) -> None:
    answer = api(probe, "POST", "/echo", content=b"x" * size_bytes, headers={"Content-Type": content_type})

    assert answer.status_code == status
    if status == 413:
        assert answer.json()["error"] == "payload_too_large"
        assert answer.headers["X-Request-Id"]


def test_function_that_raises_answers_as_the_template_says(probe: RunningStack) -> None:
    answer = api(probe, "GET", "/echo/crash")

    assert answer.status_code == 500
    assert answer.json() == {"success": False, "error": "internal_error", "message": "Something went wrong."}
    assert answer.headers["X-Request-Id"]


# --- Safety


def test_everything_listens_on_loopback_only(probe: RunningStack) -> None:
    api(probe, "GET", "/echo")
    pids = [int((probe.settings.data / f"{name}.pid").read_text()) for name in ("emulator", "front")]

    listening = [address for pid in [*pids, *children(pids)] for address in listening_addresses(pid)]

    assert {port for _, port in listening} >= {probe.settings.front_port, probe.settings.emulator_port}
    assert {host for host, _ in listening} == {"0100007F"}


def children(pids: list[int]) -> list[int]:
    """The processes below `pids`, from /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    below: list[int] = []
    generation = [pid for pid, parent in parents.items() if parent in pids]
    while generation:
        below += generation
        generation = [pid for pid, parent in parents.items() if parent in generation]
    return below


def listening_addresses(pid: int) -> list[tuple[str, int]]:
    """Address (hexadecimal, as the kernel writes it) and port of each socket that `pid` listens on."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                host, port = fields[1].split(":")
                found.append((host, int(port, 16)))
    return found


# --- What the functions of the probe application wrote down


def seen(probe: RunningStack, logical_id: str) -> list[dict[str, Any]]:
    """The events that one function was given, in order."""
    items = probe.client("dynamodb").query(
        TableName=probe.deployment.resources["Seen"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": probe.deployment.functions[logical_id]}},
    )["Items"]
    return [json.loads(found["event"]["S"]) for found in items]


def bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event["Records"]]


def eventually[T](look: Callable[[], T], *, seconds: float) -> T:
    """The first true thing that `look` gives; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.25)
    return found
