"""Read the rewritings in a chat model's answer, however it has listed them."""

import json
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 4000
"""Characters of one rewriting."""

_FENCE = re.compile(r"```[\w-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_ITEM = re.compile(r"^[ \t]*(?:[*_#> ]*\(?\d{1,2}[.):][*_]*[ \t]*|[-*•–][ \t]+)", re.MULTILINE)
_LABEL = re.compile(
    r"\A[\s*_#]*(?:rewriting|rewrite|prompt|version|variation|option|suggestion)"
    r"[ \t]*(?:#?\d{1,2}|[A-Z])?[ \t]*[*_]*:[*_\s]*",
    re.IGNORECASE,
)
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'", "`": "`", "‘": "’"}
_WORDS = ("prompt", "text", "rewriting", "rewrite", "suggestion", "content", "value")


def read_rewritings(text: str, prompt: str, count: int) -> list[str]:
    """Return at most ``count`` rewritings of a prompt, each once, none the prompt itself; empty if none are found."""
    found: dict[str, str] = {}
    same = _folded(prompt)
    for one in _from_json(text) or _from_lines(text):
        clean = _clean(one)
        if clean and _folded(clean) != same:
            found.setdefault(_folded(clean), clean)
    return list(found.values())[:count]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def _from_json(text: str) -> list[str]:
    candidates = [*_FENCE.findall(text), text]
    for candidate in candidates:
        for start in re.finditer(r"[\[{]", candidate):
            if found := _strings(_decoded(candidate[start.start() :])):
                return found
            if start.start() > 2000:
                break
    return []


def _decoded(text: str) -> Any:
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, re.sub(r",(\s*[\]}])", r"\1", text)):
        try:
            return decoder.raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _strings(value: Any, depth: int = 0) -> list[str]:
    """Return the strings of a list, or those that its objects hold under a likely name."""
    if isinstance(value, dict) and depth < 3:
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        if lists:
            return _strings(lists[0], depth + 1)
        values = list(value.values())
        return values if len(values) > 1 and all(isinstance(one, str) for one in values) else []
    if not isinstance(value, list):
        return []
    return [text for one in value if isinstance(text := _text_of(one), str)]


def _text_of(one: Any) -> Any:
    if isinstance(one, dict):
        named = [one[name] for name in _WORDS if isinstance(one.get(name), str)]
        return named[0] if named else next((text for text in one.values() if isinstance(text, str)), None)
    return one


def _from_lines(text: str) -> Iterator[str]:
    fenced = _FENCE.findall(text)
    text = fenced[0] if fenced and fenced[0].strip() else text
    starts = [found.start() for found in _ITEM.finditer(text)]
    if len(starts) > 1:
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            item = _ITEM.sub("", text[start:end], count=1)
            yield item.split("\n\n")[0]
        return
    parts = [part for part in re.split(r"\n\s*(?:---+\s*)?\n|\n---+\n", text) if part.strip()]
    lines = [line for line in text.splitlines() if line.strip()]
    for part in parts if len(parts) > 1 else lines:
        if not part.rstrip().endswith(":"):  # "Here are three rewritings:"
            yield part


def _clean(text: str) -> str:
    text = _LABEL.sub("", text).strip().rstrip(",").strip()
    for mark in ("**", "__"):
        if text.startswith(mark) and text.endswith(mark) and len(text) > 4:
            text = text[2:-2].strip()
    text = _LABEL.sub("", text)
    if len(text) > 2 and _QUOTES.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1]
    return " ".join(text.split())[:LONGEST]
