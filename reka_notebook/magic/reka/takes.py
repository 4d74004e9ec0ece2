"""Run ``%reka takes``: show the newest takes of the library, as posters."""

from collections.abc import Sequence
from html import escape

from reka_notebook.commands.facts import model_of
from reka_notebook.commands.takes import takes_table
from reka_notebook.jobs import Take, controller
from reka_notebook.library import TakeFilter
from reka_notebook.library.take_filter import VERDICTS
from reka_notebook.magic.reka.answer import Answer
from reka_notebook.options.parser import Parser, count
from reka_notebook.output.final_output import labelled_grid_html, poster_html
from reka_notebook.output.html import FINE
from reka_notebook.output.marks import marks_of
from reka_notebook.text import beginning, many, one_line, short_moment

_PROMPT = 90


def run(words: Sequence[str]) -> Answer:
    """Show takes."""
    parser = Parser("takes", "The takes in the library, newest first.", prog="%reka")
    parser.add_argument("--limit", type=count, default=12, metavar="N", help="at most so many (12)")
    parser.add_argument(
        "--search", default="", metavar="WORDS", help="those with all these words in the prompt"
    )
    parser.add_argument("--model", metavar="MODEL", help="those of a model, as in kling-v3-pro")
    parser.add_argument(
        "--verdict", choices=VERDICTS, help="those that are picked, rejected or not judged yet"
    )
    asked = parser.read(words)
    control = controller()
    wanted = TakeFilter(words=asked.search.split(), model=asked.model, verdict=asked.verdict)
    found = control.library.takes.find(wanted, limit=asked.limit)
    total = control.library.takes.count(wanted)
    if not found:
        return Answer("No matching takes." if wanted != TakeFilter(words=[]) else "There are no takes yet.")
    takes = [control.take(record) for record in found]
    more = f"{many(total, 'take')}" + (f"; the newest {len(found)} are shown" if total > len(found) else "")
    drawn = labelled_grid_html([""], [take.id for take in takes], [[_pane(take) for take in takes]])
    html = f'<div style="margin:4px 0">{drawn}<div style="{FINE}">{more}</div></div>'
    return Answer(f"{takes_table(found)}\n{more}", html)


def _pane(take: Take) -> str:
    said = beginning(one_line(take.prompt), _PROMPT)
    facts = [*marks_of(take), model_of(take.request.endpoint), short_moment(take.record.kept).strip()]
    fine = f'<div style="{FINE}">{escape(" · ".join(facts))}</div>'
    return f"{poster_html(take)}<div>{escape(said)}</div>{fine}"
