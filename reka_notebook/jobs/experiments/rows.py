"""List what goes out with a take: its request, result, rating and measures, and nothing private."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from reka_notebook.jobs.recipes.told import WORDS, WithoutKey, told_prompt, told_settings
from reka_notebook.jobs.take import Take

SETTING = "setting."
"""The prefix of an option's column."""

Value = bool | int | float | str | None


def asked(take: Take, without_key: WithoutKey) -> dict[str, Value]:
    """Return a take's request: prompt, model, task and the options that may go out."""
    model, _, task = take.request.endpoint.rpartition("/")
    given = {name: value for name, value in take.request.input.items() if name not in WORDS}
    return {
        "prompt": told_prompt(take.prompt, without_key),
        "model": model,
        "task": task,
        "take_number": take.request.take,
        **{f"{SETTING}{name}": _plain(value) for name, value in told_settings(given, without_key).items()},
    }


def results(take: Take) -> dict[str, Value]:
    """Return a take's result: properties of its file, its rating and verdict, its measures."""
    file = take.file
    return {
        "seconds": file.duration,
        "width": file.width,
        "height": file.height,
        "fps": file.fps,
        "has_audio": file.has_audio,
        "rating": take.rating or None,
        "verdict": take.verdict,
        "sandbox": take.by_sandbox,
        **measured(take),
    }


def measured(take: Take) -> dict[str, Value]:
    """Return the measures of a take; ``None`` for one that does not apply or was not measured."""
    return dict(msgspec.structs.asdict(take.measures))


def _plain(value: Any) -> Value:
    return (
        value if isinstance(value, bool | int | float | str | None) else msgspec.json.encode(value).decode()
    )


def alike(rows: Sequence[Mapping[str, Value]]) -> list[dict[str, Value]]:
    """Return rows with the same columns, each of one type; a column of mixed types becomes text."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    filled = [{name: row.get(name) for name in columns} for row in rows]
    for name in columns:
        kinds = {type(row[name]) for row in filled} - {type(None)}
        if kinds == {int, float}:
            for row in filled:
                value = row[name]
                row[name] = float(value) if isinstance(value, int) else value
        elif len(kinds) > 1:
            for row in filled:
                row[name] = None if row[name] is None else str(row[name])
    return filled
