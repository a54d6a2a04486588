"""The SDK's client for each server that Claude answers from: Anthropic's, Amazon Bedrock, one of the user's own.

Everything here runs in a thread: the SDK takes 1.2 s to import, botocore 0.3 s more. It touches no network.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..credentials import Credentials
from ..errors import BadSetting, EngineMissing, KeyRefused, NoKey, Unreachable
from ..settings import Settings

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrock, AsyncAnthropicBedrockMantle

    Client = AsyncAnthropic | AsyncAnthropicBedrock | AsyncAnthropicBedrockMantle

CONNECT_S = 2.0
"""For a connection, and again for its encryption. A first packet that was lost is sent again after a second, so one
loss is survived; whoever is longer away cannot be talked with."""

SILENCE_S = 20.0
"""Longest wait for the first byte and between bytes. The server sends a ping while it works, so 20 s without
any is a dead line; nobody waits longer for an answer to a spoken question."""

IDLE_CONNECTION_S = 60.0
"""How long an idle connection is kept. httpx's 5 s would make every turn pay for TLS again (0.1 to 0.3 s)."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANTHROPIC_HOST = "api.anthropic.com"


@dataclass(frozen=True)
class Server:
    """Where Claude answers, and how that one is to be asked."""

    client: "Client"
    http: "httpx2.AsyncClient"
    """The client's own, for a connection ahead of the first question."""
    model: str
    """As this server names it."""
    caches: bool
    """It keeps prompts where it is asked to, and knows the field for it."""
    keyless: bool = False
    """A server of one's own that needs no key."""


def open_anthropic(settings: Settings, credentials: Credentials) -> Server:
    """Without a key the SDK looks for credentials itself (ANTHROPIC_AUTH_TOKEN, profiles). Raises `EngineMissing`,
    `NoKey`, `KeyRefused`, and `Unreachable` for addresses that are none."""
    try:
        import anthropic
        import httpx2
    except ImportError as error:
        raise EngineMissing("Claude needs the Python package anthropic, which is missing") from error
    key, base_url = _checked(credentials.anthropic_api_key), settings.base_url or None
    try:
        http = _http_client(base_url)
        client = anthropic.AsyncAnthropic(
            api_key=key or None,
            base_url=base_url,
            timeout=anthropic.Timeout(SILENCE_S, connect=CONNECT_S),
            max_retries=0,  # claude.py decides, by what a conversation can wait for.
            http_client=http,
        )
    except anthropic.AnthropicError as error:
        raise NoKey("The credentials for Claude on this computer cannot be read") from error
    except (httpx2.InvalidURL, ValueError, ImportError, OSError) as error:
        # A base_url or a proxy variable that is no address, or a SOCKS proxy without its package.
        raise Unreachable("The address of the language model, or of the proxy to it, cannot be used") from error
    keyless = client.api_key is None and client.auth_token is None and client.credentials is None
    if base_url is None and keyless:
        raise NoKey("There is no API key for Claude")
    client.messages  # noqa: B018  # imports its modules now, not on the event loop at the first question
    return Server(client, http, settings.model, client.base_url.host == ANTHROPIC_HOST, keyless)


def open_bedrock(settings: Settings, credentials: Credentials) -> Server:
    """A bearer key comes before a profile named in the settings, that before keys, and those before whatever botocore
    finds on this computer. Raises `EngineMissing`, `KeyRefused`, `BadSetting`, `Unreachable`."""
    try:
        import anthropic
        import botocore.exceptions
        import httpx2
        from anthropic.lib.bedrock._stream_decoder import get_response_stream_shape
    except ImportError as error:
        raise EngineMissing("Amazon Bedrock needs the Python packages anthropic and boto3") from error
    bearer = _checked(credentials.aws_bearer_token_bedrock)
    identity: dict[str, Any] = {}
    if bearer:
        identity = {"api_key": bearer}
    elif settings.aws_profile:
        identity = {"aws_profile": settings.aws_profile}
    elif credentials.aws_access_key_id:
        identity = {
            "aws_access_key": _checked(credentials.aws_access_key_id),
            "aws_secret_key": _checked(credentials.aws_secret_access_key),
        }
        if credentials.aws_session_token:
            identity["aws_session_token"] = _checked(credentials.aws_session_token)
    mantle = settings.bedrock_endpoint == "mantle"
    try:
        http = _http_client(settings.base_url or None)
        make = anthropic.AsyncAnthropicBedrockMantle if mantle else anthropic.AsyncAnthropicBedrock
        client = make(
            **identity,
            aws_region=settings.aws_region or None,
            base_url=settings.base_url or None,
            timeout=anthropic.Timeout(SILENCE_S, connect=CONNECT_S),
            max_retries=0,
            http_client=http,
        )
        if not mantle:
            # Or it would be read from disk at the first answer (0.15 s), on the event loop.
            get_response_stream_shape()
    except (anthropic.AnthropicError, ValueError) as error:
        raise BadSetting(
            "Amazon Bedrock needs a region, such as us-east-1: set aws_region in the settings, or AWS_REGION"
        ) from error
    except botocore.exceptions.BotoCoreError as error:
        raise BadSetting("The AWS profile, or this computer's AWS configuration, cannot be read") from error
    except (httpx2.InvalidURL, OSError) as error:
        raise Unreachable("The address of Amazon Bedrock, or of the proxy to it, cannot be used") from error
    client.messages  # noqa: B018
    return Server(client, http, _bedrock_name(settings.model, mantle), caches=True)


def _checked(secret: str) -> str:
    if not (secret.isascii() and (secret.isprintable() or not secret)):
        raise KeyRefused("The API key holds characters that no key has: it was probably copied with something else")
    return secret


def _bedrock_name(model: str, mantle: bool) -> str:
    """`claude-haiku-5-5` is `anthropic.claude-haiku-5-5` there. The runtime asks for an inference profile; `global.` is
    the one that every region has. A full name, or an ARN, is taken as it is."""
    if not model.startswith("claude-"):
        return model
    return f"anthropic.{model}" if mantle else f"global.anthropic.{model}"


def _http_client(base_url: str | None) -> "httpx2.AsyncClient":
    """The SDK's own client. It honours the user's proxy variables, except for a loopback address."""
    import anthropic
    import httpx2

    # Of two idle connections that the server let go of, the second would fail the request that replaces the first.
    limits = httpx2.Limits(keepalive_expiry=IDLE_CONNECTION_S, max_keepalive_connections=1)
    if base_url is not None and urlsplit(base_url).hostname in LOOPBACK:
        # The SDK reads the proxy variables unless it is given a transport (_base_client.py).
        return anthropic.DefaultAsyncHttpxClient(transport=httpx2.AsyncHTTPTransport(limits=limits))
    return anthropic.DefaultAsyncHttpxClient(limits=limits)
