"""Hold the address of a team's database, and keep its password out of sight."""

import hashlib
import ipaddress
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from reka_notebook.library.errors import LibraryError

SCHEMES = ("postgresql://", "postgres://")

_SHOWN = frozenset(
    {"host", "hostaddr", "port", "dbname", "user", "sslmode", "sslrootcert", "target_session_attrs"}
)
"""What may be shown of the options behind a question mark. The others may hold a secret."""

_WEAK = frozenset({"disable", "allow", "prefer"})
"""What libpq calls the ways to connect that do without TLS where the server, or somebody in between, wants it."""

_EXAMPLE = "It is written as postgresql://person@host/database."


class DatabaseAddress:
    """Hold the address of a PostgreSQL database, which shows itself without its password.

    The password may be in the address, in ``PGPASSWORD``, or in ``~/.pgpass``: libpq finds the last two. A copy that
    was pickled, or written into a file by its ``str``, has none.
    """

    __slots__ = ("_hosts", "_options", "_path", "_text", "role")

    def __init__(self, text: str) -> None:
        """Take an address as a person wrote it.

        Raises:
            LibraryError: If it is none, or would send what is written there without encryption. The message does not
                show it.
        """
        self._text = text.strip()
        self._forget()
        del text  # a traceback may print this frame's variables
        flaw = self._read()
        if flaw:
            self._text = ""
            self._forget()
            raise LibraryError(f"The address of the team's database {flaw} Nothing was sent.")

    def _forget(self) -> None:
        self.role: str | None = None
        self._hosts: tuple[str, ...] = ()
        self._options: dict[str, str] = {}
        self._path = ""

    def _read(self) -> str | None:
        """Take the address apart; return what is wrong with it, as the end of a sentence that shows no part of it."""
        if not self._text.startswith(SCHEMES):
            return f"does not begin with postgresql://. {_EXAMPLE}"
        if re.search(r"[\s\x00-\x1f\x7f]", self._text):
            return f"has a space or a line break in it. {_EXAMPLE}"
        rest, _, options = self._text.partition("://")[2].partition("?")
        network, _, self._path = rest.partition("/")
        user, at, hosts = network.rpartition("@")
        if "@" in user + self._path + options or "#" in self._text:
            return (
                "has a character in its user name or password that has to be written with a percent sign, such as "
                "%40 for @."
            )
        self.role = unquote(user.partition(":")[0]) if at else None
        self._options = dict(parse_qsl(options, keep_blank_values=True))
        self.role = self._options.get("user", self.role) or None
        self._hosts = tuple(filter(None, hosts.split(",")))
        ports = [match[1] for host in self._hosts if (match := re.search(r":([^:\]]*)$", host))]
        if not all(port.isdigit() and 0 < int(port) < 65536 for port in ports if port):
            return f"has a port that is not a number from 1 to 65535. {_EXAMPLE}"
        if not self.database:
            return f"names no database. {_EXAMPLE}"
        mode = self._options.get("sslmode")
        if mode in _WEAK and not self.is_here:
            return (
                f"says sslmode={mode}, with which passwords and prompts may cross the network unencrypted. Write "
                "sslmode=require, or sslmode=verify-full."
            )
        return None

    @property
    def database(self) -> str:
        """Return the database's name."""
        return self._options.get("dbname") or unquote(self._path)

    @property
    def is_here(self) -> bool:
        """Return whether the server is on this machine, whatever its name says."""
        hosts = [_without_port(host) for host in self._hosts]
        hosts += [
            host for name in ("host", "hostaddr") for host in self._options.get(name, "").split(",") if host
        ]
        if not hosts:
            hosts = [os.environ.get("PGHOST", ""), os.environ.get("PGHOSTADDR", "")]
            if "PGSERVICE" in os.environ or "service" in self._options:
                return False
        return all(_is_here(unquote(host)) for host in hosts)

    @property
    def folder(self) -> str:
        """Return a name for the folder that this machine has for the database; the role does not matter for it."""
        plain = f"{','.join(self._hosts)} {self._options.get('host', '')} {self.database}"
        word = re.sub(r"[^a-z0-9]+", "-", self.database.lower()).strip("-")[:40] or "team"
        return f"{word}-{hashlib.sha256(plain.encode()).hexdigest()[:10]}"

    def reveal(self) -> str:
        """Return the address itself, for libpq and nothing else."""
        return self._text

    def parameters(self) -> dict[str, Any]:
        """Return how to connect, with the password if the address has one, and with TLS unless it is on this machine.

        Raises:
            LibraryError: If libpq cannot read the address, or the environment turns TLS off.
        """
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict

        try:
            found: Mapping[str, Any] | None = conninfo_to_dict(self._text)
        except ProgrammingError:
            found = None
        if (
            found is None
        ):  # outside of the block, so that the error which quotes the address is not its context
            raise LibraryError(
                f"The address of the team's database cannot be read. {_EXAMPLE} Nothing was sent."
            )
        if "sslmode" in found or self.is_here:
            return dict(found)
        mode = os.environ.get("PGSSLMODE", "require")
        if mode in _WEAK:
            raise LibraryError(
                f"PGSSLMODE is {mode}, with which passwords and prompts may cross the network unencrypted. Unset it, "
                "or set it to require or verify-full. Nothing was sent."
            )
        return {**found, "sslmode": mode}

    def __str__(self) -> str:
        user = f"{quote(self.role, safe='')}@" if self.role and "user" not in self._options else ""
        shown = {name: value for name, value in self._options.items() if name in _SHOWN}
        options = f"?{urlencode(shown, safe='/,:')}" if shown else ""
        return f"postgresql://{user}{','.join(self._hosts)}/{self._path}{options}"

    def __repr__(self) -> str:
        return f"DatabaseAddress({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatabaseAddress) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[Any, ...]:
        return DatabaseAddress, (str(self),)


def is_address(value: object) -> bool:
    """Return whether something is the address of a database, or is meant to be one, and not a folder."""
    return isinstance(value, DatabaseAddress) or (
        isinstance(value, str) and re.match(r"\s*postgres\w*(\+\w+)?:", value, re.IGNORECASE) is not None
    )


def _without_port(host: str) -> str:
    bracketed = re.match(r"\[([^\]]*)\]", host)
    return bracketed[1] if bracketed else host.partition(":")[0]


def _is_here(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host == "localhost":  # the first three are sockets
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
