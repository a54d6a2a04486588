"""What Anthropic's SDK raises, in our words. Data first; nothing here imports the SDK.

No text from the server is passed on: it may repeat what the user said.
"""

from ..errors import (
    KeyRefused,
    LanguageModelError,
    LanguageModelFailed,
    NoKey,
    Overloaded,
    RateLimited,
    RequestRefused,
    StreamCut,
    Unreachable,
)
from . import bedrock_errors

RATE_LIMIT_WAIT_S = 1.5
"""A server's advice up to this is followed, once. A longer wait in silence is worse than to say so."""

OVERLOADED_WAIT_S = 0.5
"""An overloaded server is asked once more. With its own answers, what is wrong is said within 2 s."""

BY_CLASS: dict[str, tuple[type[LanguageModelError], str]] = bedrock_errors.BY_CLASS | {
    # An exception means what the first of its classes that stands here means, so subclasses (the SDK has
    # dozens) inherit. A test asks for every class that would inherit from the last four alone.
    "AuthenticationError": (KeyRefused, "{host} refused the API key"),
    "PermissionDeniedError": (KeyRefused, "{host} does not allow this API key to use {model}"),
    "CredentialsError": (NoKey, "The credentials for Claude on this computer cannot be read"),
    "WorkloadIdentityError": (KeyRefused, "{host} refused this computer's sign-in"),
    "PaymentRequiredError": (RequestRefused, "{host} wants payment: the account has no credit left"),
    "ContractSpendLimitReachedError": (RequestRefused, "The account at {host} has reached its spend limit"),
    "EnforcedSpendLimitReachedError": (RequestRefused, "The account at {host} has reached its spend limit"),
    "NotFoundError": (RequestRefused, "{host} does not know the model {model}"),
    "ContentTooLargeError": (RequestRefused, "The conversation is too long for {host}"),
    "BadRequestError": (RequestRefused, "{host} refused the request as invalid"),
    "PreconditionFailedError": (RequestRefused, "{host} refused the request"),
    "UnprocessableEntityError": (RequestRefused, "{host} refused the request as invalid"),
    "RequestHeaderFieldsTooLargeError": (
        RequestRefused,
        "{host} refused the request: its headers are too long",
    ),
    "RateLimitError": (RateLimited, "{host} allows no more requests for now"),
    "OverloadedError": (Overloaded, "{host} is overloaded"),
    "RequestTimeoutError": (LanguageModelFailed, "{host} gave up waiting for the request"),
    "ConflictError": (LanguageModelFailed, "{host} was busy with another request"),
    "ClientClosedRequestError": (LanguageModelFailed, "{host} dropped the request"),
    "InternalServerError": (LanguageModelFailed, "{host} failed"),
    "APIConnectionError": (Unreachable, "{host} cannot be reached"),
    "APITimeoutError": (Unreachable, "{host} did not answer in time"),
    "APIResponseValidationError": (LanguageModelFailed, "{host} did not answer as a Messages server does"),
    "APIWebhookValidationError": (LanguageModelFailed, "{host} did not answer as a Messages server does"),
    "StreamAlreadyConsumed": (LanguageModelFailed, "The client for {host} failed"),
    "RetryableError": (LanguageModelFailed, "{host} failed"),
    "APIStatusError": (LanguageModelFailed, "{host} failed"),
    "APIError": (LanguageModelFailed, "{host} failed"),
    "AnthropicError": (LanguageModelFailed, "The client for {host} failed"),
    "Exception": (LanguageModelFailed, "{host} did not answer as a Messages server does"),
}

BY_TYPE: dict[str, str] = bedrock_errors.BY_TYPE | {
    # An `error` event inside a stream came with status 200, so the SDK makes it a bare APIStatusError.
    "authentication_error": "AuthenticationError",
    "permission_error": "PermissionDeniedError",
    "billing_error": "PaymentRequiredError",
    "not_found_error": "NotFoundError",
    "invalid_request_error": "BadRequestError",
    "request_too_large": "ContentTooLargeError",
    "rate_limit_error": "RateLimitError",
    "overloaded_error": "OverloadedError",
    "timeout_error": "InternalServerError",
    "api_error": "InternalServerError",
}


DROPPED = ("RemoteProtocolError", "ReadError", "WriteError", "CloseError")
"""The HTTP client's, for a connection that was there: often an idle one that the server or a router had let go of."""


def meaning(error: Exception, *, host: str, model: str, began: bool) -> LanguageModelError:
    """Our error for one of the SDK's or its HTTP client's. `began`: a part of the answer had come."""
    name = class_name(error)
    if isinstance(error, RuntimeError) and "AWS credentials" in str(error):
        name = "NoCredentialsError"  # The SDK's own words for it (lib/aws/_auth.py); it has no class for this.
    if name == "TransportError" or (began and name in ("APIConnectionError", "APITimeoutError")):
        if began:
            return StreamCut(f"The connection to {host} broke, or fell silent, in the middle of the answer")
        name = "APIConnectionError"
    kind, text = BY_CLASS[name]
    words = text.format(host=host, model=model)
    status = getattr(error, "status_code", 0)
    if status >= 400:
        words += f" (status {status})"
    if kind is RateLimited:
        return RateLimited(words, _retry_after_s(error))
    if kind is Unreachable:
        return Unreachable(words, dropped=type(error.__cause__ or error).__name__ in DROPPED)
    return kind(words)


def retry_wait_s(error: LanguageModelError) -> float | None:
    """How long to wait before asking once more, where nothing was answered yet. None: say what is wrong at once."""
    match error:
        case RateLimited(retry_after_s=wait_s) if wait_s is not None and wait_s <= RATE_LIMIT_WAIT_S:
            return wait_s
        case Overloaded():
            return OVERLOADED_WAIT_S
        case Unreachable(dropped=True):
            return 0.0
        case _:
            return None


def class_name(error: Exception) -> str:
    """The key of BY_CLASS for an exception, or TransportError for its HTTP client's own."""
    names = [kind.__name__ for kind in type(error).__mro__]
    name = next(name for name in names if name in BY_CLASS or name == "TransportError")
    if name == "APIStatusError":
        return BY_TYPE.get(str(getattr(error, "type", None)), name)
    return name


def _retry_after_s(error: Exception) -> float | None:
    """The header in seconds; its other form, a date, is not sent by this API."""
    response = getattr(error, "response", None)
    try:
        seconds = float(response.headers["retry-after"]) if response is not None else -1.0
    except (KeyError, ValueError):
        return None
    return seconds if seconds >= 0 else None
