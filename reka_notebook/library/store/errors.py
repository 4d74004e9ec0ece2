"""Say in words what keeps a store from being used."""

import errno
from collections.abc import Iterator
from pathlib import Path

from reka_notebook.library.errors import LibraryError


class StoreError(LibraryError):
    """Report that the store of a team's media could not be used: why, what it means for the money, what to do."""


FILM_IS_SAFE = "Nothing is lost or charged by this."

_CODES = {
    **dict.fromkeys(("NoSuchBucket", "ContainerNotFound", "InvalidBucketName"), "missing"),
    **dict.fromkeys(
        ("AccessDenied", "Forbidden", "403", "AllAccessDisabled", "AuthorizationPermissionMismatch"),
        "forbidden",
    ),
    **dict.fromkeys(
        (
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "InvalidToken",
            "AuthenticationFailed",
            "401",
        ),
        "credentials",
    ),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired"), "clock"),
    **dict.fromkeys(
        ("SlowDown", "Throttling", "TooManyRequests", "429", "503", "ServiceUnavailable"), "busy"
    ),
    **dict.fromkeys(("BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"), "damaged"),
}

_NAMES = {
    **dict.fromkeys(("NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError"), "none"),
    **dict.fromkeys(("RefreshError", "TokenRetrievalError", "SSOTokenLoadError"), "credentials"),
    **dict.fromkeys(
        (
            "EndpointConnectionError",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "ConnectionClosedError",
            "ClientConnectorError",
            "ServerDisconnectedError",
            "ServiceRequestError",
            "HTTPClientError",
            "ProxyConnectionError",
            "FSTimeoutError",
            "IncompleteRead",
            "ResponseStreamingError",
            "ClientPayloadError",
        ),
        "network",
    ),
    **dict.fromkeys(("SSLError", "ClientConnectorCertificateError"), "tls"),
    "ResourceNotFoundError": "missing",
    "ClientAuthenticationError": "credentials",
}

_NUMBERS = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "forbidden"),
    **dict.fromkeys((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)), "full"),
    **dict.fromkeys(
        (errno.ETIMEDOUT, getattr(errno, "ESTALE", errno.EIO), errno.EIO, errno.ENOTCONN), "network"
    ),
}

_WORDS = {
    "missing": "it is not there ({said}). Check the address in REKA_NOTEBOOK_MEDIA, or make it first",
    "forbidden": "it refuses this ({said}). Ask who looks after it for the right to read, write, list and delete there",
    "credentials": "it does not accept the credentials ({said}). Sign in anew with the store's own tool",
    "none": "there are no credentials for it. Set them up as its own tool wants them (`aws configure`, say)",
    "clock": "the clock of this machine is wrong, and the store takes no request that is signed with it ({said}). "
    "Set the clock",
    "busy": "it is too busy ({said}). Try again in a while",
    "damaged": "the bytes did not reach it as they were sent ({said}). Try again",
    "network": "it cannot be reached ({said}). Check the network",
    "tls": "its certificate is not trusted on this machine ({said}). Check the store's address and the certificates",
    "full": "it is full ({said}). Make room there",
    "other": "it answers with {said}. Try again, or ask who looks after it",
}


def in_words(address: str, error: BaseException, meaning: str = FILM_IS_SAFE) -> StoreError:
    """Return what an error of a store means.

    Of what the store's own tools say only codes and names are passed on: the rest may hold a secret.

    Args:
        meaning: What it means for the money and the film.
    """
    kind, said = _kind_of(error)
    return StoreError(f"The store {address} cannot be used: {_WORDS[kind].format(said=said)}. {meaning}")


def disk_full(path: Path) -> LibraryError:
    """Return that there is no room on this machine for what is downloaded."""
    return LibraryError(
        f"{path.parent} has no room for a copy of a file from the store. Make room on this machine's disk. "
        f"{FILM_IS_SAFE}"
    )


def is_full_here(error: BaseException) -> bool:
    """Return whether it is the disk of this machine that is full, where something is downloaded."""
    return isinstance(error, OSError) and _NUMBERS.get(error.errno or 0) == "full"


def is_about_credentials(error: BaseException) -> bool:
    """Return whether other credentials may help."""
    return _kind_of(error)[0] in ("credentials", "none", "forbidden")


def code_of(error: BaseException) -> str:
    """Return the code that a store gives for its refusal, or its HTTP status; empty if it gave none."""
    for one in _chain(error):
        response = getattr(one, "response", None)
        if isinstance(response, dict):
            code = response.get("Error", {}).get("Code")
            if code:
                return str(code)
        for name in ("error_code", "code", "status_code"):
            value = getattr(one, name, None)
            if isinstance(value, str | int) and str(value).isalnum():
                return str(value)
    return ""


def _kind_of(error: BaseException) -> tuple[str, str]:
    code = code_of(error)
    if code in _CODES:
        return _CODES[code], code
    chain = list(_chain(error))
    for one in chain:
        for kind in type(one).__mro__:
            if kind.__name__ in _NAMES:
                return _NAMES[kind.__name__], kind.__name__
    if code:
        return "other", code
    for one in chain:
        if isinstance(one, FileNotFoundError):
            return "missing", one.strerror or "not found"
        if isinstance(one, PermissionError):
            return "forbidden", one.strerror or type(one).__name__
        if isinstance(one, ConnectionError | TimeoutError):
            return "network", type(one).__name__
        if isinstance(one, OSError) and one.errno in _NUMBERS:
            return _NUMBERS[one.errno], one.strerror or type(one).__name__
    return "other", type(error).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__
