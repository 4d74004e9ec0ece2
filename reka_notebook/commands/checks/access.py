"""Check the key and the base URL: whether requests could be made. Nothing is sent, and the key is not shown."""

import os
from urllib.parse import urlsplit

from reka_notebook import keychain
from reka_notebook.api.address import is_loopback
from reka_notebook.commands.checks.check import Findings
from reka_notebook.config import BASE_URL, Settings
from reka_notebook.errors import RekaError
from reka_notebook.key import ENVIRONMENT, Key, find_key


def check_key(settings: Settings, found: Findings) -> Key | None:
    """Return the key, if there is one that can be used."""
    try:
        key = find_key(settings.api_key, keyring=not is_loopback(settings.base_url))
    except RekaError as error:
        found.problem("Key", f"{source(settings)} holds no usable key. {error}")
        return None
    if key is not None:
        others = [name for name in ENVIRONMENT if os.getenv(name, "").strip()][1:]
        ignored = f"; {', '.join(others)} is set too, and not read" if others else ""
        found.ok("Key", f"from {source(settings)}, not shown{ignored}")
    elif is_loopback(settings.base_url):
        found.ok("Key", "none, and a server on this machine needs none")
    else:
        found.problem(
            "Key",
            "none was found",
            f"Set {ENVIRONMENT[0]}, or keep one with: keyring set reka-notebook api-key",
        )
    if problem := keychain.problem():
        found.note("Keyring", problem)
    return key


def check_base_url(settings: Settings, found: Findings) -> None:
    """Return whether the key may be sent there."""
    url = settings.base_url
    own = " (Reka's own)" if url == BASE_URL else ""
    if is_loopback(url):
        found.ok("Base URL", f"{url}, on this machine")
    elif urlsplit(url).scheme != "https":
        found.problem(
            "Base URL",
            f"{url} is plain http, and the key is not sent there",
            f"Set REKA_BASE_URL to an https address; Reka's own is {BASE_URL}.",
        )
    else:
        found.ok("Base URL", f"{url}{own}")


def source(settings: Settings) -> str:
    """Return where the key was found."""
    if settings.api_key is not None:
        return "configure(api_key=...)"
    name = next((name for name in ENVIRONMENT if os.getenv(name, "").strip()), None)
    return name or "the keyring"
