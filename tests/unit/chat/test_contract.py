"""Test suggestions and descriptions against the sandbox, in every profile: asked once, charged once, and told."""

from collections.abc import Callable

import pytest

import reka_notebook
from reka_notebook import suggest
from reka_notebook.media import SAMPLE
from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.profiles import NAMES
from tests.unit.jobs.conftest import film, sandboxes

__all__ = ["film", "sandboxes"]


@pytest.fixture(params=NAMES)
def sandbox(request: pytest.FixtureRequest, sandboxes: Callable[..., Sandbox]) -> Sandbox:
    made = sandboxes(profile=request.param, media=None, render="small", seconds=0)
    reka_notebook.configure(base_url=made.url)
    return made


def test_three_rewritings_come_for_one_charge(sandbox: Sandbox) -> None:
    found = suggest("A boat on the lake", SAMPLE)
    assert len(set(found)) == 3
    assert all("boat" in one and "lake" in one for one in found)
    assert list(suggest("A boat on the lake", SAMPLE)) == list(found)
    assert [(charge.endpoint, charge.price) for charge in sandbox.ledger] == [("reka-edge-2603/chat", 0.002)]
    assert [seen.step for seen in sandbox.log] == ["chat"]


def test_a_take_is_described_for_one_charge(sandbox: Sandbox) -> None:
    take = reka_notebook.submit(
        "a red boat and a star", model="nano-banana/text-to-image", aspect_ratio="16:9"
    ).result(30)
    said = take.describe()
    assert "boat" in said.seen
    assert "star" in said.seen
    assert [charge.endpoint for charge in sandbox.ledger] == [
        "nano-banana/text-to-image",
        "reka-edge-2603/chat",
    ]
