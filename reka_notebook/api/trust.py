"""Decide which certificates are trusted. What a variable names is checked before anything is sent, and never shown."""

import os
import re
import ssl
from functools import lru_cache
from pathlib import Path

from reka_notebook.api.errors import ConnectionBlocked

FILE, FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"
OTHER = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""What other programs read; worth a word to somebody who has set one of them and wonders."""

_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def trust() -> ssl.SSLContext:
    """Return what decides whether a server is trusted, made once for what the environment says.

    Raises:
        ConnectionBlocked: If a variable names something that cannot be used.
    """
    found = _trusted()
    if isinstance(found, str):
        raise ConnectionBlocked(
            found, advice="Nothing was sent. Correct that variable, or unset it, and run it again."
        )
    return found


@lru_cache(maxsize=1)
def trust_here() -> ssl.SSLContext:
    """Return what trusts a server on this machine, whatever its certificate and the environment say."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def variable_in_force() -> str | None:
    """Return the name of the variable that sets what is trusted, or ``None`` if the usual authorities are."""
    return next((name for name in (FILE, FOLDER) if os.environ.get(name)), None)


def _trusted() -> ssl.SSLContext | str:
    """Return what is trusted, or what is wrong in words. No frame that raises has the variables' values."""
    file = os.environ.get(FILE, "")
    folder = "" if file else os.environ.get(FOLDER, "")
    flaw = _flaw_of_file(Path(file)) if file else _flaw_of_folders(folder) if folder else None
    if flaw is not None:
        return f"{FILE if file else FOLDER} {flaw}"
    keys = os.environ.get("SSLKEYLOGFILE", "")
    try:
        return _context(file, folder, _age(file or folder), keys)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        if keys and not isinstance(error, ssl.SSLError):
            return "SSLKEYLOGFILE names a file that cannot be written to"
        if file:
            return f"{FILE} names a file that holds no certificates in PEM form"
        return "The certificates on this computer cannot be read (certifi, OPENSSL_CONF)"


@lru_cache(maxsize=4)
def _context(file: str, folder: str, age: float, keys: str) -> ssl.SSLContext:
    """Read the certificates.

    Args:
        age: Makes a file that was rewritten be read again.
        keys: As ``age``, for the debugging file that Python writes session keys into.
    """
    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _flaw_of_file(path: Path) -> str | None:
    try:
        if not path.is_file():
            return "names a folder" if path.is_dir() else "names a file that is not there"
        with path.open("rb") as file:
            start = file.read(1)
    except (OSError, ValueError):
        return "names a file that cannot be read"
    return None if start else "names an empty file"


def _flaw_of_folders(value: str) -> str | None:
    """Return what is wrong with all of the folders, or nothing if one of them holds certificates."""
    found = False
    for folder in value.split(os.pathsep):
        try:
            names = os.listdir(folder or os.curdir)
        except OSError:
            continue
        found = True
        if any(_HASHED.fullmatch(name) for name in names):
            return None
    if not found:
        return "names no folder that can be read"
    return "names a folder without certificates under their hashed names (openssl rehash makes these)"


def _age(path: str) -> float:
    try:
        return os.stat(path).st_mtime if path else 0.0
    except OSError:
        return 0.0
