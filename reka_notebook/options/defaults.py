"""Keep the defaults of this notebook's kernel, which ``%reka default`` sets and a cell need not repeat."""

from reka_notebook.config import settings

_model: str | None = None
_values: dict[str, str] = {}


def default_model() -> str | None:
    """Return the model if a cell names none: this kernel's, else that of ``configure``."""
    return _model or settings().model


def default_values() -> dict[str, str]:
    """Return by option, as written, the values if a cell gives none; ``image`` is the start image."""
    return dict(_values)


def set_defaults(model: str | None, values: dict[str, str]) -> None:
    """Add to the defaults, or change them.

    Args:
        model: ``None`` leaves it as it is.
    """
    global _model
    _model = model or _model
    _values.update(values)


def clear_defaults() -> None:
    """Remove all defaults."""
    global _model
    _model = None
    _values.clear()
