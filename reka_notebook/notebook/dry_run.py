"""``--dry-run``: what would be sent, what is kept already, and how many would be charged."""

from reka_notebook.jobs import Ask, State
from reka_notebook.notebook.output import spoken
from reka_notebook.notebook.text import many, one_line
from reka_notebook.notebook.wanted import Wanted

_WORDS = {
    None: "new",
    State.KEPT: "kept",
    State.FAILED: "new, failed before",
    State.CANCELLED: "new, cancelled before",
}


def dry_run(wanted: Wanted) -> str:
    """A line for each request, each once, and the sum."""
    fresh = wanted.arguments.fresh
    lines = []
    for one in {one.request.content_key: one for one in wanted.asks}.values():
        state = None if fresh else wanted.controller.standing(one)
        lines.append(f"{_WORDS.get(state, 'being made'):<10}  {_request(one)}")
    plan = wanted.plan
    sums = [
        f"{plan.new} would be charged" if plan.new else "none would be charged",
        *([f"{plan.kept} {'is' if plan.kept == 1 else 'are'} kept already"] if plan.kept else []),
        *([f"{plan.underway} {'is' if plan.underway == 1 else 'are'} being made"] if plan.underway else []),
    ]
    return "\n".join([*lines, f"{many(plan.count, 'take')}: {', '.join(sums)}. Nothing was sent."])


def _request(one: Ask) -> str:
    request = one.request
    images = [use.name or "image" for uses in request.images.values() for use in uses]
    options = [
        f"{name.replace('_', ' ')} {spoken(value)}"
        for name, value in request.input.items()
        if name != one.endpoint.prompt_field
    ]
    take = [f"take {request.take}"] if request.take != 1 else []
    facts = [request.endpoint, *options, *images, *take, f"“{request.prompt}”"]
    return " · ".join(one_line(fact) for fact in facts)
