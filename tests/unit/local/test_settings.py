"""Who writes the documents of a laptop's stack."""

from __future__ import annotations

import pytest

from local.settings import BUILT_IN_AUTHOR, LocalModel


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODEL_PROVIDER", "MODEL_BASE_URL", "MODEL_ID", "MODEL_API_KEY", "MODEL_READS_PICTURES"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("given", "provider"),
    [
        ({}, "builtin"),
        ({"MODEL_BASE_URL": "http://127.0.0.1:11434/v1", "MODEL_ID": "qwen3"}, "openai"),
        ({"MODEL_PROVIDER": "anthropic", "MODEL_ID": "claude", "MODEL_API_KEY": "sk-x"}, "anthropic"),
    ],
)
def test_the_model_is_what_the_environment_says(
    given: dict[str, str], provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    model = LocalModel.from_environment()
    assert model.provider == provider
    assert model.model_id == given.get("MODEL_ID", BUILT_IN_AUTHOR.model_id)
    assert "sk-x" not in repr(model)
