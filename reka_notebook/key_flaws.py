"""Say what is wrong with a text that was meant to be an API key, in words that do not show it."""

import os
import re

LONGEST = 1000
"""Characters; keys have less than a hundred."""

_FLAWS = [
    (
        r"(?is).*(?:…|\.\.\.|\*{3}|•|<[^<>]*>).*|x{3,}|(?:[a-z]{2,5}[-_])x{3,}|none|null|undefined"
        r"|[\"']?(?:your|my|insert|paste|enter|put|replace)[-_ ](?:.*[-_ ])?(?:key|token|here|this)\b.*",
        "is a placeholder, or a key that is shown shortened: the key itself has to stand there",
    ),
    (r"(?s)[\[{].*", "is JSON, or a list: only the key itself belongs there"),
    (r"\$\w+|\$\{.*\}|\$\(.*\)|%\w+%", "is the name of a variable, whose value was not put in"),
    (
        r"(?is)[\"'“‘]?(?:(?:export|setenv|setx|set|env|%env|%set_env|let|const)\s+|\$env:)?"
        r"[\w.-]*(?:key|token|secret)[\w.-]*[\"']?\s*(?:=\s*[^=\s]|:\s|\s+\S).*",
        "has a name before the key, as in NAME=…: only the key itself belongs there",
    ),
    (
        r"(?s)[A-Z][A-Z0-9_]{2,}=[^=].*",
        "has a name before the key, as in NAME=…: only the key itself belongs there",
    ),
    (
        r"(?is)[\"'“‘]?(?:authorization|bearer|basic|token|x-api-key)(?:\s*:|\s|$).*",
        "has 'Bearer' or the name of a header before the key: only the key itself belongs there",
    ),
    (r"(?s)[\"'`“”„‘’‚«»].*|.*[\"'`“”„‘’‚«»]", "has quotes around it: take them away"),
    (r"(?i)[a-z][a-z0-9+.-]*://.*|file:.*", "is an address, and not a key"),
    (
        r"(?s)@?~?/[^/]+/.*|@?(?:~|\.|\.\.)[\\/].*|[A-Za-z]:[\\/].*",
        "is the path of a file: what is in the file belongs there",
    ),
    (r"(?s)\S+[\r\n].*", "has more than one line: only the key itself belongs there"),
]


def flaw_of(value: str) -> str | None:
    """Return what is wrong with a key, as the end of a sentence; ``None`` if it may be one."""
    if len(value) > LONGEST:
        return f"has {len(value)} characters, and no key is as long"
    for pattern, words in _FLAWS:
        if re.fullmatch(pattern, value):
            return words
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        return "is empty or has characters that no key has. Copy it again from Reka's console"
    return "is the name of a file: what is in the file belongs there" if os.path.isfile(value) else None
