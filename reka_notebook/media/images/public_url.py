"""Tell whether a service elsewhere could fetch a URL, from the URL alone: no name is looked up, nothing is asked."""

import ipaddress
import os
import re
import unicodedata
from urllib.parse import parse_qs, unquote, urlsplit

from reka_notebook.media.errors import ImageError

_PRIVATE_ENDINGS = frozenset(
    [
        "localhost",
        "local",
        "internal",
        "localdomain",
        "lan",
        "home",
        "corp",
        "intranet",
        "intra",
        "private",
        "workgroup",
        "svc",
        "docker",
        "consul",
        "cluster",
        "k8s",
        "priv",
        "onion",
        "arpa",
    ]
)
"""Top-level names that are of no use outside a machine or a network; ``home.arpa`` is one of them."""

_IN_AN_EDITOR = (".vscode-cdn.net", ".vscode-webview.net")
"""Hosts that only a page of VS Code can reach: they stand for files of this machine."""

_WILDCARDS = (
    ".nip.io",
    ".sslip.io",
    ".xip.io",
    ".localtest.me",
    ".lvh.me",
    ".vcap.me",
    ".lacolhost.com",
    ".fritz.box",
    ".ts.net",
)
"""Public names that lead to this machine, to an address that stands in them, or into a network of one's own."""

_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_JUPYTER = re.compile(r"/(user|hub|files|api|lab|tree|notebooks|view|doc|edit|nbconvert|proxy)/")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_public(url: str) -> None:
    """Refuse a URL that leads to this machine, to a private network, or into a Jupyter server.

    Raises:
        ImageError: If so: the service could not fetch it, and would be sent whatever token is in it.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise ImageError(f"That is not a URL: {error}.") from None
    if "\\" in url or _is_private(host):
        raise ImageError(
            f"The URL leads to {host or 'no host'!r}, which is on this machine or a private network. The service "
            f"cannot fetch it from there, and would see any token in the URL. {_INSTEAD}"
        )
    if _is_jupyter(parts.path, parts.query):
        raise ImageError(
            f"The URL leads into a Jupyter server ({host}). The service cannot log in there, and would see any token "
            f"in the URL. {_INSTEAD}"
        )


_INSTEAD = (
    "Nothing was sent. Send the image itself instead: give its path, or its bytes "
    "(image=urllib.request.urlopen(url).read())."
)


def _is_private(host: str) -> bool:
    # The ways to write a host that browsers and HTTP libraries make the same of: %-escapes, wide digits and dots.
    name = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").lower().rstrip(".")
    if not name.isprintable():
        return True
    address = _address(name)
    if address is not None:
        return _is_private_address(address)
    labels = name.split(".")
    ends_in_a_number = _NUMBER.fullmatch(labels[-1]) is not None  # no name, and no address that can be read
    return (
        len(labels) < 2
        or ends_in_a_number
        or labels[-1] in _PRIVATE_ENDINGS
        or f".{name}".endswith((*_IN_AN_EDITOR, *_WILDCARDS))
    )


def _address(name: str) -> _Address | None:
    try:
        return ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return _loose_ipv4(name)


def _loose_ipv4(name: str) -> ipaddress.IPv4Address | None:
    """Read an IPv4 address as the C library does: one to four numbers, each decimal, octal or hexadecimal."""
    parts = name.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = (_number(part) for part in parts)
    except ValueError:
        return None
    room = 256 ** (4 - len(first))
    if any(number > 255 for number in first) or last >= room:
        return None
    value = last
    for place, number in enumerate(first):
        value += number << (24 - 8 * place)
    return ipaddress.IPv4Address(value)


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") and len(text) > 1 else 10)


def _is_private_address(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _embedded(address)
        if inner is not None:
            return _is_private_address(inner)
        if address.is_site_local:
            return True
    return not address.is_global or address.is_multicast or address.is_reserved


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address in the last 32 bits, for the prefixes that have one there: ``::`` and NAT64."""
    if int(address) >> 32 in (0, 0x0064_FF9B << 64) and int(address) > 0xFFFF:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _is_jupyter(path: str, query: str) -> bool:
    """Return whether a path is this kernel's own server's, as a hub names it, or carries a server's token."""
    prefix = os.getenv("JUPYTERHUB_SERVICE_PREFIX", "").rstrip("/")
    own = bool(prefix) and (path + "/").startswith(prefix + "/")
    secret = not {"token", "_xsrf"}.isdisjoint(parse_qs(query, keep_blank_values=True))
    return own or (secret and _JUPYTER.search(path) is not None)
