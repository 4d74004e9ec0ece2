"""Run ``%reka sandbox on|off``: a local test server in this kernel."""

from collections.abc import Sequence

from reka_notebook import own_sandbox
from reka_notebook.config import settings
from reka_notebook.magic.reka.answer import Answer
from reka_notebook.options.known import UsageError
from reka_notebook.options.parser import Parser
from reka_notebook.options.sandbox import add_options


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
            own_sandbox.start(speed=asked.speed, profile=asked.profile, balance=asked.balance)
        case "off":
            own_sandbox.stop()
        case "":
            pass
        case other:
            raise UsageError(f"%reka sandbox is on or off, and got {other!r}.")
    sandbox = own_sandbox.running()
    if sandbox is None:
        return Answer(f"The sandbox is off. Requests go to {settings().base_url}.")
    return Answer(
        f"The sandbox is on, at {settings().base_url} (profile: {sandbox.profile}). It draws and "
        "speaks by plain rules, needs no key and charges nothing. %reka sandbox off goes back."
    )
