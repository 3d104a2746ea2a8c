"""What every function and edge of the template must have, and who may touch what."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from tests.cloudformation import REPOSITORY, functions, resources, statements, template

FUNCTIONS = functions()
HANDLERS = {name: properties["Handler"].removesuffix(".handler") for name, properties in FUNCTIONS.items()}
each_function = pytest.mark.parametrize("name", FUNCTIONS)

WEBHOOKS = ("webhooks_create", "webhooks_list", "webhooks_update", "webhooks_delete", "webhooks_rotate_secret")
WEBHOOKS += ("webhooks_test", "webhooks_deliveries_list", "webhooks_deliveries_redeliver")
GENERATE = ("excel_generate", "word_generate", "slides_generate")
# The actions of each function on each table. A widening shows here, in the diff.
TABLE_ACTIONS: dict[str, dict[str, set[str]]] = {
    "OrgsTable": {
        "signup": {"GetItem", "PutItem", "ConditionCheckItem"},
        "api_keys_create": {"GetItem", "PutItem", "ConditionCheckItem"},
        "api_keys_list": {"GetItem", "Query"},
        "organizations_list": {"Query"},
        "api_keys_revoke": {"GetItem", "UpdateItem"},
        "verify": {"GetItem"},
        "credits_get": {"GetItem"},
        "operate": {"GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"},
        **dict.fromkeys((*GENERATE, "slides_outline", "excel_analyze"), {"GetItem", "UpdateItem"}),
        **dict.fromkeys(("runs_download", "runs_thumbnail", "files_download"), {"GetItem"}),
        "images_content": {"GetItem"},
        "step_work": {"GetItem", "UpdateItem"},
        "step_settle": {"UpdateItem"},
        "step_fail": {"UpdateItem"},
        "executions_ended": {"UpdateItem"},
        "tasks_sweep": {"UpdateItem"},
        "tasks_cancel": {"UpdateItem"},
        "webhooks_fan_out": {"GetItem"},
    },
    "KeysTable": {
        "signup": {"PutItem"},
        "api_keys_create": {"PutItem"},
        "api_keys_revoke": {"UpdateItem"},
        "credits_get": {"UpdateItem"},
        "credits_ledger": {"UpdateItem"},
        "operate": {"BatchGetItem", "UpdateItem"},
        "preflight": {"UpdateItem"},
        **dict.fromkeys(("slides_outline", "excel_analyze"), {"UpdateItem"}),
        **dict.fromkeys(("verify", *GENERATE, "tasks_get", "runs_list", "runs_get", "runs_download"), {"UpdateItem"}),
        **dict.fromkeys(("tasks_cancel", "runs_delete", "runs_versions_list", "runs_versions_restore"), {"UpdateItem"}),
        **dict.fromkeys(("files_create", "files_list", "files_get", "files_delete"), {"UpdateItem"}),
        **dict.fromkeys(("runs_export", "runs_thumbnail", "files_convert", "files_download"), {"UpdateItem"}),
        **dict.fromkeys(
            ("images_create", "images_list", "images_get", "images_content", "images_delete"), {"UpdateItem"}
        ),
        **dict.fromkeys(WEBHOOKS, {"UpdateItem"}),
    },
    "RunsTable": {
        **dict.fromkeys((*GENERATE, "excel_analyze"), {"GetItem", "PutItem"}),
        "slides_outline": {"GetItem", "PutItem", "UpdateItem"},
        "tasks_get": {"GetItem"},
        "runs_list": {"Query", "BatchGetItem"},
        "runs_get": {"GetItem", "BatchGetItem"},
        "runs_download": {"GetItem"},
        "runs_thumbnail": {"GetItem"},
        "runs_export": {"GetItem", "PutItem", "UpdateItem", "DeleteItem"},
        "files_convert": {"GetItem", "PutItem", "DeleteItem"},
        "step_prepare": {"UpdateItem", "DeleteItem"},
        "step_work": {"GetItem", "UpdateItem"},
        "step_verify": {"GetItem", "UpdateItem"},
        "step_render": {"GetItem", "UpdateItem"},
        "step_publish": {"GetItem", "UpdateItem"},
        "step_settle": {"GetItem", "UpdateItem", "PutItem"},
        "step_fail": {"GetItem", "UpdateItem", "PutItem"},
        "webhooks_fan_out": {"GetItem", "DeleteItem"},
        "webhooks_deliveries_redeliver": {"GetItem"},
        "preflight": {"GetItem"},
        "outbox_relay": {"GetItem", "DeleteItem"},
        "executions_ended": {"GetItem", "UpdateItem", "PutItem"},
        "tasks_sweep": {"GetItem", "UpdateItem", "PutItem", "DeleteItem", "Query"},
        "tasks_cancel": {"GetItem", "UpdateItem"},
        "runs_delete": {"GetItem", "PutItem"},
        "runs_versions_list": {"GetItem", "Query"},
        "runs_versions_restore": {"GetItem", "UpdateItem", "PutItem"},
        "runs_reap": {"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "BatchWriteItem"},
    },
    "LedgerTable": {
        **dict.fromkeys(
            (
                *("signup", *GENERATE, "step_work", "step_settle", "step_fail", "executions_ended"),
                *("tasks_sweep", "tasks_cancel", "slides_outline", "excel_analyze"),
            ),
            {"PutItem"},
        ),
        "credits_ledger": {"Query"},
        "operate": {"PutItem", "Query"},
    },
    "CountersTable": {
        **dict.fromkeys((*GENERATE, "slides_outline", "excel_analyze"), {"UpdateItem", "BatchGetItem"}),
        "outbox_relay": {"UpdateItem"},
        "tasks_sweep": {"BatchGetItem", "BatchWriteItem"},
    },
    "LinksTable": {
        **dict.fromkeys((*GENERATE, "tasks_get", "runs_list", "runs_get"), {"BatchWriteItem"}),
        **dict.fromkeys(("runs_versions_list", "runs_versions_restore"), {"BatchWriteItem"}),
        **dict.fromkeys(("runs_export", "files_convert"), {"BatchWriteItem"}),
        **dict.fromkeys(("runs_download", "runs_thumbnail", "files_download"), {"GetItem"}),
        **dict.fromkeys(("images_create", "images_list", "images_get"), {"BatchWriteItem"}),
        "images_content": {"GetItem"},
        **dict.fromkeys(("webhooks_fan_out", "webhooks_deliveries_redeliver"), {"BatchWriteItem"}),
    },
    "AssetsTable": {
        **dict.fromkeys((*GENERATE, "preflight", "slides_outline", "excel_analyze"), {"BatchGetItem"}),
        **dict.fromkeys(("files_create", "images_create"), {"PutItem", "UpdateItem"}),
        **dict.fromkeys(("files_list", "images_list"), {"Query"}),
        **dict.fromkeys(("files_get", "images_get", "images_content"), {"GetItem"}),
        **dict.fromkeys(("files_convert", "files_download"), {"GetItem"}),
        **dict.fromkeys(("files_delete", "images_delete", "assets_check"), {"GetItem", "UpdateItem"}),
        "assets_reap": {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"},
    },
    "WebhooksTable": {
        "webhooks_create": {"UpdateItem", "PutItem"},
        "webhooks_list": {"Query"},
        "webhooks_update": {"GetItem", "UpdateItem"},
        "webhooks_delete": {"GetItem", "UpdateItem"},
        "webhooks_rotate_secret": {"GetItem", "UpdateItem"},
        "webhooks_test": {"GetItem", "PutItem"},
        "webhooks_deliveries_list": {"GetItem", "Query"},
        "webhooks_deliveries_redeliver": {"GetItem", "UpdateItem"},
        "webhooks_fan_out": {"Query", "PutItem"},
        "webhooks_deliver": {"GetItem", "UpdateItem"},
    },
    "EditSessionsTable": {},
}


def referenced(value: Any) -> set[str]:
    """The logical ids that a value refers to."""
    if isinstance(value, list):
        return {name for member in value for name in referenced(member)}
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for function, argument in value.items():
        if function in ("Ref", "GetAtt"):
            found.add(str(argument).partition(".")[0])
        elif function == "Sub":
            found |= {name.partition(".")[0] for name in re.findall(r"\$\{([^}!]+)\}", str(argument))}
        else:
            found |= referenced(argument)
    return found


@each_function
def test_a_function_is_named_as_its_file_and_has_a_sample_event(name: str) -> None:
    handler = HANDLERS[name]
    assert name == "".join(part.capitalize() for part in handler.split("_")) + "Function"
    assert (REPOSITORY / "functions" / f"{handler}.py").exists()
    assert (REPOSITORY / "events" / f"{handler}.json").exists()


def test_every_file_is_deployed_and_every_event_belongs_to_one() -> None:
    files = {file.stem for file in (REPOSITORY / "functions").glob("*.py")}
    assert files == set(HANDLERS.values())
    assert {file.stem for file in (REPOSITORY / "events").glob("*.json")} == files


@each_function
def test_a_function_says_how_long_how_big_and_is_traced(name: str) -> None:
    properties = FUNCTIONS[name]
    assert 0 < properties["Timeout"] <= 900
    assert properties["MemorySize"] >= 512
    assert properties["Tracing"] == "Active"
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == [{"Ref": "Architecture"}]


@each_function
def test_a_function_logs_to_a_group_of_its_own_that_is_kept_for_a_set_time(name: str) -> None:
    group = FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]
    assert group == name.removesuffix("Function") + "LogGroup"
    assert "RetentionInDays" in resources("AWS::Logs::LogGroup")[group]


@each_function
def test_a_function_has_a_role_of_its_own_with_nothing_wild(name: str) -> None:
    properties = FUNCTIONS[name]
    assert "Role" not in properties, "a shared role"
    found = statements(properties)
    for statement in found:
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action]
        assert statement["Resource"] != "*"


def test_only_the_listed_functions_touch_each_table() -> None:
    actual: dict[str, dict[str, set[str]]] = {table: {} for table in resources("AWS::DynamoDB::Table")}
    for name, properties in FUNCTIONS.items():
        for statement in statements(properties):
            for table in referenced(statement["Resource"]) & set(actual):
                actions = {action.removeprefix("dynamodb:") for action in statement["Action"]}
                actual[table].setdefault(HANDLERS[name], set()).update(actions)
    assert actual == TABLE_ACTIONS


def test_the_function_that_fetches_logos_may_do_nothing() -> None:
    """It requests addresses that users give: whoever deceives it must have won nothing."""
    properties = FUNCTIONS["LogoFetchFunction"]
    assert statements(properties) == []
    assert "VpcConfig" not in properties
    own = resources("AWS::Serverless::Function")["LogoFetchFunction"]["Environment"]["Variables"]
    assert set(own) == {"ALLOW_LOCAL_TARGETS"}


def test_the_functions_that_convert_may_do_nothing() -> None:
    """They open documents of strangers with a big program: whoever broke out of it must have won nothing."""
    for name in ("ExportValuesFunction", "ExportOfficeFunction"):
        assert statements(FUNCTIONS[name]) == []
        assert "Environment" not in resources("AWS::Serverless::Function")[name]
    role = resources("AWS::IAM::Role")["ExportOfficeImageRole"]
    assert "Policies" not in role
    granted = [str(arn["Sub"]).rpartition("/")[2] for arn in role["ManagedPolicyArns"]]
    assert granted == ["AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"]


def test_the_converters_image_is_the_laptops_function_in_all_but_its_packing() -> None:
    [image] = resources("AWS::Lambda::Function").values()
    laptop = FUNCTIONS["ExportOfficeFunction"]
    for member in ("FunctionName", "MemorySize", "Timeout", "LoggingConfig"):
        assert image[member] == laptop[member], member
    assert image["Environment"]["Variables"] == template()["Globals"]["Function"]["Environment"]["Variables"]
    conditions = {
        name: template()["Resources"][name]["Condition"]
        for name in ("ExportOfficeFunction", "ExportOfficeImageFunction")
    }
    assert conditions == {"ExportOfficeFunction": "IsLocal", "ExportOfficeImageFunction": "HasOfficeImage"}


def test_the_function_that_delivers_webhooks_has_its_table_and_its_queue_only() -> None:
    properties = FUNCTIONS["WebhooksDeliverFunction"]
    named = {name for statement in statements(properties) for name in referenced(statement["Resource"])}
    assert named == {"WebhooksTable", "WebhookQueue"}
    assert "Events" not in properties, "SAM would let it read every queue of the account"
    assert "VpcConfig" not in properties
    own = resources("AWS::Serverless::Function")["WebhooksDeliverFunction"]["Environment"]["Variables"]
    assert set(own) == {"WEBHOOKS_TABLE", "ALLOW_LOCAL_TARGETS"}


def test_only_the_trigger_passes_a_role_and_that_role_only_sends() -> None:
    passing = {
        HANDLERS[name]: statement
        for name, properties in FUNCTIONS.items()
        for statement in statements(properties)
        if "iam:PassRole" in statement["Action"]
    }
    assert set(passing) == {"webhooks_trigger"}
    assert passing["webhooks_trigger"]["Resource"] == {"GetAtt": "WebhookSchedulesRole.Arn"}
    assert passing["webhooks_trigger"]["Condition"]
    [policy] = resources("AWS::IAM::Role")["WebhookSchedulesRole"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["sqs:SendMessage"]
    assert referenced(statement["Resource"]) == {"WebhookQueue", "RecoveryDeadLetters"}


def test_a_deployed_stage_reaches_no_local_addresses() -> None:
    rule = template()["Rules"]["LocalTargetsOnlyOnALaptop"]
    assert rule["RuleCondition"] == {"Not": [{"Equals": [{"Ref": "Stage"}, "local"]}]}
    assert rule["Assertions"][0]["Assert"] == {"Equals": [{"Ref": "AllowLocalTargets"}, "false"]}
    assert template()["Parameters"]["AllowLocalTargets"]["Default"] == "false"


def test_only_the_state_machine_may_do_anything_to_every_resource() -> None:
    """Log delivery has no resources to name; nothing else needs a star."""
    for properties in resources("AWS::Serverless::StateMachine").values():
        for policy in properties["Policies"]:
            for statement in policy["Statement"]:
                if statement["Resource"] == "*":
                    assert all(action.startswith("logs:") for action in statement["Action"])


def events_of_type(*kinds: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, event["Properties"])
        for name, properties in FUNCTIONS.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] in kinds
    ]


def test_every_asynchronous_edge_ends_in_a_dead_letter_queue() -> None:
    queues = set(resources("AWS::SQS::Queue"))
    pushed = events_of_type("Schedule", "EventBridgeRule", "ScheduleV2", "S3", "SNS")
    pulled = events_of_type("DynamoDB", "SQS")
    assert pushed
    assert pulled
    for name, event in pushed:
        on_failure = FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
        assert referenced(on_failure["Destination"]) <= queues
        assert referenced(event["DeadLetterConfig"]["Arn"]) <= queues
    for name, event in pulled:
        assert referenced(event["DestinationConfig"]["OnFailure"]["Destination"]) <= queues
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        if name != "WebhooksTriggerFunction":  # see below
            assert 0 < event["MaximumRetryAttempts"] < 100
    other = {event["Type"] for properties in FUNCTIONS.values() for event in properties.get("Events", {}).values()}
    assert other <= {"Api", "Schedule", "EventBridgeRule", "DynamoDB"}, "a kind of edge this test does not know"


def test_a_pending_delivery_is_triggered_for_as_long_as_its_stream_remembers_and_an_alarm_tells() -> None:
    """Twenty tries are over within minutes, and no sweeper looks for pending deliveries."""
    [(_, event)] = [found for found in events_of_type("DynamoDB") if found[0] == "WebhooksTriggerFunction"]
    assert (event["MaximumRetryAttempts"], event["MaximumRecordAgeInSeconds"]) == (-1, 86_400)
    [alarm] = [one for one in resources("AWS::CloudWatch::Alarm").values() if one["MetricName"] == "IteratorAge"]
    assert referenced(alarm["Dimensions"]) == {"WebhooksTriggerFunction"}
    assert 0 < alarm["Threshold"] <= 900_000
    assert referenced(alarm["AlarmActions"]) == {"AlarmTopic"}


def test_deliverers_leave_a_small_account_room_for_others() -> None:
    [mapping] = resources("AWS::Lambda::EventSourceMapping").values()
    assert mapping["ScalingConfig"]["MaximumConcurrency"]["If"][2] == {"Ref": "MaxDeliverers"}
    parameter = template()["Parameters"]["MaxDeliverers"]
    assert 2 <= parameter["MinValue"] <= parameter["Default"] <= 5


def test_a_queue_that_is_worked_off_reports_items_and_gives_up_to_dead_letters() -> None:
    queues = resources("AWS::SQS::Queue")
    for mapping in resources("AWS::Lambda::EventSourceMapping").values():
        [queue] = referenced(mapping["EventSourceArn"])
        [function] = referenced(mapping["FunctionName"])
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert queues[queue]["VisibilityTimeout"] >= 6 * FUNCTIONS[function]["Timeout"]
        redrive = queues[queue]["RedrivePolicy"]
        assert referenced(redrive["deadLetterTargetArn"]) <= set(queues) - {queue}
        assert 3 <= redrive["maxReceiveCount"] <= 10


def test_a_lease_outlives_its_worker_and_not_its_message() -> None:
    from overten.webhooks.deliver import ATTEMPT_SECONDS
    from overten.webhooks.store import LEASE_SECONDS

    timeout = FUNCTIONS["WebhooksDeliverFunction"]["Timeout"]
    visibility = resources("AWS::SQS::Queue")["WebhookQueue"]["VisibilityTimeout"]
    assert ATTEMPT_SECONDS < timeout < LEASE_SECONDS < visibility


def test_a_dead_letter_queue_is_watched() -> None:
    watched = {
        referenced(dimension["Value"]).pop()
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "AWS/SQS"
        for dimension in alarm["Dimensions"]
    }
    assert watched == {name for name, queue in resources("AWS::SQS::Queue").items() if "RedrivePolicy" not in queue}


def test_the_routes_of_the_template_are_those_of_the_code() -> None:
    declared = {(event["Method"].upper(), event["Path"], name) for name, event in events_of_type("Api")}
    coded = set()
    for name, handler in HANDLERS.items():
        router = getattr(importlib.import_module(handler), "router", None)
        for route in router.routes if router else []:
            assert isinstance(route, APIRoute)
            coded |= {(method, f"/v1{route.path}", name) for method in route.methods}
    assert declared == coded


def test_every_table_is_encrypted_and_what_matters_outlives_the_stack() -> None:
    for name, resource in template()["Resources"].items():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        assert resource["Properties"]["SSESpecification"] == {"SSEEnabled": True}
        assert resource["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
        if name not in ("LinksTable", "EditSessionsTable", "CountersTable"):
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
            assert "PointInTimeRecoverySpecification" in resource["Properties"]


# The gateway's own answers: unknown route and wrong method 404, malformed or of an unsupported type 400, and so on.
GATEWAY_STATUSES = {
    "DEFAULT_4XX": 404,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "UNSUPPORTED_MEDIA_TYPE": 400,
    "ACCESS_DENIED": 403,
    "WAF_FILTERED": 403,
    # No route uses the gateway's authorization: it asks for a credential where it knows no route.
    **dict.fromkeys(("MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND", "UNAUTHORIZED"), 404),
    **dict.fromkeys(("EXPIRED_TOKEN", "INVALID_API_KEY", "INVALID_SIGNATURE"), 404),
    "REQUEST_TOO_LARGE": 413,
    "THROTTLED": 429,
    "QUOTA_EXCEEDED": 429,
    "DEFAULT_5XX": 500,
    "API_CONFIGURATION_ERROR": 500,
    "INTEGRATION_FAILURE": 500,
    "INTEGRATION_TIMEOUT": 503,
}


def test_every_answer_of_the_gateway_has_the_contracts_form() -> None:
    answers = resources("AWS::Serverless::Api")["Api"]["GatewayResponses"]
    codes = {400: "invalid_request", 403: "forbidden", 404: "not_found", 413: "payload_too_large"}
    codes |= {429: "rate_limit_exceeded", 500: "internal_error", 503: "service_unavailable"}
    assert {kind: answer["StatusCode"] for kind, answer in answers.items()} == GATEWAY_STATUSES
    for answer in answers.values():
        body = json.loads(answer["ResponseTemplates"]["application/json"])
        headers = answer["ResponseParameters"]["Headers"]
        assert body["success"] is False
        assert body["error"] == codes[answer["StatusCode"]]
        assert body["message"]
        assert headers["X-Request-Id"] == "context.requestId"
        assert ("Retry-After" in headers) == (answer["StatusCode"] in (429, 503))


def test_environment_variables_name_settings_that_exist() -> None:
    from overten import config

    known = {
        field.upper()
        for kind in vars(config).values()
        if isinstance(kind, type) and issubclass(kind, config.Environment)
        for field in kind.model_fields
    } | {"POWERTOOLS_LOG_LEVEL"}
    for name, properties in FUNCTIONS.items():
        own = resources("AWS::Serverless::Function")[name].get("Environment", {}).get("Variables", {})
        assert set(own) <= known, name
        assert properties["Handler"]


def test_every_function_that_accepts_work_knows_the_bounds_of_the_deployment() -> None:
    bounds = {"COUNTERS_TABLE", "ACCOUNT_CONCURRENCY", "MAX_SYNC_WAITERS", "MAX_OPEN_TASKS"}
    accepting = [
        name
        for name, handler in HANDLERS.items()
        if "overten.api.generation" in (REPOSITORY / "functions" / f"{handler}.py").read_text()
    ]
    assert accepting
    for name in accepting:
        assert bounds <= set(FUNCTIONS[name]["Environment"]["Variables"]), name


def test_parameters_and_outputs_are_described() -> None:
    for section in ("Parameters", "Outputs"):
        for name, entry in template()[section].items():
            assert entry.get("Description"), name


def test_no_plain_secret_reaches_a_function() -> None:
    for path in (Path(REPOSITORY / "template.yaml"), Path(REPOSITORY / "samconfig.toml")):
        assert "MODEL_API_KEY:" not in path.read_text()
