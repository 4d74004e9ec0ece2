"""Read a service's list of models. Its shape is not documented, so every name that it may use is listed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from reka_notebook.catalogue.endpoint import JSON, MODEL
from reka_notebook.text import is_blank, one_line

LISTS = ("models", "data", "items", "results", "endpoints")
"""What the list in an answer may be called, the likeliest first."""

NAMES = ("model_id", "id", "endpoint", "endpoint_id", "path", "model", "slug", "name")
"""What a model's name may be called. ``model_id`` was seen."""

TASKS = ("capability", "capabilities", "task", "tasks", "supported_tasks", "modes", "category", "type")
"""What a model's tasks may be called. ``capability`` was seen."""

TITLES = ("title", "display_name", "label", "name")

SWITCHES = ("available", "enabled", "active", "is_available")
"""What may say, with false, that a model cannot be used."""

MORE = ("has_more", "next", "next_cursor", "next_page", "next_page_token", "nextPageToken")
"""What may say that this is only the first page: then nothing follows from what is missing."""

SPELLINGS = {
    "image-to-video": ("i2v", "img-to-video", "image-to-vid", "animate-image"),
    "text-to-video": ("t2v", "txt-to-video", "video-generation"),
    "text-to-image": ("t2i", "txt-to-img", "txt-to-image", "text-to-img", "image-generation"),
    "edit": ("image-edit", "image-editing", "edit-image", "image-to-image", "img-to-img", "i2i"),
    "text-to-speech": ("tts", "speech", "speech-synthesis", "text-to-audio"),
    "image-to-bbox": ("bbox", "detection", "object-detection", "image-to-bounding-boxes"),
    "chat-completion": ("chat", "chat-completions", "completion", "text-generation", "llm"),
}
"""How else a task may be called, in lower case and with hyphens."""

_TASK_OF = {word: task for task, words in SPELLINGS.items() for word in (task, *words)}

MOST = 2000
"""Models of a list that are read."""

LONGEST = 120
"""Characters of a model's name."""

_BEFORE = re.compile(r"^(?:https?://[^/]*)?/*(?:v\d+/)?(?:inference/)?")


class ListedModel(msgspec.Struct, frozen=True):
    """Hold one model of the list.

    Attributes:
        name: As a path has it.
        tasks: As the catalogue calls them, or in the service's words; empty where the list does not say.
        title: What it is called for people; empty where the list does not say.
    """

    name: str
    tasks: tuple[str, ...] = ()
    title: str = ""


class ModelList(msgspec.Struct, frozen=True):
    """Hold an account's models.

    Attributes:
        partial: The list goes on, or was longer than what is read.
        fetched: When, in seconds since 1970.
        default: The endpoint that was the default with this list, as versions wrote it that knew one task only.
        defaults: The endpoints that were the defaults with this list, of every task.
        earlier_defaults: Those that were defaults with earlier lists.
    """

    models: tuple[ListedModel, ...]
    partial: bool = False
    fetched: float = 0.0
    default: str = ""
    defaults: tuple[str, ...] = ()
    earlier_defaults: tuple[str, ...] = ()

    @property
    def all_defaults(self) -> list[str]:
        """Return every endpoint that was a default with this list or an earlier one, the latest first."""
        names = (*self.defaults, self.default, *reversed(self.earlier_defaults))
        return [name for name in dict.fromkeys(names) if name]


class _Entry(NamedTuple):
    name: str
    tasks: tuple[str, ...]
    title: str


def read_models(body: JSON) -> ModelList | None:
    """Return the models in an answer; None if no list with a usable name is found in it."""
    found: dict[str, _Entry] = {}
    entries = _entries(body)
    for entry in islice(entries, MOST):
        before = found.get(entry.name)
        tasks = dict.fromkeys((*(before.tasks if before else ()), *entry.tasks))
        title = (before.title if before else "") or entry.title
        found[entry.name] = _Entry(entry.name, tuple(tasks), title)
    if not found:
        return None
    partial = next(entries, None) is not None
    if isinstance(body, Mapping):
        partial = partial or any(body.get(name) for name in MORE)
    return ModelList(tuple(ListedModel(*entry) for entry in found.values()), partial)


@lru_cache(maxsize=1024)
def task_of(word: str) -> str:
    """Return the catalogue's name for a task: ``image2video``, ``IMAGE_TO_VIDEO`` and ``i2v`` are one."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", word.strip()[:LONGEST])
    plain = re.sub(r"[\W_]+", "-", spaced).strip("-").lower()
    plain = re.sub(r"(?<=[a-z]{3})-?2-?(?=[a-z]{3})", "-to-", plain)
    return _TASK_OF.get(plain, plain)


def _entries(body: JSON, levels: int = 2) -> Iterator[_Entry]:
    """Yield what can be read of every entry, whatever the list's shape."""
    listed = body
    if isinstance(body, Mapping):
        usual = (body.get(name) for name in LISTS)
        listed = next((value for value in usual if isinstance(value, list | dict)), None)
        if isinstance(listed, Mapping) and any(isinstance(listed.get(name), list | dict) for name in LISTS):
            yield from _entries(listed, levels - 1) if levels else ()
            return
        if listed is None and any(task_of(key) in SPELLINGS for key in body):
            listed = body
        if listed is None:
            listed = next((value for value in body.values() if isinstance(value, list)), None)
    if isinstance(listed, Mapping):
        yield from _named(listed)
    elif isinstance(listed, list):
        for one in listed:
            if (entry := _entry(one)) is not None:
                yield entry


def _named(listed: Mapping[str, JSON]) -> Iterator[_Entry]:
    """Yield the entries of an object: tasks with their models, or models by name."""
    for key, value in listed.items():
        task = task_of(key)
        if task in SPELLINGS and isinstance(value, list):
            for one in value:
                if (entry := _entry(one)) is not None:
                    yield entry._replace(tasks=(task,))
        elif isinstance(value, Mapping):
            if (entry := _entry({**value, NAMES[0]: key})) is not None:
                yield entry
        elif (entry := _entry({NAMES[0]: key, TASKS[0]: value})) is not None:
            yield entry


def _entry(one: JSON) -> _Entry | None:
    if isinstance(one, str):
        one = {NAMES[0]: one}
    if not isinstance(one, Mapping) or any(one.get(name) is False for name in SWITCHES):
        return None
    tasks = tuple(dict.fromkeys(task for name in TASKS for task in _tasks(one.get(name))))
    if any(task in SPELLINGS for task in tasks):  # another field of the entry may speak of another thing
        tasks = tuple(task for task in tasks if task in SPELLINGS)
    for said in (one.get(name) for name in NAMES):
        if isinstance(said, str) and (found := split_model(said)) is not None:
            name, task = found
            return _Entry(name, (task,) if task else tasks, _title(one, name))
    return None


def split_model(said: str) -> tuple[str, str] | None:
    """Return a model's name and, where it is written behind it, the task; None for what no path can have."""
    plain = _BEFORE.sub("", said.strip()).strip("/")
    name, slash, behind = plain.rpartition("/")
    task = task_of(behind) if slash else ""
    if not slash:
        name = plain
    usable = len(name) <= LONGEST and MODEL.fullmatch(name) and (not slash or task in SPELLINGS)
    return (name, task) if usable else None


def _tasks(value: Any) -> Iterable[str]:
    """Return the tasks that a value names: a word, several with commas, a list, or an object of switches."""
    if isinstance(value, str):
        words: Iterable[Any] = re.split(r"[,;|]", value[: 10 * LONGEST])
    elif isinstance(value, Mapping):
        words = (word for word, on in value.items() if on)
    else:
        words = value if isinstance(value, list) else ()
    return [
        task
        for word in islice(words, 20)
        if isinstance(word, str) and (task := task_of(word)) not in ("", "model")
    ]


def _title(one: Mapping[str, JSON], name: str) -> str:
    titles = (one.get(key) for key in TITLES)
    title = next((one_line(said) for said in titles if isinstance(said, str) and not is_blank(said)), "")
    return "" if title == name or "/" in title else title[:80]
