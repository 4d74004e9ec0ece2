"""Say what a form would make and what that would cost, before it is sent. Nothing is sent, nothing is written."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from reka_notebook import media
from reka_notebook.catalogue import Endpoint, InputError
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, PreparedRequest, SweepPlan
from reka_notebook.jobs import controller as current_controller
from reka_notebook.jobs.sweep_status import count_states
from reka_notebook.library import GenerationRequest
from reka_notebook.library.spending.estimate import Estimate
from reka_notebook.library.spending.limit import BudgetStatus, OverBudget, tightest
from reka_notebook.library.states import State, is_asked_anew
from reka_notebook.output.headings import heading_of
from reka_notebook.prompts import LARGEST
from reka_notebook.text import dollars
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.slots import ImageSlots
from reka_notebook.widgets.studio.sweep_request import names_of, request_of, rough_requests, settings_of

MORE = (1, 2, 4)
"""So many more takes of the same are offered."""

Asked: TypeAlias = list[tuple[Endpoint, GenerationRequest]]


def make_plan(controller: Controller, slots: ImageSlots, form: protocol.Plan) -> protocol.PlanValue:
    """Return how many takes a form would make, what they would cost, and what the budget leaves.

    Reads the library, so it is not to be called on the engine's loop.

    Raises:
        PromptError: The prompt cannot be read.
    """
    current_controller()  # which tells of a budget that was configured since
    catalogue, settings = controller.catalogue, settings_of(form)
    requests: Sequence[PreparedRequest] = ()
    try:
        images = slots.sources(form.images, form.frames)
        sweep = request_of(form.prompt, settings, images, catalogue, left_out=form.left_out)
    except (InputError, media.MediaError):  # said when it is to be made; how many and how dear is known
        axes, asked = rough_requests(form.prompt, settings, catalogue, form.left_out)
        states: list[State | None] = [None] * len(asked)
        new, plan = asked, SweepPlan(len(asked))
    else:
        axes, requests = sweep.axes, sweep.requests
        known = {key: controller.standing(one) for key, one in sweep.distinct.items()}
        states = [known[one.request.content_key] for one in requests]
        plan = count_states(list(known.values()))
        asked = _with_endpoints(sweep.distinct.values())
        new = [one for one, state in zip(asked, known.values(), strict=True) if is_asked_anew(state)]
    expected, budget = _estimate(controller, new), tightest(controller.budgets())
    names = names_of(axes, heading_of(catalogue.endpoint(form.endpoint)))
    return protocol.PlanValue(
        plan.count,
        plan.kept,
        plan.underway,
        price=_price(controller, expected),
        limit=_limit(controller, budget, expected, requests),
        requests=_planned(names, form.left_out, states, _job_of(controller, requests)),
        more=[_more(controller, budget, asked, takes) for takes in MORE if 0 < len(asked) * takes <= LARGEST],
    )


def _planned(
    names: Iterable[tuple[str, str]],
    left_out: Collection[str],
    states: Iterable[State | None],
    job: str | None,
) -> list[protocol.PlannedRequest]:
    states = iter(states)
    planned = []
    for key, words in names:
        out = key in left_out
        state = None if out else next(states)
        word: Any = "made" if state is State.KEPT else "new" if is_asked_anew(state) else "running"
        planned.append(protocol.PlannedRequest(key, words, word, job, out))
    return planned


def _job_of(controller: Controller, requests: Sequence[PreparedRequest]) -> str | None:
    """Return the job that has made, or is making, the only one of some requests, if it can be shown."""
    if len(requests) == 1:
        with suppress(RekaError):  # its file is gone, which is said when it is asked for
            job = controller.find(requests[0])
            return job.id if job is not None else None
    return None


def _with_endpoints(requests: Iterable[PreparedRequest]) -> Asked:
    return [(one.endpoint, one.request) for one in requests]


def _estimate(controller: Controller, asked: Asked) -> Estimate:
    unknown = controller.settings.unknown_price
    return controller.library.spending.estimate(controller.service, asked, unknown)


def _more(
    controller: Controller, budget: BudgetStatus | None, asked: Asked, takes: int
) -> protocol.MoreTakes:
    expected = _estimate(controller, asked * takes)
    return protocol.MoreTakes(takes, expected.requests, expected.short, _over(budget, expected))


def _price(controller: Controller, expected: Estimate) -> protocol.Price:
    endpoint = controller.catalogue.endpoint
    return protocol.Price(
        new=expected.requests,
        known=expected.amount is not None and expected.requests > 0,
        amount=expected.short,
        span=expected.span,
        basis=expected.basis if expected.requests else "",
        parts=[f"{endpoint(model).title} {part.short}" for model, part in expected.models.items()],
    )


def _limit(
    controller: Controller,
    budget: BudgetStatus | None,
    expected: Estimate,
    requests: Sequence[PreparedRequest],
) -> protocol.Limit | None:
    if budget is None:
        return None
    over = _over(budget, expected)
    if over is not None:
        try:
            controller.check_budget(requests)
        except OverBudget as refusal:
            over = f"{over} {refusal.advice}".strip()
    return protocol.Limit(left=budget.words, over=over)


def _over(budget: BudgetStatus | None, expected: Estimate) -> str | None:
    """Return why a budget would refuse what is expected; ``None`` where it fits."""
    if budget is None or not budget.is_over(expected.reserve):
        return None
    return f"Over budget: {'counts as' if expected.unknown else 'up to'} {dollars(expected.reserve)}."
