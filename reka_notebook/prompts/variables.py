"""Put the values of a notebook's variables into a prompt. Nothing is evaluated beyond names, attributes and items.

Names that begin with an underscore are refused. They lead to the inside of objects, where keys and passwords
are, and what a prompt holds is sent and kept.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from reka_notebook.prompts.errors import PromptError
from reka_notebook.prompts.grammar import Part, Variable
from reka_notebook.scalars import scalar
from reka_notebook.text import did_you_mean


def fill(parts: Iterable[Part], namespace: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the parts with the variables' values in place of the variables; braces in a value mean nothing.

    Raises:
        PromptError: If there is no such variable, or its value is nothing that a prompt can hold.
    """
    filled = [_write_value(part, namespace) if isinstance(part, Variable) else part for part in parts]
    merged: list[Part] = []
    for part in filled:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return tuple(merged)


def value_of(variable: Variable, namespace: Mapping[str, Any]) -> Any:
    """Return what a variable holds, with its attributes and items followed.

    Raises:
        PromptError: If there is no such variable, attribute or item.
    """
    return _found(variable, namespace)[0]


def _write_value(variable: Variable, namespace: Mapping[str, Any]) -> str:
    value, said = _found(variable, namespace)
    plain = value if isinstance(value, Decimal) else scalar(value)
    if isinstance(plain, str | int | float | Decimal):
        try:
            return str(plain)
        except ValueError as error:  # Python writes no integer of thousands of digits
            raise PromptError(f"{said} is too large a number for a prompt: {_short(error)}") from None
    if value is None:
        raise PromptError(f"{said} is None. A prompt takes text or a number.")
    raise PromptError(f"{said} is a {type(value).__name__}. A prompt takes text or a number.")


def _found(variable: Variable, namespace: Mapping[str, Any]) -> tuple[Any, str]:
    private = next(
        (step for step in (variable.name, *variable.path) if isinstance(step, str) and step.startswith("_")),
        None,
    )
    if private is not None:
        raise PromptError(
            f"{{{{{variable}}}}} is not filled in: {private} begins with an underscore, and such names are private. "
            "Nothing was sent. Put the value into a variable of its own, and name that."
        )
    if variable.name not in namespace:
        raise PromptError(
            f"The notebook has no variable {variable.name!r}.{_near(variable.name, namespace)} "
            r"Set it in a cell first, or write \{{ for the braces themselves."
        )
    value, said = namespace[variable.name], variable.name
    for step in variable.path:
        value, said = _step(value, step, said)
    return value, said


def _step(value: Any, step: str | int, said: str) -> tuple[Any, str]:
    further = f"{said}[{step}]" if isinstance(step, int) else f"{said}.{step}"
    try:
        return (value[step] if isinstance(step, int) else getattr(value, step)), further
    except AttributeError:
        names = [name for name in dir(value) if not name.startswith("_")]
        raise PromptError(f"{said} has no attribute {step!r}.{_near(str(step), names)}") from None
    except Exception as error:  # the value's own code: an index out of range, a key that is not there
        raise PromptError(f"{further} cannot be had: {type(error).__name__}: {_short(error)}") from None


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else f"{text[:199]}…"


def _near(name: str, names: Iterable[str]) -> str:
    hint = did_you_mean(name, [known for known in names if not known.startswith("_")], otherwise="")
    return f" {hint}" if hint else ""
