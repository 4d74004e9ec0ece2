"""Tell whether two spellings are the same status word."""

from __future__ import annotations

import re
import unicodedata


def folded(word: str) -> str:
    """Return a status word without case and separators: `In-Progress`, `IN_PROGRESS` and `inProgress` are one."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", word[:200])).casefold()


def without_type(word: str) -> str:
    """Return a folded word without the name of its type, as in `JOB_STATE_SUCCEEDED` and `TaskStatus.DONE`."""
    return _TYPE.sub("", folded(word))


_TYPE = re.compile(r"^(?:job|task|run|request|operation|prediction|generation|inference)?(?:state|status)")
