"""Check what the environment says of proxies and certificates; variables are named, their values never shown."""

import os

from reka_notebook.api import ConnectionBlocked, trust
from reka_notebook.api.address import is_loopback
from reka_notebook.api.proxies import proxy_for
from reka_notebook.commands.checks.check import Findings


def check_environment(base_url: str, found: Findings) -> None:
    """Look at what would be used on the way to the service; nothing is sent."""
    if is_loopback(base_url):
        found.ok("Proxy", "none, as for every server on this machine")
        return
    try:
        proxy = proxy_for(base_url)
        found.ok("Proxy", f"from {proxy.variable}, not shown" if proxy else "none")
    except ConnectionBlocked as error:
        found.problem("Proxy", error.said, error.advice)
    try:
        trust.trust()
    except ConnectionBlocked as error:
        found.problem("Certificates", error.said, error.advice)
        return
    chosen = trust.variable_in_force()
    found.ok("Certificates", f"from {chosen}" if chosen else "the public authorities")
    others = [name for name in trust.OTHER if os.environ.get(name)]
    if others and not chosen:
        found.note(
            "Certificates",
            f"{' and '.join(others)} is not read here",
            "If the service's certificate is not trusted, set SSL_CERT_FILE to the same file.",
        )
