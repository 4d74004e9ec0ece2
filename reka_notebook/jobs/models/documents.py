"""Fetch what the service's documentation says of its API. The key never goes there: it is another host."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import anyio

from reka_notebook.api import ApiError
from reka_notebook.api.address import is_loopback
from reka_notebook.api.transport import Transport
from reka_notebook.catalogue import CatalogueError
from reka_notebook.catalogue.documents.pages import documents_in, has_yaml, links_in
from reka_notebook.errors import RekaError

DOCS = "https://docs.reka.ai/"
"""Where Reka's documentation lies, which names these addresses itself."""

WHOLE = ("openapi.json", "openapi.yaml")
INDEX = "llms.txt"

MOST_PAGES = 40
"""Pages that are read where there is no OpenAPI document."""

LARGEST = 16 * 2**20
"""Bytes of a document that is read."""

WITHIN = 60.0
"""Seconds for all of them together."""


@dataclass
class Documents:
    """Hold what was found: each document with where it was found, and what could not be had."""

    found: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def read_documents(source: str = DOCS) -> Documents:
    """Return the OpenAPI documents of a file, an address, or all that lies under one that ends in a slash.

    Raises:
        RekaError: If nothing can be had, or nothing in it is understood.
    """
    if "://" not in source:
        return Documents([(source, one) for one in _understood(source, _file(Path(source)))])
    if urlsplit(source).scheme != "https" and not is_loopback(source):
        raise RekaError(f"{source} is not fetched: what a catalogue follows has to come by https.")
    documents: Documents = anyio.run(_fetch_all, source)
    return documents


async def _fetch_all(source: str) -> Documents:
    found = Documents()
    http = Transport(source, None)
    try:
        with anyio.fail_after(WITHIN):
            if not urlsplit(source).path.endswith("/"):
                await _add(http, source, found)
            else:
                await _walk(http, source, found)
    except TimeoutError:
        found.missing.append(f"{source}: not all of it came within {WITHIN:.0f} s")
    finally:
        await http.close()
    if not found.found:
        missing = " ".join(f"{one.removesuffix('.')}." for one in found.missing[:5])
        raise RekaError(f"No document of the service's API could be had. {missing} Nothing was changed.")
    return found


async def _walk(http: Transport, root: str, found: Documents) -> None:
    """Ask for the whole description first, and for single pages where there is none."""
    for name in WHOLE:
        if (name.endswith("json") or has_yaml()) and await _add(http, urljoin(root, name), found):
            return
    index = await _text(http, urljoin(root, INDEX), found)
    for address in links_in(index or "", urljoin(root, INDEX), MOST_PAGES):
        await _add(http, address, found)


async def _add(http: Transport, address: str, found: Documents) -> bool:
    """Read one document; return whether anything in it describes the API."""
    text = await _text(http, address, found)
    if text is None:
        return False
    try:
        read = _understood(address, text)
    except RekaError as error:
        found.missing.append(str(error).rstrip("."))
        return False
    found.found += [(address, one) for one in read]
    return bool(read)


async def _text(http: Transport, address: str, found: Documents) -> str | None:
    body = bytearray()
    try:
        async with contextlib.AsyncExitStack() as stack:
            stream = await stack.enter_async_context(http.stream(address))
            if stream.status != 200:
                found.missing.append(f"{address}: HTTP {stream.status}")
                return None
            async for piece in stream.pieces:
                body += piece
                if len(body) > LARGEST:
                    found.missing.append(f"{address}: larger than {LARGEST // 2**20} MiB")
                    return None
    except ApiError as error:
        found.missing.append(f"{address}: {error.said}")
        return None
    return body.decode("utf-8-sig", "replace")


def _understood(where: str, text: str) -> list[Mapping[str, Any]]:
    try:
        found = documents_in(text)
    except CatalogueError as error:
        raise RekaError(f"{where}: {error}") from error
    if not found:
        raise RekaError(f"{where}: nothing in it describes the API.")
    return list(found)


def _file(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise RekaError(f"{path} is larger than {LARGEST // 2**20} MiB, and no description of an API.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RekaError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise RekaError(f"{path} is not text in UTF-8.") from error
