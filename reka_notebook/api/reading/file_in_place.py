"""Read an answer that is a file, or its address, in place of an object that says where the file is."""

import base64
from typing import Any

from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.cleaning import Cleaner
from reka_notebook.api.reading.embedded import type_of
from reka_notebook.api.reading.media_links import media_links

_LONGEST = 8192


def file_in_place(answer: Answer) -> Any:
    """Return what an answer is that is not an object: a file, a list of addresses, an address.

    Return ``None`` if it leads to no file.
    """
    kind = type_of(answer.body[:512])
    if kind is not None:
        uri = f"data:{kind};base64,{base64.b64encode(answer.body).decode()}"
        return Cleaner(answer.hide).text(uri)
    if answer.is_page:
        return None
    read = answer.json()
    value = read.value if read is not None else answer.text().strip() if len(answer.body) < _LONGEST else None
    links = media_links(value) if isinstance(value, str | list) else ()
    return value if any(link.is_main for link in links) else None
