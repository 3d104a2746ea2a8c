from __future__ import annotations

from local import gateway_responses

BODY = '{"success": false, "error": "not_found", "message": $context.error.messageString}'


def template(**properties):
    return {"Resources": {"Api": {"Type": "AWS::Serverless::Api", "Properties": properties}}}


def customised(**responses):
    return gateway_responses.read(template(GatewayResponses=responses))


def test_answer_has_the_templates_status_headers_and_body():
    responses = customised(
        MISSING_AUTHENTICATION_TOKEN={
            "StatusCode": "404",
            "ResponseParameters": {"Headers": {"X-Request-Id": "context.requestId", "Retry-After": "'30'"}},
            "ResponseTemplates": {"application/json": BODY},
        }
    )

    status, headers, body = gateway_responses.render(responses, "MISSING_AUTHENTICATION_TOKEN", {"requestId": "r-1"})

    assert status == 404
    assert headers == {"Content-Type": "application/json", "X-Request-Id": "r-1", "Retry-After": "30"}
    assert body == '{"success": false, "error": "not_found", "message": "Missing Authentication Token"}'


def test_type_without_an_answer_of_its_own_follows_the_default_of_its_class():
    responses = customised(
        DEFAULT_4XX={"ResponseTemplates": {"application/json": "4"}}, DEFAULT_5XX={"StatusCode": 500}
    )

    assert gateway_responses.render(responses, "REQUEST_TOO_LARGE", {})[::2] == (413, "4")
    assert gateway_responses.render(responses, "INTEGRATION_TIMEOUT", {})[0] == 500


def test_without_customisation_the_answer_is_api_gateways_own():
    assert gateway_responses.render({}, "INTEGRATION_TIMEOUT", {}) == (
        504,
        {"Content-Type": "application/json"},
        '{"message":"Endpoint request timed out"}',
    )


def test_header_whose_source_is_absent_is_left_out():
    responses = customised(THROTTLED={"ResponseParameters": {"Headers": {"X-Origin": "method.request.header.Origin"}}})

    assert gateway_responses.render(responses, "THROTTLED", {})[1] == {"Content-Type": "application/json"}


def test_variables_are_substituted_in_both_spellings_and_unknown_ones_are_empty():
    responses = customised(
        THROTTLED={
            "ResponseTemplates": {"application/json": "${context.requestId}-$context.error.responseType-$context.x"}
        }
    )

    assert gateway_responses.render(responses, "THROTTLED", {"requestId": "r"})[2] == "r-THROTTLED-"


def test_responses_declared_as_resources_or_for_all_apis_are_read_too():
    document = template()
    document["Globals"] = {"Api": {"GatewayResponses": {"THROTTLED": {"StatusCode": 429}}}}
    document["Resources"]["TooLarge"] = {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {
            "ResponseType": "REQUEST_TOO_LARGE",
            "StatusCode": "413",
            "ResponseParameters": {"gatewayresponse.header.X-Request-Id": "context.requestId"},
        },
    }

    responses = gateway_responses.read(document)

    assert set(responses) == {"THROTTLED", "REQUEST_TOO_LARGE"}
    assert responses["REQUEST_TOO_LARGE"].headers == {"X-Request-Id": "context.requestId"}
