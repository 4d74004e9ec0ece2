"""Explain what keeps a connection from being made: a proxy that refuses, a certificate that is not trusted.

Nothing was sent in any of these cases. The HTTP library's own words are not passed on.
"""

import os
import re
import ssl

from reka_notebook.api import trust
from reka_notebook.api.errors import ConnectionBlocked, NotSent
from reka_notebook.api.proxies import Proxy

_EXPIRED, _NOT_YET, _OTHER_NAME = 10, 9, (62, 64)
"""OpenSSL's numbers for what is wrong with a certificate."""

_PASSING = (408, 429, 500, 502, 503, 504)
"""Answers of a proxy that a wait may cure."""


def certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """Return why a certificate was refused, if that is what lies behind an error."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLCertVerificationError):
        seen = seen.__cause__ or seen.__context__
    return seen


def untrusted(place: str, refused: ssl.SSLCertVerificationError) -> ConnectionBlocked:
    """Return the error for a certificate that was refused."""
    code = refused.verify_code
    if code in (_EXPIRED, _NOT_YET):
        state = "has expired" if code == _EXPIRED else "is not valid yet"
        return ConnectionBlocked(
            f"The certificate that {place} shows {state}, so nothing was sent",
            advice="Check this computer's date and time first.",
        )
    if code in _OTHER_NAME:
        return ConnectionBlocked(
            f"The certificate shown for {place} belongs to another name, so nothing was sent",
            advice="Check the base URL; something between here and the service may be answering in its place.",
        )
    return ConnectionBlocked(
        f"The certificate that {place} shows is not trusted, so nothing was sent", advice=_authority()
    )


def _authority() -> str:
    chosen = trust.variable_in_force()
    if chosen:
        return f"{chosen} is set, and its certificates do not vouch for this one: add the authority's to it."
    others = [name for name in trust.OTHER if os.environ.get(name)]
    read = f" {' and '.join(others)} {'is' if len(others) == 1 else 'are'} not read here." if others else ""
    return (
        "Where a company's network or a private authority signs certificates, set SSL_CERT_FILE to a file with the "
        f"authority's certificate in PEM form, and run it again.{read}"
    )


def refused_by_proxy(proxy: Proxy, place: str, said: str) -> NotSent:
    """Return the error for a proxy that did not let a connection through.

    Args:
        said: The HTTP library's description of the refusal; only numbers and known words are taken from
            it.
    """
    name = proxy.variable
    status = re.match(r"(\d{3})\b", said)
    code = int(status[1]) if status else None
    # Not the error's status: that would be the service's.
    answered = f" (it answers {code})" if code else ""
    if code == 407 or "username/password" in said or "Requested" in said:
        return ConnectionBlocked(
            f"The proxy in {name} asks for a user name and password, or does not accept those it got{answered}",
            advice=f"Put them into {name} (http://user:password@host:port), or ask who runs the proxy.",
        )
    if code in _PASSING or (code is None and "could not connect" in said):
        return NotSent(
            f"The proxy in {name} could not connect to {place}{answered}",
            advice="Check the network, the base URL and that proxy.",
        )
    return ConnectionBlocked(
        f"The proxy in {name} does not let connections to {place} through{answered}",
        status=code,
        advice=f"Ask who runs the proxy, set {name} to another one, or name the host in NO_PROXY.",
    )


def unreachable_proxy(proxy: Proxy) -> NotSent:
    """Return the error for something that does not answer as a proxy does."""
    return NotSent(
        f"The proxy in {proxy.variable} cannot be reached, or does not answer as a proxy of its kind",
        advice=f"Check {proxy.variable} and the network.",
    )
