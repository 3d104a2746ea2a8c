"""Where a local stack keeps its things, and the ports it listens on."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field, replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
REGION = "us-east-1"
STACK_NAME = "overten-local"
STAGE_NAME = "api"
FIREBASE_PROJECT = "overten-local"


@dataclass(frozen=True)
class LocalModel:
    """Who writes the documents: the built-in author, Anthropic, or any server with an OpenAI-compatible API."""

    provider: str = "builtin"
    model_id: str = "none"
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    reads_pictures: bool = False
    context_tokens: int = 120_000

    @classmethod
    def from_environment(cls) -> LocalModel:
        """Anthropic if MODEL_PROVIDER says so, a model server if MODEL_BASE_URL is set, else the built-in author.

        The first two want a MODEL_ID, and Anthropic a MODEL_API_KEY.
        """
        base_url, provider = os.environ.get("MODEL_BASE_URL", ""), os.environ.get("MODEL_PROVIDER", "")
        if not base_url and provider != "anthropic":
            return cls()
        return cls(
            "anthropic" if provider == "anthropic" else "openai",
            os.environ.get("MODEL_ID", ""),
            base_url,
            os.environ.get("MODEL_API_KEY", ""),
            os.environ.get("MODEL_READS_PICTURES", "").lower() in ("1", "true", "yes"),
            int(os.environ.get("MODEL_CONTEXT_TOKENS") or cls.context_tokens),
        )


BUILT_IN_AUTHOR = LocalModel()


@dataclass(frozen=True)
class Settings:
    """One local stack: an application, directories for what is written, and two ports.

    `home` holds the build, which stacks of one application share; `data` is one stack's own: its state, logs and lock.
    """

    repository: Path = REPOSITORY
    home: Path = REPOSITORY / ".local"
    data: Path = REPOSITORY / ".local"
    front_port: int = 8000
    emulator_port: int = 4566
    model: LocalModel = BUILT_IN_AUTHOR

    @classmethod
    def from_environment(cls) -> Settings:
        """The developer's stack, with the ports taken from PORT and EMULATOR_PORT when they are set."""
        return cls(
            front_port=int(os.environ.get("PORT") or cls.front_port),
            emulator_port=int(os.environ.get("EMULATOR_PORT") or cls.emulator_port),
            model=LocalModel.from_environment(),
        )

    def of_running_stack(self) -> Settings:
        """These settings with the ports that the running stack listens on, whatever the environment says now."""
        if not self.ports_file.exists():
            return self
        return replace(self, **json.loads(self.ports_file.read_text()))

    def remember_ports(self) -> None:
        self.ports_file.write_text(json.dumps({"front_port": self.front_port, "emulator_port": self.emulator_port}))

    @property
    def ports_file(self) -> Path:
        return self.data / "ports.json"

    @property
    def front_url(self) -> str:
        return f"http://{LOOPBACK}:{self.front_port}"

    @property
    def api_url(self) -> str:
        """What clients put before the paths of the contract, `/v1` included."""
        return f"{self.front_url}/{STAGE_NAME}/v1"

    @property
    def emulator_url(self) -> str:
        return f"http://{LOOPBACK}:{self.emulator_port}"

    @property
    def architecture(self) -> str:
        """This machine's, in Lambda's words."""
        return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"

    @property
    def build(self) -> Path:
        """What `sam build` made."""
        return self.home / "build"

    @property
    def state(self) -> Path:
        """All that must survive a restart: the emulator's data and the issuer's key."""
        return self.data / "state"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def code(self) -> Path:
        """The functions as the emulator runs them: each stack has a copy, which its hot reload may change."""
        return self.data / "code"

    @property
    def stack_file(self) -> Path:
        """What the front and the demo need to know of the running stack, as JSON."""
        return self.data / "stack.json"

    def python(self, environment: str) -> Path:
        """The interpreter of one of the environments that `local/setup.sh` makes; all stacks share them."""
        return REPOSITORY / ".local" / environment / "bin" / "python"
