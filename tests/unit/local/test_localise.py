from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from local.localise import localise

PYTHON = Path("/opt/runtime/bin/python")


@pytest.fixture
def build(tmp_path):
    """What `sam build` leaves: a directory for each function and layer."""
    for name, text in {
        "Hello/hello.py": "handler = 1",
        "Libraries/python/lib/__init__.py": "",
        "Libraries/python/lib-1.dist-info/METADATA": "",
        "Ours/python/overten/__init__.py": "VERSION = 1",
        "machine.asl.yaml": "StartAt: A\nStates: {A: {Type: Task, Resource: '${Arn}', End: true}}",
    }.items():
        file = tmp_path / "build" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "build"


def template():
    return {
        "Globals": {"Function": {"Runtime": "python3.13", "Layers": [{"Ref": "Ours"}], "Timeout": 9}},
        "Resources": {
            "Ours": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "Ours"}},
            "Libraries": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "Libraries"}},
            "Hello": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Handler": "hello.handler",
                    "CodeUri": "Hello",
                    "Layers": [{"Fn::If": ["X", {"Ref": "Libraries"}, {"Ref": "AWS::NoValue"}]}],
                },
            },
            "Machine": {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "machine.asl.yaml"}},
            "Api": {"Type": "AWS::Serverless::Api", "Properties": {"BinaryMediaTypes": ["multipart~1form-data"]}},
        },
    }


def localised(build):
    code = build.parent / "code"
    return localise(template(), build=build, code=code, runtime_python=PYTHON), code


def test_python_function_becomes_a_custom_runtime_that_runs_awss_own_client(build):
    result, code = localised(build)
    function = result["Resources"]["Hello"]["Properties"]
    bootstrap = Path(function["CodeUri"]) / "bootstrap"

    assert function["Runtime"] == "provided.al2023"
    assert function["Handler"] == "hello.handler"
    assert result["Globals"]["Function"] == {"Timeout": 4 * 9}
    assert os.access(bootstrap, os.X_OK)
    assert f'exec {PYTHON} -m awslambdaric "$_HANDLER"' in bootstrap.read_text()
    assert (code / "Hello" / "hello.py").read_text() == "handler = 1"


def test_path_is_the_function_then_its_layers(build):
    result, code = localised(build)
    bootstrap = Path(result["Resources"]["Hello"]["Properties"]["CodeUri"]) / "bootstrap"

    path = [code / "Hello", code / "Ours" / "python", build / "Libraries" / "python"]

    assert f"PYTHONPATH={':'.join(map(str, path))} " in bootstrap.read_text()


def test_layers_leave_the_template(build):
    result, _ = localised(build)

    assert set(result["Resources"]) == {"Hello", "Machine", "Api"}
    assert "Layers" not in result["Resources"]["Hello"]["Properties"]


def test_definition_of_a_state_machine_becomes_json(build):
    result, _ = localised(build)

    definition = json.loads(Path(result["Resources"]["Machine"]["Properties"]["DefinitionUri"]).read_text())

    assert definition["States"]["A"]["Resource"] == "${Arn}"


def test_timeouts_allow_for_the_few_cores_of_a_laptop(build):
    result, _ = localised(build)
    assert result["Globals"]["Function"]["Timeout"] == 4 * 9

    slow = template()
    slow["Resources"]["Hello"]["Properties"]["Timeout"] = 600
    result = localise(slow, build=build, code=build.parent / "code", runtime_python=PYTHON)
    assert result["Resources"]["Hello"]["Properties"]["Timeout"] == 900


def test_binary_media_types_are_unescaped(build):
    result, _ = localised(build)

    assert result["Resources"]["Api"]["Properties"]["BinaryMediaTypes"] == ["multipart/form-data"]


def test_second_run_leaves_nothing_of_the_first(build):
    _, code = localised(build)
    (code / "Hello" / "removed.py").touch()

    localised(build)

    assert not (code / "Hello" / "removed.py").exists()


def test_template_given_is_left_as_it_is(build):
    given = template()

    localise(given, build=build, code=build.parent / "code", runtime_python=PYTHON)

    assert given == template()
