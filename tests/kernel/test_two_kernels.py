"""Test two kernels that share a library at once: one charge, one that asks, one job left over."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from reka_notebook.library import Library
from reka_notebook.sandbox import Sandbox
from tests.kernel.conftest import serving
from tests.kernel.test_interrupt import CELL, messages_until_idle
from tests.kernel.test_kill import Kernel
from tests.processes import wait_until

pytestmark = pytest.mark.kernel

READY = "%load_ext reka_notebook\nimport reka_notebook.jobs, reka_notebook.magic.cell, time"
SAME = CELL.format("")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox that lets in one key only, and whose jobs take five seconds."""
    yield from serving(seconds=5.0, key="right")


@pytest.fixture
def kernel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Kernel]]:
    """Yield a function that starts kernels that share a library: ``kernel(key="right")``."""
    started: list[Kernel] = []

    def start(key: str = "right", ready: str = READY) -> Kernel:
        monkeypatch.setenv("REKA_API_KEY", key)
        started.append(Kernel(folder))
        started[-1].client.execute_interactive(ready, timeout=60)
        return started[-1]

    yield start
    for one in started:
        if one.manager.has_kernel and one.manager.is_alive():
            one.kill()


until = partial(wait_until, seconds=60, every=0.02)


def shown_at_the_end(kernel: Kernel, request: str) -> str:
    """Return what a cell's output shows when the cell is done."""
    said = [message["content"] for message in messages_until_idle(kernel.client, request)]
    shown = [content["data"]["text/html"] for content in said if "text/html" in content.get("data", {})]
    assert shown, said
    return str(shown[-1])


def asked_about_jobs_by_another(sandbox: Sandbox) -> list[str]:
    """Return what was asked with another key than the sandbox's, but for the account's own list of models."""
    return [seen.step for seen in sandbox.log if not seen.authorised and seen.step != "models"]


def test_the_same_cell_in_the_same_instant_is_one_charge_and_both_show_it(kernel, sandbox: Sandbox) -> None:
    both = [kernel(), kernel()]
    instant = time.time() + 1
    for one in both:
        one.start(f"time.sleep({instant} - time.time())")
    cells = [one.client.execute(SAME) for one in both]
    for one, cell in zip(both, cells, strict=True):
        assert "<video" in shown_at_the_end(one, cell)
    assert len(sandbox.ledger) == 1


def test_while_one_does_the_job_the_other_asks_the_service_nothing(kernel, sandbox: Sandbox) -> None:
    doing = kernel()
    cell = doing.client.execute(SAME)
    until(lambda: sandbox.ledger)
    looking = kernel(key="wrong")  # so that whatever it asked would be seen
    same = looking.client.execute(SAME)
    assert "<video" in shown_at_the_end(looking, same)
    assert "<video" in shown_at_the_end(doing, cell)
    assert not asked_about_jobs_by_another(sandbox)
    steps = Counter(seen.step for seen in sandbox.log)
    assert (steps["submit"], steps["result"], steps["media"]) == (1, 1, 1)
    assert len(sandbox.ledger) == 1


def test_where_the_one_that_does_the_job_is_killed_the_other_ends_with_the_video(
    kernel, sandbox: Sandbox
) -> None:
    doing, looking = kernel(), kernel()
    doing.start(SAME)
    until(lambda: sandbox.ledger)
    same = looking.client.execute(SAME)
    until(lambda: any(seen.step == "status" for seen in sandbox.log))
    doing.kill()
    assert sandbox.requests[0].status != "COMPLETED"
    assert "<video" in shown_at_the_end(looking, same)
    steps = Counter(seen.step for seen in sandbox.log)
    assert (steps["submit"], steps["result"], steps["media"]) == (1, 1, 1)
    assert len(sandbox.ledger) == 1


def test_one_that_has_only_loaded_the_extension_meanwhile_takes_it_over_too(
    kernel, sandbox: Sandbox, tmp_path: Path
) -> None:
    doing = kernel()
    doing.start(SAME)
    until(lambda: sandbox.ledger)
    kernel(ready="import reka_notebook.magic.extension as it; it.LOOK_IN = 0.2\n%load_ext reka_notebook")
    doing.kill()
    library = Library(tmp_path / "library")
    until(lambda: library.takes.newest(2))
    library.close()
    assert len(sandbox.ledger) == 1


def test_a_job_of_a_killed_kernel_is_left_to_its_key_and_the_other_shows_what_comes_of_it(
    kernel, sandbox: Sandbox, tmp_path: Path
) -> None:
    doing, looking = kernel(), kernel(key="wrong")
    doing.start(SAME)
    until(lambda: sandbox.ledger)
    same = looking.client.execute(SAME)
    doing.kill()
    library = Library(tmp_path / "library")
    (left,) = library.jobs.all()
    until(lambda: not library.leases.is_alive(left.owner))
    time.sleep(3)  # three looks of the other, which would have taken it up
    assert not asked_about_jobs_by_another(sandbox)
    assert library.jobs.get(left.id).epoch == left.epoch
    library.close()
    kernel()
    assert "<video" in shown_at_the_end(looking, same)
    assert not asked_about_jobs_by_another(sandbox)
    assert len(sandbox.ledger) == 1
