"""Write right answers as a service should not write them, and as some do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType


def _beside(raw: bytes) -> Callable[[bytes], bytes]:
    """Put a value, as it is, into the object under a name of its own."""

    def mangle(body: bytes) -> bytes:
        whole = body.rstrip()
        if not whole.startswith(b"{") or not whole.endswith(b"}"):
            return body
        return whole[:-1] + (b"," if len(whole) > 2 else b"") + b'"odd": ' + raw + b"}"

    return mangle


def _in_utf_16(body: bytes) -> bytes:
    return body.decode("utf-8", "replace").encode("utf-16")


def _in_lines(body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=4).replace("\n", "\r\n").encode() + b"\r\n\r\n"


MANGLED: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType(
    {
        "NaN": _beside(b"NaN"),
        "Infinity": _beside(b"[Infinity, -Infinity]"),
        "byte order mark": lambda body: b"\xef\xbb\xbf" + body,
        "Latin-1": _beside(b'"d\xe9j\xe0 vu"'),
        "half an emoji": _beside(b'"\\ud83d"'),
        "4,400 digits": _beside(b"7" * 4400),
        "a large exponent": _beside(b"1e999"),
        "nested 3,000 times": _beside(b"[" * 3000 + b"]" * 3000),
        "a control character": _beside(b'"a\x07b\x1b[31m"'),
        "a name twice": _beside(b'1, "odd": 2'),
        "UTF-16": _in_utf_16,
        "lines": _in_lines,
    }
)
"""How, by name; each makes the body as it is sent of the right one."""
