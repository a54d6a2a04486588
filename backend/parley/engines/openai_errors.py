"""What aiohttp raises, and what servers of OpenAI's audio routes answer, in our words. Data; imports no aiohttp.

No text from the server is passed on: it may repeat what the user said.
"""

BY_CLASS: dict[str, str] = {
    # An exception means what the first of its classes that stands here means, so subclasses inherit. A test asks for
    # every class of aiohttp's client that would inherit from the last alone.
    "ClientConnectorCertificateError": "{server} has a certificate that this computer does not trust",
    "ClientSSLError": "{server} cannot be reached over https; is it an http:// address?",
    "ClientProxyConnectionError": "The proxy before {server} does not answer",
    "ClientHttpProxyError": "The proxy before {server} refuses to reach it",
    "ClientConnectorDNSError": "{server} does not answer: no computer of this name is known",
    "ClientConnectorError": "{server} does not answer",
    "ServerTimeoutError": "{server} does not answer",
    "ServerFingerprintMismatch": "{server} is not the one that it was",
    "ClientPayloadError": "{server} broke off in the middle of its answer",
    "UploadAbortedError": "{server} did not take what was sent to it",
    "ContentTypeError": "{server} does not answer as OpenAI's audio routes do",
    "ClientResponseError": "{server} does not answer as OpenAI's audio routes do",
    "TooManyRedirects": "{server} sends its callers elsewhere; name that address",
    "RedirectClientError": "{server} sends its callers elsewhere; name that address",
    "InvalidURL": "{server} has an address that is none",
    "NonHttpUrlClientError": "{server} has an address that is none",
    "WSMessageTypeError": "{server} does not answer as OpenAI's audio routes do",
    "ClientConnectionError": "{server} broke the connection",
    "TimeoutError": "{server} does not answer",
    "Exception": "{server} does not answer as OpenAI's audio routes do",
}

BY_STATUS: dict[int, str] = {
    400: "{server} refused the request; check the names of model and voice",
    401: "{server} refused the key, or wants one",
    402: "{server} wants payment: the account has no credit left",
    403: "{server} does not allow this key to do that",
    404: "{server} does not know the model, or has no such route",
    405: "{server} has no such route",
    413: "{server} refused the sound as too long",
    415: "{server} does not take WAV",
    422: "{server} refused the request; check the names of model and voice",
    429: "{server} allows no more requests for now",
}


def class_name(error: BaseException) -> str:
    """The key of BY_CLASS."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in BY_CLASS)


def meaning(error: Exception, server: str) -> str:
    return BY_CLASS[class_name(error)].format(server=server)


def refusal(status: int, server: str) -> str:
    """What an answer means that is not 200."""
    words = BY_STATUS.get(status)
    if words is None and 300 <= status < 400:
        words = BY_CLASS["TooManyRedirects"]
    return f"{(words or '{server} failed').format(server=server)} (status {status})"
