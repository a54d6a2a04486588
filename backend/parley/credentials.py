"""The secrets that servers of language and speech ask for. Held in memory only: from the shell's `secret` lines, or
from the environment, out of which they are taken so that no child process inherits them.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, fields, replace

from .wire.messages import SecretName


@dataclass(frozen=True)
class Credentials:
    """A field is named as in the `secret` line; in capitals it is the variable that the SDKs read. Not printable."""

    anthropic_api_key: str = field(default="", repr=False)
    aws_access_key_id: str = field(default="", repr=False)
    aws_secret_access_key: str = field(default="", repr=False)
    aws_session_token: str = field(default="", repr=False)
    aws_bearer_token_bedrock: str = field(default="", repr=False)
    """An API key of Bedrock's own, in place of the three before."""
    openai_audio_key: str = field(default="", repr=False)
    """For a speech server of the user's own that speaks OpenAI's routes."""

    def having(self, name: SecretName, value: str) -> "Credentials":
        """With one of them set, or forgotten by an empty value."""
        return replace(self, **{name: value.strip()})

    @property
    def given(self) -> dict[SecretName, str]:
        """Those that are set, by name."""
        return {name: value for name in NAMES if (value := getattr(self, name))}


NAMES: tuple[SecretName, ...] = tuple(one.name for one in fields(Credentials))  # type: ignore[misc]


def from_environment(environment: Mapping[str, str]) -> Credentials:
    return Credentials(**{name: environment.get(name.upper(), "").strip() for name in NAMES})


def take_from(environment: MutableMapping[str, str]) -> Credentials:
    """As `from_environment`, and out of it."""
    taken = from_environment(environment)
    for name in NAMES:
        environment.pop(name.upper(), None)
    return taken
