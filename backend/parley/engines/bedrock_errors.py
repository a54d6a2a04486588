"""What botocore, which signs for Amazon Bedrock and reads its frames, raises, in our words: claude_errors.py's table
for it. Data; nothing here imports botocore.
"""

from ..errors import BadSetting, KeyRefused, LanguageModelError, LanguageModelFailed, NoKey, Unreachable

_SIGN_IN = "The AWS sign-in of this computer has ended: run `aws sso login`, or `aws login`, and ask again"

BY_CLASS: dict[str, tuple[type[LanguageModelError], str]] = {
    "NoCredentialsError": (NoKey, "There are no AWS credentials: set keys, a profile, or an API key of Bedrock's"),
    "NoAuthTokenError": (NoKey, "There are no AWS credentials: set keys, a profile, or an API key of Bedrock's"),
    "PartialCredentialsError": (NoKey, "The AWS credentials are not complete: a key has an id and a secret"),
    "MetadataRetrievalError": (NoKey, "The AWS credentials of this machine's role cannot be had"),
    "CredentialRetrievalError": (KeyRefused, "The AWS credentials cannot be had from where the profile says"),
    "RefreshWithMFAUnsupportedError": (KeyRefused, "The AWS profile asks for a second factor, which Parley cannot"),
    "TokenRetrievalError": (KeyRefused, _SIGN_IN),
    "SSOError": (KeyRefused, _SIGN_IN),
    "LoginError": (KeyRefused, _SIGN_IN),
    "ClientError": (KeyRefused, "AWS refused the credentials"),
    "ProfileNotFound": (BadSetting, "There is no AWS profile of the name that aws_profile, or AWS_PROFILE, gives"),
    "MissingDependencyException": (BadSetting, "The AWS profile needs a Python package that is not installed"),
    "BaseEndpointResolverError": (BadSetting, "The AWS region is unknown: set aws_region, such as us-east-1"),
    "InvalidRegionError": (BadSetting, "The AWS region is unknown: set aws_region, such as us-east-1"),
    "ConnectionError": (Unreachable, "AWS cannot be reached for the sign-in"),
    "HTTPClientError": (Unreachable, "AWS cannot be reached for the sign-in"),
    "EventStreamError": (LanguageModelFailed, "{host} failed"),
    "ResponseStreamingError": (LanguageModelFailed, "{host} failed"),
    # What stands nowhere above is about this computer's configuration of AWS.
    "BotoCoreError": (BadSetting, "This computer's AWS configuration cannot be used"),
    "Boto3Error": (BadSetting, "This computer's AWS configuration cannot be used"),
    "ParserError": (LanguageModelFailed, "{host} did not answer as Amazon Bedrock does"),
    "ResponseParserError": (LanguageModelFailed, "{host} did not answer as Amazon Bedrock does"),
}

BY_TYPE: dict[str, str] = {
    # An exception inside a stream, by its name in the frame's header.
    "accessDeniedException": "PermissionDeniedError",
    "internalServerException": "InternalServerError",
    "modelNotReadyException": "OverloadedError",
    "modelStreamErrorException": "InternalServerError",
    "modelTimeoutException": "InternalServerError",
    "resourceNotFoundException": "NotFoundError",
    "serviceUnavailableException": "OverloadedError",
    "throttlingException": "RateLimitError",
    "validationException": "BadRequestError",
}
