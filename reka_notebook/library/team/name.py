"""Say which library of a team something is about."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reka_notebook.library.rows.address import DatabaseAddress


def host_of(address: "DatabaseAddress") -> str:
    """Return the machines that an address names."""
    hosts = str(address).partition("://")[2].partition("/")[0].rpartition("@")[2]
    return hosts or "this machine"


def name_of(address: "DatabaseAddress") -> str:
    """Return what messages call a team's library."""
    return f"the team's library {address.database} on {host_of(address)}"
