"""Run ``%reka sandbox on|off``: a local test server in this kernel."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reka_notebook.config import configure, settings
from reka_notebook.errors import RekaError
from reka_notebook.magic.reka.answer import Answer
from reka_notebook.options.known import UsageError
from reka_notebook.options.parser import Parser
from reka_notebook.options.sandbox import add_options

if TYPE_CHECKING:
    from reka_notebook.sandbox import Sandbox

_running: "tuple[Sandbox, str | None] | None" = None
"""It, and the base URL that a person had configured before."""


def run(words: Sequence[str]) -> Answer:
    """Turn the sandbox on or off, or say which it is.

    Raises:
        RekaError: If it cannot be started.
    """
    parser = Parser("sandbox", "A local test server: no key, no charges.", prog="%reka")
    parser.add_argument("state", nargs="?", default="", metavar="on|off")
    add_options(parser)
    asked = parser.read(words)
    match asked.state:
        case "on":
            _start(asked.speed, asked.profile, asked.balance)
        case "off":
            _stop()
        case "":
            pass
        case other:
            raise UsageError(f"%reka sandbox is on or off, and got {other!r}.")
    if _running is None:
        return Answer(f"The sandbox is off. Requests go to {settings().base_url}.")
    return Answer(
        f"The sandbox is on, at {settings().base_url} (profile: {_running[0].profile}). It renders a moving picture "
        "from your image, needs no key and charges nothing. %reka sandbox off goes back."
    )


def _start(speed: float, profile: str, balance: float | None) -> None:
    global _running
    if _running is not None:
        return
    try:
        from reka_notebook.sandbox import Sandbox

        sandbox = Sandbox(speed=speed, profile=profile, balance=balance)
        url = sandbox.start()
    except ImportError as error:
        raise RekaError(
            f"The sandbox needs {error.name}, which is not installed: pip install 'reka-notebook[sandbox]'"
        ) from error
    before = settings().base_url
    configure(base_url=None)
    chosen = before if settings().base_url != before else None
    configure(base_url=url)
    _running = (sandbox, chosen)


def _stop() -> None:
    global _running
    if _running is not None:
        sandbox, before = _running
        configure(base_url=before)
        sandbox.stop()
        _running = None
