"""Make a JSON value from outside fit to be kept: without the key, and within bounds."""

import math
import re
from collections.abc import Callable
from typing import Any

from reka_notebook.api.reading.embedded import holds_file
from reka_notebook.api.reading.json_text import DEEPEST
from reka_notebook.api.reading.outside import NAME

Hide = Callable[[str], str]
"""Takes the API key out of a text."""

LONGEST = 64 * 2**10
"""Characters of a text that is kept, unless it holds a file."""

ROOM = 4 * 2**20
"""Characters of long texts of one answer that are kept, those apart that hold a file or may be an address."""

_SHORT, _ADDRESS = 200, 8192

MOST_VALUES = 200_000
"""Values of one answer that are kept."""

_SURROGATES = re.compile(r"[\ud800-\udfff]+")


class Cleaner:
    """Clean one answer, counting its values across all of its parts."""

    def __init__(self, hide: Hide) -> None:
        self._hide = hide
        self._left = MOST_VALUES
        self._room = ROOM

    def value(self, value: Any, depth: int = 0) -> Any:
        """Return a value as it may be kept, without the key and without anything JSON, SQLite or UTF-8 cannot hold."""
        self._left -= 1
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            if depth >= DEEPEST:
                return None
            return {
                self.text(name)[:NAME]: self.value(item, depth + 1)
                for name, item in value.items()
                if self._left > 0
            }
        if isinstance(value, list):
            if depth >= DEEPEST:
                return None
            return [self.value(item, depth + 1) for item in value if self._left > 0]
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, int) and value.bit_length() > 63:
            return str(value) if value.bit_length() < 4096 else None
        return value

    def text(self, text: str) -> str:
        """Return a text without the key, cut to the length that is kept."""
        if not text.isascii():
            text = _SURROGATES.sub(_joined, text)
        if holds_file(text):
            return self._hide(text)
        if len(text) > _SHORT and not (len(text) <= _ADDRESS and "/" in text):
            self._room -= min(len(text), LONGEST)
        most = LONGEST if self._room > 0 else _SHORT
        if len(text) <= most or (len(text) <= _ADDRESS and "/" in text):
            return self._hide(text)
        # Cut after the key has been taken out: half of it would not be found.
        kept = self._hide(text[: most + 4096])[:most]
        return f"{kept}… ({len(text):,} characters)"


def _joined(surrogates: re.Match[str]) -> str:
    """Return the characters that pairs of surrogates stand for; a lone half becomes a replacement mark."""
    return surrogates[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
