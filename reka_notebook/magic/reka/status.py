"""Run ``%reka status``: say whether everything is at hand."""

from collections.abc import Sequence

from reka_notebook.commands.checks.access import check_base_url
from reka_notebook.commands.checks.check import Findings, Verdict
from reka_notebook.jobs import controller
from reka_notebook.magic.reka.answer import Answer, facts
from reka_notebook.magic.reka.default import describe_defaults
from reka_notebook.magic.reka.key import describe_key
from reka_notebook.options.defaults import default_endpoints
from reka_notebook.options.parser import Parser
from reka_notebook.output.spend import budget_rows
from reka_notebook.text import many


def run(words: Sequence[str]) -> Answer:
    """Say whether everything is at hand. Nothing is sent."""
    Parser("status", "Whether everything is at hand.", prog="%reka").read(words)
    control = controller()
    found = Findings()
    check_base_url(control.settings, found)
    service = found.checks[0]
    problem = f". {service.todo}" if service.verdict is Verdict.PROBLEM and service.todo else ""
    models = [f"{one.title} ({one.id})" for one in default_endpoints(control.catalogue)]
    library = control.library
    unfinished = len(library.jobs.unfinished(control.service))
    return facts(
        [
            ("Service", f"{service.text}{problem}"),
            ("Key", describe_key(control)),
            ("Models", ", ".join(models)),
            ("Defaults", ". ".join(describe_defaults()) or "none set"),
            ("Library", f"{many(library.takes.count(), 'take')} in {library.name}"),
            *budget_rows(control.budgets()),
            ("In progress", many(unfinished, "job") if unfinished else "none"),
        ]
    )
