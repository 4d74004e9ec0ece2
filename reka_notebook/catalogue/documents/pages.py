"""Find OpenAPI documents in a text, whatever it is: JSON, YAML, or a page of documentation as Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from urllib.parse import urljoin

from reka_notebook.catalogue.endpoint import JSON
from reka_notebook.catalogue.errors import CatalogueError

_FENCE = re.compile(r"^(`{3,}|~{3,})[ ]*([\w+-]*)[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#\s+(\S.*)$", re.MULTILINE)
_CALL = re.compile(r"\b(GET|POST)\s+`?(?:https?://[^/\s`]+)?(/v2/inference/[^\s`\"')]+)")
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\(([^)\s]{1,2000})\)(.{0,300})")
_OURS = re.compile(r"inference|submit|video|image|speech|openapi|api.?reference", re.IGNORECASE)


def documents_in(text: str) -> list[Mapping[str, JSON]]:
    """Return the OpenAPI documents in a text; of a page that has none, what its calls say.

    Raises:
        CatalogueError: If it is YAML and there is no parser for it, or it is not understood at all.
    """
    if text.lstrip()[:1] in ("{", "["):
        return [_checked(_json(text))]
    if re.search(r"^openapi:", text, re.MULTILINE) and "```" not in text:
        return [_checked(_yaml(text))]
    found: list[JSON] = []
    for _, language, code in _FENCE.findall(text):
        if re.search(r"^openapi:", code, re.MULTILINE) and language in ("", "yaml", "yml"):
            found.append(_yaml(code))
        elif language in ("", "json") and '"paths"' in code:
            with suppress(CatalogueError):  # an example that is cut short
                found.append(_json(code))
    return _with_paths(found) or _with_paths([_of_calls(text)])


def links_in(index: str, base: str, most: int) -> list[str]:
    """Return the addresses of the pages that an index (``llms.txt``) names and that may speak of inference.

    Each is on the index's own host, and is asked for as Markdown.
    """
    found: dict[str, None] = {}
    host = urljoin(base, "/")
    for title, address, behind in _LINK.findall(index):
        target = urljoin(base, address).partition("#")[0].partition("?")[0]
        if target.startswith(host) and _OURS.search(f"{title} {address} {behind}"):
            found[target if re.search(r"\.(md|mdx|json|ya?ml|txt)$", target) else f"{target}.md"] = None
    return list(found)[:most]


def has_yaml() -> bool:
    """Return whether there is a parser for YAML."""
    return find_spec("yaml") is not None


def _with_paths(found: list[JSON]) -> list[Mapping[str, JSON]]:
    return [one for one in found if isinstance(one, Mapping) and one.get("paths")]


def _checked(document: JSON) -> Mapping[str, JSON]:
    if not isinstance(document, Mapping):
        raise CatalogueError("This is not an OpenAPI document: it is no JSON object.")
    if not isinstance(document.get("paths"), Mapping):
        raise CatalogueError("This is not an OpenAPI document: it has no paths.")
    return document


def _json(text: str) -> JSON:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"This is not JSON: {error}.") from None


def _yaml(text: str) -> JSON:
    if not has_yaml():
        raise CatalogueError("This is YAML, and no parser for it is installed: pip install pyyaml.")
    import yaml

    try:
        return yaml.load(text, _plain_loader())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CatalogueError(f"This YAML cannot be read: {reason}.") from None


def _plain_loader() -> JSON:
    """Return a safe loader that reads JSON's values alone: no dates, and ``on`` is a word."""
    import yaml

    class Plain(yaml.SafeLoader):  # type: ignore[misc, unused-ignore]
        yaml_implicit_resolvers = {  # noqa: RUF012 (as the loaders of yaml have it)
            first: [
                (tag, pattern)
                for tag, pattern in resolvers
                if tag != "tag:yaml.org,2002:timestamp"
                and (tag != "tag:yaml.org,2002:bool" or first in "tTfF")
            ]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return Plain


def _of_calls(text: str) -> Mapping[str, JSON]:
    """Return what a page without an OpenAPI document says: the calls on it, under the page's title."""
    heading = _HEADING.search(text)
    summary = heading[1].strip() if heading else ""
    paths: dict[str, dict[str, JSON]] = {}
    for method, path in _calls(text):
        paths.setdefault(path, {})[method] = {"summary": summary}
    return {"paths": paths}


def _calls(text: str) -> Iterator[tuple[str, str]]:
    for method, path in _CALL.findall(text):
        plain = re.sub(r":(\w+)", r"{\1}", path.partition("?")[0]).rstrip("/.,;")
        if re.fullmatch(r"[\w./{}:-]+", plain):
            yield method.lower(), plain
