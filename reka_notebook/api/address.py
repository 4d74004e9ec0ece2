"""Where a URL leads."""

import ipaddress
from urllib.parse import urljoin, urlsplit

from reka_notebook.api.errors import ForeignOrigin


def origin(url: str) -> str:
    """Scheme, host and port of a URL, in one spelling.

    :raises ValueError: it is no URL.
    """
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def is_loopback(url: str) -> bool:
    """Whether a URL stays on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def joined(base: str, url: str) -> str:
    """A URL or path, made absolute against another.

    :raises ForeignOrigin: it is no http(s) URL.
    """
    try:
        target = urljoin(base, url)
        origin(target)
        if urlsplit(target).scheme in ("http", "https") and urlsplit(target).hostname:
            return target
    except ValueError:
        pass
    raise ForeignOrigin(f"The service named an address that is no http(s) URL: {url[:60]!r}")
