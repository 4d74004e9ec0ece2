"""Choose the proxy of each request: what the environment or the system says, read anew every time.

The value of a variable may hold a password. It is in no error, and in no local variable of a frame that
raises one.
"""

import ipaddress
import os
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from reka_notebook.api.address import is_loopback
from reka_notebook.api.errors import ConnectionBlocked

SYSTEM = "The system's proxy setting"
"""Said in place of a variable's name where the proxy comes from the settings of macOS or Windows."""

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_HOST = re.compile(r"[\w.:-]+")
_USABLE = "usable are http://host:port, https://host:port and socks5://host:port"


@dataclass(frozen=True)
class Proxy:
    """Hold a proxy and the name of the variable that sets it; only that name is shown."""

    variable: str
    scheme: str = field(repr=False)
    host: str = field(repr=False)
    port: int = field(repr=False)
    auth: tuple[str, str] | None = field(repr=False)

    @property
    def is_socks(self) -> bool:
        """Return whether it speaks SOCKS rather than HTTP."""
        return self.scheme.startswith("socks")


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy for a URL, or ``None`` if it is reached directly, as this machine is.

    Raises:
        ConnectionBlocked: If the variable that applies cannot be used.
    """
    if is_loopback(url):
        return None
    parts = urlsplit(url)
    proxies = getproxies()
    scheme = next((name for name in (parts.scheme, "all") if proxies.get(name)), None)
    if scheme is None or _goes_direct(parts.hostname or "", parts.port or _PORTS[parts.scheme], proxies):
        return None
    variable = _variable(scheme, proxies[scheme])
    found = _read(variable, proxies[scheme].strip())
    del proxies
    if isinstance(found, str):
        raise ConnectionBlocked(
            f"{variable} {found}", advice=f"Nothing was sent. Correct {variable}, or unset it."
        )
    return found


def _variable(scheme: str, value: str) -> str:
    """Return the name of the variable that a proxy comes from."""
    names = (name for name in os.environ if name.lower() == f"{scheme}_proxy" and os.environ[name] == value)
    return next(names, SYSTEM)


def _read(variable: str, value: str) -> Proxy | str:
    """Return a proxy, or what is wrong with it in words that do not reveal it."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        port = parts.port
    except ValueError:
        return _UNREADABLE
    scheme = "socks5" if parts.scheme == "socks" else parts.scheme  # "socks" is what GNOME writes
    if scheme not in _PORTS:
        # A scheme is no secret, but what stands there may be a password: only those that are known are named.
        named = f"a {scheme} proxy" if scheme in ("socks4", "socks4a") else "a kind of proxy"
        return f"names {named} that is not supported; {_USABLE}"
    host = parts.hostname or ""
    if parts.query or parts.fragment or "@" in parts.path or not _HOST.fullmatch(host):
        return _UNREADABLE
    auth = None
    if parts.username or parts.password:
        auth = (unquote(parts.username or ""), unquote(parts.password or ""))
    return Proxy(variable, scheme, host, port or _PORTS[scheme], auth)


_UNREADABLE = (
    f"cannot be read as a proxy's address; {_USABLE}. In a user name or password, # / ? @ are written as "
    "%23 %2F %3F %40"
)


def _goes_direct(host: str, port: int, proxies: dict[str, str]) -> bool:
    """Return whether NO_PROXY excepts a host, or the system does where no variable names a proxy."""
    if any(name.lower().endswith("_proxy") and os.environ[name] for name in os.environ):
        return any(_excepts(entry, host, port) for entry in re.split(r"[\s,;]+", proxies.get("no", "")))
    return bool(proxy_bypass(host))


def _excepts(entry: str, host: str, port: int) -> bool:
    """Return whether an entry of NO_PROXY covers a host: a name, an address, a network, each with or without a port.

    An entry that is none of these covers no host.
    """
    entry = entry.rpartition("://")[2].strip("/ ").lower()
    if entry == "*":
        return True
    bracketed = re.fullmatch(r"\[([^\]]*)\](/\d+)?(?::(\d+))?", entry)
    plain = re.fullmatch(r"([^:]*):(\d+)", entry)
    wanted: str | None = None
    if bracketed:
        entry, wanted = bracketed[1] + (bracketed[2] or ""), bracketed[3]
    elif plain:
        entry, wanted = plain[1], plain[2]
    if not entry or (wanted is not None and int(wanted) != port):
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name, host = entry.removeprefix("*").strip("."), host.lower().removesuffix(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))
    try:
        network = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network
