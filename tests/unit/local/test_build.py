from __future__ import annotations

import pytest

from local import build as subject
from local.processes import LocalStackError
from local.settings import Settings

TEMPLATE = """
Resources:
  Ours: {Type: "AWS::Serverless::LayerVersion", Properties: {ContentUri: Ours}}
  Libraries: {Type: "AWS::Serverless::LayerVersion", Properties: {ContentUri: Libraries}}
  Hello: {Type: "AWS::Serverless::Function", Properties: {CodeUri: Hello}}
"""


@pytest.fixture
def settings(tmp_path):
    for name, text in {
        "template.yaml": TEMPLATE,
        "layers/core/requirements.txt": "lib==1",
        "functions/hello.py": "old",
        "shared/overten/__init__.py": "old",
    }.items():
        file = tmp_path / "checkout" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Settings(repository=tmp_path / "checkout", home=tmp_path / "home", data=tmp_path / "home")


@pytest.fixture
def sam(settings, monkeypatch):
    """Stands in for `sam build`: leaves what it would leave, and counts its runs."""
    runs = []

    def run(given, command, *arguments):
        runs.append(command)
        for name, text in {
            "template.yaml": TEMPLATE,
            "Hello/hello.py": (given.repository / "functions" / "hello.py").read_text(),
            "Ours/python/overten/__init__.py": (given.repository / "shared" / "overten" / "__init__.py").read_text(),
            "Libraries/python/lib-1.dist-info/METADATA": "",
        }.items():
            file = given.build / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    monkeypatch.setattr(subject, "run_sam", run)
    return runs


def test_unchanged_checkout_is_built_once(settings, sam):
    assert subject.build(settings) is True
    assert subject.build(settings) is False
    assert sam == ["build"]


def test_changed_requirement_is_built_again(settings, sam):
    subject.build(settings)
    (settings.repository / "layers" / "core" / "requirements.txt").write_text("lib==2")

    assert subject.build(settings) is True
    assert sam == ["build", "build"]


def test_changed_source_is_copied_without_sam(settings, sam):
    subject.build(settings)
    (settings.repository / "functions" / "hello.py").write_text("new")
    (settings.repository / "functions" / "added.py").write_text("new")
    (settings.repository / "shared" / "overten" / "__init__.py").write_text("new")

    assert subject.build(settings) is True
    assert sam == ["build"]
    assert (settings.build / "Hello" / "hello.py").read_text() == "new"
    assert (settings.build / "Hello" / "added.py").exists()
    assert (settings.build / "Ours" / "python" / "overten" / "__init__.py").read_text() == "new"
    assert (settings.build / "Libraries" / "python" / "lib-1.dist-info" / "METADATA").exists()


def test_failed_build_is_tried_again(settings, sam, monkeypatch):
    def fail(*_):
        raise LocalStackError("sam build failed")

    with monkeypatch.context() as broken:
        broken.setattr(subject, "run_sam", fail)
        with pytest.raises(LocalStackError):
            subject.build(settings)

    assert subject.build(settings) is True


def test_missing_template_is_said(settings):
    (settings.repository / "template.yaml").unlink()

    with pytest.raises(LocalStackError, match="There is no template"):
        subject.build(settings)
