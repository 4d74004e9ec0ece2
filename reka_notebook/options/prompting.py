"""Share what a ``%%reka_prompt`` line and ``reka-notebook suggest`` take: their options, and what completes a line."""

from collections.abc import Mapping
from typing import Any

from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat.suggesting import COUNT
from reka_notebook.jobs.controller import controller
from reka_notebook.kinds import kind_of
from reka_notebook.options.completion import LABEL, Completions, image_labels, parted, starting
from reka_notebook.options.magics import PROMPT
from reka_notebook.options.parser import Parser, count
from reka_notebook.text import beginning


def add_options(parser: Parser) -> None:
    """Add what says what is asked, of which chat model."""
    parser.add_argument(
        "-i", "--image", metavar="IMAGE", help="an image that goes with the prompt; a small preview is sent"
    )
    parser.add_argument(
        "-m", "--model", metavar="MODEL", help="which chat model (default: the first that can help)"
    )
    parser.add_argument("--for", dest="goal", metavar="MODEL", help="the model that the prompt is for")
    parser.add_argument(
        "--count", type=count, default=COUNT, metavar="N", help=f"how many (default: {COUNT})"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what would be sent, and what it would cost"
    )


def cell_parser() -> Parser:
    """Return the parser of a ``%%reka_prompt`` line."""
    made = Parser(
        f"%%{PROMPT}", "Ask a chat model for rewritings of the cell's prompt. Nothing is generated.", ""
    )
    made.prog = f"%%{PROMPT}"
    add_options(made)
    made.add_argument("--as", dest="bind", metavar="NAME", help="a variable for the suggestions")
    made.add_argument(
        "--fresh", action="store_true", help="ask again, also where it was answered in this session"
    )
    return made


def complete_prompt_line(text: str, namespace: Mapping[str, Any]) -> Completions:
    """Return what may stand at the end of a ``%%reka_prompt`` line, which is ``text`` so far."""
    words, fragment = parted(text)
    before = words[-1] if words else ""
    option, equals, value = fragment.partition("=")
    if fragment.startswith("-") and equals:
        before, fragment = option, value
    takes = {spelling: action for action in cell_parser()._actions for spelling in action.option_strings}
    action = takes.get(before)
    if action is not None and action.nargs != 0:
        return starting(fragment, _values(action.dest, fragment, namespace))
    if fragment and not fragment.startswith("-"):
        return Completions(fragment, {})
    return starting(
        fragment,
        {
            spelling: beginning(str(one.help), LABEL)
            for spelling, one in takes.items()
            if spelling.startswith("--")
        },
    )


def _values(dest: str, fragment: str, namespace: Mapping[str, Any]) -> Mapping[str, str]:
    control = controller()
    if dest == "image":
        return image_labels(fragment, namespace)
    if dest == "model":
        return {
            name: f"{one.title} · {_sight(one)}"
            for name, one in control.catalogue.chat.items()
            if "prompt" in one.purposes
        }
    if dest == "goal":
        control.models.ask_soon()
        return {
            one.model: f"{one.title} · {kind_of(one.output).plural}"
            for one in reversed(list(control.catalogue.endpoints.values()))
        }
    return {}


def _sight(model: ChatModel) -> str:
    return f"sees {' and '.join(f'{sight}s' for sight in model.sees)}" if model.sees else "reads words only"
