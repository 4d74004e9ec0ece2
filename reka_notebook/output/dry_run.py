"""Say what requests would be sent, and what they would likely cost. Nothing is sent, nothing is written."""

from reka_notebook.jobs import Controller, PreparedRequest, State, SweepPlan, SweepRequest
from reka_notebook.library.spending.estimate import Estimate
from reka_notebook.output.html import format_setting
from reka_notebook.text import dollars, many, one_line, shown_name
from reka_notebook.webhook import shown_webhook

_STANDING = {
    None: "new",
    State.KEPT: "kept",
    State.FAILED: "new, failed before",
    State.CANCELLED: "new, cancelled before",
}


def dry_run(control: Controller, sweep: SweepRequest, plan: SweepPlan, *, fresh: bool) -> str:
    """Return a line for each request, each once, and the sum."""
    facts = []
    for one in sweep.distinct.values():
        standing = _STANDING.get(None if fresh else control.standing(one), "in progress")
        expected = control.estimate([one], fresh=True) if standing.startswith("new") else None
        price = expected.short if expected is not None and expected.amount is not None else ""
        facts.append((standing, price, _request(one)))
    wide = max(len(price) for _, price, _ in facts)
    lines = [
        "  ".join([f"{standing:<11}", *([f"{price:>{wide}}"] if wide else []), asked])
        for standing, price, asked in facts
    ]
    if not plan.new:
        exist = (
            f"all {plan.kept} already exist" if plan.kept == plan.count > 1 else f"{plan.kept} already made"
        )
        return "\n".join([*lines, f"Nothing to charge; {exist}{_underway(plan)}. Nothing sent."])
    made = f", {plan.kept} already made" if plan.kept else ""
    expected = control.estimate(sweep.requests, fresh=fresh)
    return "\n".join(
        [
            *lines,
            *model_lines(expected),
            " ".join(
                [
                    f"{many(plan.count, 'take')}: {plan.new} would be charged{made}{_underway(plan)}.",
                    sentence(expected),
                    *budget_lines(control, expected),
                    *_webhook_lines(control, sweep),
                    "Nothing sent.",
                ]
            ),
        ]
    )


def _webhook_lines(control: Controller, sweep: SweepRequest) -> list[str]:
    """Return a sentence for each webhook that the service would be given."""
    given = (one.webhook_url or control.settings.webhook_url for one in sweep.requests)
    return [
        f"The service would call {one_line(shown_webhook(url))} at the end."
        for url in dict.fromkeys(url for url in given if url)
    ]


def sentence(expected: Estimate) -> str:
    """Return what an estimate says as a sentence."""
    words = expected.words
    return f"{words[:1].upper()}{words[1:]}."


def model_lines(expected: Estimate) -> list[str]:
    """Return a line for each model of a sweep by model."""
    return [f"{endpoint}: {part.words}" for endpoint, part in expected.models.items()]


def budget_lines(control: Controller, expected: Estimate) -> list[str]:
    """Return a sentence for each budget: what is left, and whether that is enough."""
    return [
        f"{dollars(status.left)} is left of {status.budget.words}"
        f"{f', and up to {dollars(expected.reserve)} may be needed' if status.is_over(expected.reserve) else ''}."
        for status in control.budgets()
    ]


def _underway(plan: SweepPlan) -> str:
    return f", {plan.underway} in progress" if plan.underway else ""


def _request(one: PreparedRequest) -> str:
    request = one.request
    images = [shown_name(use.name) or "image" for uses in request.images.values() for use in uses]
    options = [
        f"{name.replace('_', ' ')} {format_setting(value)}"
        for name, value in request.input.items()
        if name != one.endpoint.prompt_field
    ]
    take = [f"take {request.take}"] if request.take != 1 else []
    facts = [request.endpoint, *options, *images, *take, f"“{request.prompt}”"]
    return " · ".join(one_line(fact) for fact in facts)
