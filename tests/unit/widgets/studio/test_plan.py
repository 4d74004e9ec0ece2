"""Test that a form's price and what a budget leaves are said before anything is sent."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reka_notebook import configure
from reka_notebook.library.spending.limit import Budget, BudgetStatus, OverBudget
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio

MODEL, OTHER = "kling-v3-pro/image-to-video", "veo-3.1/image-to-video"
PRICES = {MODEL: 0.2}


@pytest.fixture
def studio(sandbox: Sandbox, tmp_path: Path) -> Iterator[Studio]:
    """Yield a studio whose person knows what a second of one model costs."""
    prices = {model: {"price": {"usd_per_second": price}} for model, price in PRICES.items()}
    (tmp_path / "catalogue.json").write_text(json.dumps({"endpoints": prices}), encoding="utf-8")
    configure(home=tmp_path, catalogue=tmp_path / "catalogue.json", base_url=sandbox.url)
    made = Studio(model=MODEL)
    yield made
    made.close()


def plan(
    studio: Studio, prompt: str = "A pan", models: tuple[str, ...] = (), **settings: Any
) -> protocol.PlanValue:
    image = studio._slots.at("start")
    request = protocol.Plan(
        id="1",
        endpoint=MODEL,
        prompt=prompt,
        settings=settings,
        images={"start": image.digest} if image else {},
        models=[protocol.OtherModel(model, {}) for model in models],
    )
    return asyncio.run(studio._sweeps._plan(request, []))[0]


def test_a_price_is_said_before_the_form_is_filled_in(studio: Studio, sandbox: Sandbox) -> None:
    price = plan(studio, "", duration="5").price
    assert (price.new, price.known, price.amount) == (1, True, "about $1.00")
    assert (price.basis, price.span, price.parts) == ("your price · 5 s of video", "", [])
    assert plan(studio, "", duration="10").price.amount == "about $2.00"
    assert plan(studio, "{{a|b}}", duration=["5", "10"]).price.amount == "about $6.00"
    assert sandbox.log == []


def test_a_sweep_by_model_has_the_sum_and_the_parts(studio: Studio) -> None:
    price = plan(studio, "A pan", (OTHER,), duration="5").price
    assert (price.new, price.amount) == (2, "more than $1.00")
    assert price.parts == ["Kling v3 Pro about $1.00", "Veo 3.1 price not known yet"]


def test_what_is_kept_costs_nothing(studio: Studio, photo: Path) -> None:
    studio.image = photo
    studio.prompt, studio.settings = "A pan", {"duration": "5"}
    studio.generate().result(20)
    kept = plan(studio, "A pan", duration="5")
    assert (kept.kept, kept.price.new, kept.price.amount, kept.price.basis) == (1, 0, "no charge", "")
    mixed = plan(studio, "A {{pan|tilt}}", duration="5")
    assert (mixed.price.new, mixed.price.amount) == (1, "about $1.00")


def test_a_budget_says_what_is_left_and_what_would_fit(studio: Studio, photo: Path) -> None:
    studio.image = photo
    assert plan(studio, duration="5").limit is None
    configure(budget=2.5, budget_period="day")
    assert plan(studio, duration="5").limit == protocol.Limit("$2.50 of $2.50 left today", None)
    over = plan(studio, duration="15").limit
    assert over is not None
    assert over.over == "Over budget: up to $3.00. 12 s would fit."
    several = plan(studio, "A {{slow|fast|calm}} pan", duration="5").limit
    assert several is not None
    assert several.over == "Over budget: up to $3.00. The first 2 would fit."


def test_more_of_the_same_have_a_price_and_are_held_to_the_budget(studio: Studio, photo: Path) -> None:
    studio.image = photo
    configure(budget=2.5)
    more = plan(studio, duration="5").more
    assert [(one.takes, one.new, one.amount, one.over) for one in more] == [
        (1, 1, "about $1.00", None),
        (2, 2, "about $2.00", None),
        (4, 4, "about $4.00", "Over budget: up to $4.00."),
    ]
    wide = "{{" + "|".join(map(str, range(30))) + "}}"
    assert [one.takes for one in plan(studio, wide, duration="5").more] == [1, 2]


def test_a_sweep_over_budget_is_refused_before_any_of_it_is_sent(
    studio: Studio, photo: Path, sandbox: Sandbox
) -> None:
    studio.image = photo
    configure(budget=2.5)
    image = studio._slots.at("start")
    assert image is not None
    request = protocol.SweepBegin(
        id="1",
        endpoint=MODEL,
        prompt="A {{slow|fast|calm}} pan",
        settings={"duration": "5"},
        images={"start": image.digest},
        agreed=0,
        again=False,
    )
    with pytest.raises(OverBudget, match=r"these 3 requests may cost up to \$3\.00.*The first 2 would fit"):
        asyncio.run(studio._sweeps._begin(request, []))
    assert (list(sandbox.ledger), studio.sweeps) == ([], [])


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(20.0, "day"), "$3.40 of $20 left today"),
        (Budget(20.5, "month"), "$3.90 of $20.50 left this month"),
        (Budget(5000.0), "$4,983 of $5,000 left"),
    ],
)
def test_what_is_left_in_words(budget: Budget, words: str) -> None:
    assert BudgetStatus(budget, used=16.6, held=0.0).words == words
