"""Say what a form would make and what that would cost, before it is sent. Nothing is sent, nothing is written."""

from collections.abc import Sequence

from reka_notebook import media
from reka_notebook.catalogue import InputError
from reka_notebook.jobs import Controller, PreparedRequest, SweepPlan, plan_sweep
from reka_notebook.jobs import controller as current_controller
from reka_notebook.library.spending.estimate import Estimate
from reka_notebook.library.spending.limit import OverBudget, tightest
from reka_notebook.text import dollars
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.slots import ImageSlots
from reka_notebook.widgets.studio.sweep_request import request_of, rough_requests, settings_of


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
        sweep = request_of(form.prompt, settings, images, catalogue)
    except (InputError, media.MediaError):  # said when it is to be made; how many and how dear is known
        asked = rough_requests(form.prompt, settings, catalogue)
        expected = controller.library.spending.estimate(
            controller.service, asked, controller.settings.unknown_price
        )
        plan = SweepPlan(len(asked))
    else:
        expected = controller.estimate(sweep.requests)
        plan, requests = plan_sweep(controller, sweep), sweep.requests
    return protocol.PlanValue(
        plan.count,
        plan.kept,
        plan.underway,
        price=_price(controller, expected),
        limit=_limit(controller, expected, requests),
    )


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
    controller: Controller, expected: Estimate, requests: Sequence[PreparedRequest]
) -> protocol.Limit | None:
    status = tightest(controller.budgets())
    if status is None:
        return None
    over = None
    if status.is_over(expected.reserve):
        over = f"Over budget: {'counts as' if expected.unknown else 'up to'} {dollars(expected.reserve)}."
        try:
            controller.check_budget(requests)
        except OverBudget as refusal:
            over = f"{over} {refusal.advice}".strip()
    return protocol.Limit(left=status.words, over=over)
