"""Run ``%reka takes``: show the newest takes of the library, as posters."""

from collections.abc import Sequence
from html import escape

from reka_notebook.commands.facts import model_of
from reka_notebook.commands.takes import takes_parser, takes_table, wanted_takes
from reka_notebook.jobs import Take, controller
from reka_notebook.library import TakeFilter
from reka_notebook.magic.reka.answer import Answer
from reka_notebook.output.final_output import labelled_grid_html, poster_html
from reka_notebook.output.html import FINE
from reka_notebook.output.marks import marks_of
from reka_notebook.text import beginning, many, one_line, short_moment

_PROMPT = 90


def run(words: Sequence[str]) -> Answer:
    """Show takes."""
    asked = takes_parser("%reka", limit=12).read(words)
    control = controller()
    wanted = wanted_takes(asked, control.library)
    found = control.library.takes.find(wanted, limit=asked.limit)
    total = control.library.takes.count(wanted)
    if not found:
        return Answer("No matching takes." if wanted != TakeFilter() else "There are no takes yet.")
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
