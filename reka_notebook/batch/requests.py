"""Turn a row of a batch's file into the requests that it asks for. Nothing is sent, nothing is written but images."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from reka_notebook import media
from reka_notebook.batch.line import (
    PROMPT,
    CommonOptions,
    Options,
    as_words,
    check_place,
    option_names,
    spelling,
)
from reka_notebook.batch.source import FileRow
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, PreparedRequest
from reka_notebook.jobs.models.default import configured_model
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.options.arguments import MODEL, REFERENCES, Arguments, parse, swept, wanted_of
from reka_notebook.options.known import BATCH, FramingOption, UsageError, apply_framing
from reka_notebook.options.sweeping import sweep_of
from reka_notebook.prompts import Variable
from reka_notebook.prompts import parse as parse_prompt
from reka_notebook.prompts.body import read_body
from reka_notebook.text import beginning, did_you_mean, one_line

LONGEST = 300
"""Characters of what is wrong with a row; a list of all models would be longer."""

_SAID_ONCE = re.compile(r"Nothing was sent(?:, and nothing was kept)?\.\s*")

_LISTED = frozenset({"image", "set", "sweep"})
"""Columns that may hold several values."""


class RowReader:
    """Read rows, with what the command line says for all of them.

    Args:
        control: Knows the endpoints, and has the library's images.
        common: What holds for a row that does not say otherwise.
        folder: Where the file lies: an image that a row names is looked for there first.
        keep_images: Whether to keep the images in the library, for whoever makes the rows.
    """

    def __init__(
        self, control: Controller, common: CommonOptions, folder: Path, *, keep_images: bool = True
    ) -> None:
        self._control = control
        self._known = control.catalogue
        self._common = common
        self._folder = folder
        self._keep_images = keep_images
        self._names = option_names(self._known)
        self._arguments = lru_cache(maxsize=512)(self._parse)
        self._image = lru_cache(maxsize=1024)(self._load)
        self._unused: dict[str, int] = {}
        self._used: set[str] = set()

    def requests(self, row: FileRow) -> Sequence[PreparedRequest]:
        """Return the requests of a row: one, or one for each of what it varies.

        Raises:
            RekaError: If it cannot be made.
        """
        if row.flaw is not None:
            raise UsageError(row.flaw)
        options, prompt = self._split(row)
        arguments = self._arguments(tuple(as_words(options)))
        sweep = sweep_of(arguments, read_body(prompt, _variables(row)), self._known, self._images)
        for one in sweep.requests:
            self._check(one)
        return sweep.requests

    def unknown_columns(self) -> dict[str, int]:
        """Return the columns that are neither options nor in any prompt, with the first line that has each."""
        return {name: line for name, line in self._unused.items() if _variable(name) not in self._used}

    def unknown_words(self, column: str) -> str:
        """Say that a column is none, and which may be meant."""
        hint = did_you_mean(spelling(column), sorted({PROMPT, *self._names}), otherwise="")
        return (
            f"has the column {one_line(column)}, which is no option and in no prompt. "
            f"{hint or 'In a prompt it would be {{name}}.'}"
        )

    def _split(self, row: FileRow) -> tuple[Options, str]:
        """Return the options of a row, those of the command line included, and its prompt."""
        options: dict[str, tuple[str, ...]] = {}
        prompt, others = self._common.prompt, {}
        for column, values in row.values.items():
            name = spelling(column)
            if name == PROMPT:
                prompt = "\n".join(values)
            elif name in self._names:
                if len(values) > 1 and name not in _LISTED:
                    raise UsageError(f"{column} has {len(values)} values, and takes one.")
                options[name] = values
            else:
                check_place(name)
                others[column] = values
        self._check_variables(row, others, prompt)
        return {**self._common.options, **options}, prompt

    def _check_variables(self, row: FileRow, others: Mapping[str, object], prompt: str) -> None:
        """Check that the row has what its prompt names, and remember which columns prompts do name."""
        if others:
            for column in others:
                self._unused.setdefault(column, row.line)
        if "{{" not in prompt:
            return
        there = _variables(row)
        for part in parse_prompt(prompt):
            if isinstance(part, Variable) and part.name not in there:
                hint = did_you_mean(part.name, there, otherwise="")
                raise UsageError(
                    f"The prompt has {{{{{part}}}}}, and the row has nothing in a column {part.name}. {hint}"
                )
            if isinstance(part, Variable):
                self._used.add(part.name)

    def _parse(self, words: Sequence[str]) -> dict[str | None, Arguments]:
        """Return what a row's words say, by model."""
        listed = swept([word.removeprefix("--sweep=") for word in words if word.startswith("--sweep=")])
        named = any(word.startswith("--model=") for word in words)
        default: str | None = None
        if not named and MODEL not in listed:
            task = wanted_of(words, self._known, prog=BATCH).usual_task(self._known)
            default = configured_model(self._known, settings().model, task)
        models: Sequence[str | None] = (default,) if named else listed.get(MODEL, (default,))
        return {model: parse(words, self._known, model, BATCH) for model in dict.fromkeys(models)}

    def _images(self, texts: Sequence[str], framing: FramingOption | None) -> Any:
        found = [self._find(text, framing) for text in texts]
        return found[0] if len(found) == 1 else found

    def _find(self, text: str, framing: FramingOption | None) -> media.SourceImage:
        """Return an image without its bytes, which are in the library by now."""
        path = self._path(text)
        if path is None:
            return self._image(text, framing, 0, 0)
        stat = path.stat()
        return self._image(path, framing, stat.st_mtime_ns, stat.st_size)

    def _path(self, text: str) -> Path | None:
        """Return the file that a text names: beside the batch's file, or from the current folder."""
        if text.startswith(REFERENCES):
            return None
        try:
            written = Path(text).expanduser()
            beside = text not in self._common.options.get("image", ())
            places = (self._folder / written, written) if beside else (written,)
            return next((place.absolute() for place in places if place.is_file()), None)
        except (OSError, ValueError, RuntimeError):  # a URL, say
            return None

    def _load(
        self, image: Path | str, framing: FramingOption | None, _changed: int, _size: int
    ) -> media.SourceImage:
        source: media.SourceImage = apply_framing(
            media.load(kept_or_given(image, self._control.library)), framing
        )
        if source.data is not None and self._keep_images:
            self._control.library.images.keep(source.digest, source.data)
            self._control.library.images.share(source.digest)  # for the machines that join
        return replace(source, data=None)

    def _check(self, one: PreparedRequest) -> None:
        """Check what would else be found out when the request is sent, hours later."""
        self._control.check_no_key_in(f"{msgspec.json.encode(one.request).decode()} {one.webhook_url}")
        one.endpoint.require_path()
        if not self._control.sandbox:
            for url in one.urls:
                media.check_public(url)


def _variables(row: FileRow) -> dict[str, str]:
    """Return what a prompt may have of its row: every column by its name."""
    return {_variable(column): ", ".join(values) for column, values in row.values.items()}


def _variable(column: str) -> str:
    return "_".join(column.replace("-", " ").split())


def in_words(error: RekaError) -> str:
    """Return what is wrong with a row on one line, without what is said once for all of them."""
    return one_line(beginning(_SAID_ONCE.sub("", str(error)), LONGEST))
