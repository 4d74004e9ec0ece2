"""What was spent and what may still be, on the command line."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook.sandbox import Sandbox
from tests.processes import add_billing
from tests.unit.commands.conftest import Ran

Command = Callable[..., Ran]


@pytest.fixture
def billing(start_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox that says what it bills."""
    add_billing(monkeypatch)
    return start_sandbox(profile="billing")


@pytest.fixture
def generate(command: Command, photo: Path) -> Callable[..., Ran]:
    """Ask for three seconds: ``generate("a slow pan")``."""
    return lambda *words: command(
        "generate", "-m", "kling-v3-pro", "-i", str(photo), "--duration", "3", *words
    )


def test_spend_says_where_the_money_went(command: Command, generate: Command, billing: Sandbox) -> None:
    assert "$0.00 in all" in command("spend").out
    assert "Price not known yet · 3 s of video." in generate("a slow pan", "--dry-run").out
    assert generate("a slow pan").status == 0
    assert generate("a slow pan").status == 0
    for thread in threading.enumerate():  # it is counted beside the command
        if "_count_shown_again" in thread.name:
            thread.join(10)
    dry = generate("zoom out", "--dry-run").out
    assert "about $0.42" in dry
    assert dry.rstrip().endswith("from 1 bill · 3 s of video. Nothing sent.")
    shown = command("spend").out
    assert "$0.42 in all, from 1 bill" in shown
    assert "1 take shown again" in shown
    assert "kling-v3-pro/image-to-video" in shown
    assert "a slow pan" in command("spend", "--by", "prompt", "--days", "1").out
    facts = json.loads(command("spend", "--json").out)
    assert (facts["total"], facts["bills"], facts["shown_again"]) == (pytest.approx(0.42), 1, 1)
    assert facts["by"]["day"][0]["requests"] == 1
    assert len(billing.ledger) == 1


def test_a_budget_holds_for_the_command_line(
    command: Command, generate: Command, billing: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "$1.00 left of $1.00 a day" in command("spend", "--budget", "1", "--period", "day").out
    ran = generate("a slow pan")
    assert ran.status == 1
    assert "Over budget: this counts as $3.00 because a price is not known yet" in ran.err
    assert "Nothing was sent" in ran.err
    assert len(billing.ledger) == 0
    assert "left of" not in command("spend", "--budget", "off").out
    monkeypatch.setenv("REKA_NOTEBOOK_BUDGET", "2")
    monkeypatch.setenv("REKA_NOTEBOOK_UNKNOWN_PRICE", "0.5")
    assert "$2.00 left of $2.00 in all" in command("spend").out
    assert generate("a slow pan").status == 0
    monkeypatch.setenv("REKA_NOTEBOOK_BUDGET", "lots")
    assert "budget is an amount in dollars" in command("spend").err
    assert command("spend", "--budget", "off", "--period", "day").status == 1


def test_takes_and_show_say_what_was_billed(command: Command, generate: Command, billing: Sandbox) -> None:
    generate("a slow pan")
    assert "$0.42" in command("takes").out
    (take,) = json.loads(command("takes", "--json").out)
    assert take["billed_usd"] == pytest.approx(0.42)
    assert "$0.42 billed." in command("show", take["id"]).out
    assert json.loads(command("show", take["id"], "--json").out)["billed"] == pytest.approx(0.42)
