"""Tell where a URL leads, and whether that is this machine."""

import ipaddress
import unicodedata
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from reka_notebook.api.errors import ForeignOrigin

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HERE = {4: ipaddress.ip_address("127.0.0.1"), 6: ipaddress.ip_address("::1")}


@lru_cache(maxsize=256)  # each request asks several times
def origin(url: str) -> str:
    """Return the scheme, host and port of a URL, in one spelling.

    Raises:
        ValueError: If it is not a URL.
    """
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{_own_host(url) or (parts.hostname or '').lower()}:{port}"


def is_loopback(url: str) -> bool:
    """Return whether a URL stays on this machine, however its host is spelled.

    This one decision says that no proxy, keyring or key is needed, and that plain http is safe. An accepted
    host is connected to without asking a name server; see ``reached``.
    """
    return _own_host(url) is not None


def canonical(url: str) -> str:
    """Return a URL with its host in the usual spelling if it is this machine; other URLs stay as they are."""
    host = _own_host(url)
    return url if host is None else _with_host(url, host)


def reached(url: str) -> str:
    """Return the URL to connect to: names below ``localhost`` are this machine, whatever a name server says."""
    host = _own_host(url)
    return _with_host(url, "localhost") if host is not None and host.endswith(".localhost") else url


def joined(base: str, url: str) -> str:
    """Return a URL or path, made absolute against another.

    Raises:
        ForeignOrigin: If the outcome is not an http(s) URL.
    """
    try:
        target = urljoin(base, url)
        origin(target)
        if urlsplit(target).scheme in ("http", "https") and urlsplit(target).hostname:
            return canonical(target)
    except ValueError:
        pass
    raise ForeignOrigin("The service named an address that is no http(s) URL")


@lru_cache(maxsize=256)
def _own_host(url: str) -> str | None:
    """Return the usual spelling of a URL's host if it is this machine, else ``None``."""
    parts = urlsplit(url)
    # An origin has the address of IPv6 without brackets.
    host = parts.hostname or parts.netloc.rpartition(":")[0]
    host = unicodedata.normalize("NFKC", host).lower().removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return host
    address = _read(host)
    if address is None:
        return None
    if address.is_unspecified:  # 0.0.0.0 listens everywhere, and reaches this machine
        address = _HERE[address.version]
    return address.compressed.partition("%")[0] if address.is_loopback else None


def _read(host: str) -> Address | None:
    """Return the address that a host spells, as an operating system reads it: 127.1, 0x7f000001, 0177.0.0.1."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _read_numbers(host.split("."))
    return getattr(address, "ipv4_mapped", None) or address


def _read_numbers(parts: list[str]) -> Address | None:
    try:
        *first, last = [_number(part) for part in parts]
        free = 4 - len(first)  # the last number fills the bytes that are left
        if free < 1 or any(number > 255 for number in first) or last >= 256**free:
            return None
        return ipaddress.IPv4Address(bytes(first) + last.to_bytes(free, "big"))
    except ValueError:
        return None


def _number(part: str) -> int:
    if not (part.isascii() and part.isalnum()):
        raise ValueError
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def _with_host(url: str, host: str) -> str:
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port is None else f":{parts.port}"
    return urlunsplit(parts._replace(netloc=f"{user}{at}{shown}{port}"))
