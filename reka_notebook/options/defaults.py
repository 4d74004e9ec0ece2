"""The defaults of this notebook's kernel: what ``%reka default`` sets, and a cell does not say."""

from reka_notebook.config import settings

_model: str | None = None
_values: dict[str, str] = {}


def default_model() -> str | None:
    """The model where a cell names none: this kernel's, else that of ``configure``."""
    return _model or settings().model


def default_values() -> dict[str, str]:
    """By option, as written, the values where a cell gives none; ``image`` is the start image."""
    return dict(_values)


def set_defaults(model: str | None, values: dict[str, str]) -> None:
    """Add to the defaults, or change them.

    :param model: ``None`` leaves it as it is.
    """
    global _model
    _model = model or _model
    _values.update(values)


def clear_defaults() -> None:
    """Take all of them away."""
    global _model
    _model = None
    _values.clear()
