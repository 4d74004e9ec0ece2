"""Test the whole contract over a socket, for every profile of the sandbox and every task."""

import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from reka_notebook import catalogue
from reka_notebook.api import ApiError, BalanceUsedUp, Client, NotFound, Patience, ValidationFailed
from reka_notebook.api.reading.media_links import media_links
from reka_notebook.jobs import JobFailed
from reka_notebook.library.spending.bills import bill_in_answers
from reka_notebook.media import SAMPLE
from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.profiles import NAMES
from tests.inputs import FITTING, PATHS
from tests.processes import Process

pytestmark = pytest.mark.anyio
KNOWN = catalogue.load()
ONCE = Patience(total=0.0)
TASKS = sorted({*KNOWN.templates, *(endpoint.task for endpoint in KNOWN.endpoints.values() if endpoint.path)})

KINDS = {"image-to-bbox": "boxes", "text-to-speech": "audio", "text-to-image": "image", "edit": "image"}
"""What a task's main file is, if not a video."""


@pytest.fixture(scope="module", params=NAMES)
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def sandbox(profile: str) -> Iterator[Sandbox]:
    """Yield one for all tests of a profile."""
    made = Sandbox(profile=profile, seconds=0, render="small", seed=1)
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with Client(sandbox.url, None, KNOWN.routes, KNOWN.phase) as made:
        yield made


def test_every_task_of_the_catalogue_has_an_input() -> None:
    assert sorted(PATHS) == TASKS
    assert all(sorted(inputs) == TASKS for inputs in FITTING.values())


@pytest.mark.draw
@pytest.mark.parametrize("task", TASKS)
async def test_a_request_from_submission_to_its_files(profile, sandbox, client, task) -> None:
    charged = len(sandbox.ledger)
    given = FITTING[profile][task]
    submitted = await client.submit(PATHS[task], given, idempotency_key=f"{task} once")
    again = await client.submit(PATHS[task], given, idempotency_key=f"{task} once")
    assert again.request_id == submitted.request_id
    assert len(sandbox.ledger) == charged + 1
    report = await client.status(submitted.request_id, submitted.status_url, logs=True)
    assert (report.phase, bool(report.logs)) == ("done", True)
    outcome = await client.result(submitted.request_id, submitted.response_url)
    assert (outcome.phase, outcome.error) == ("done", None)
    links = media_links(outcome.output)
    assert len(links) == {"image-to-bbox": 0, "text-to-image": 2, "edit": 2}.get(task, 1)
    for link in links:
        assert link.is_main
        assert link.may_be(KINDS.get(task, "video"))
        async with client.media(link.url) as stream:
            assert stream.status == 200
    bill = bill_in_answers({"result": outcome.raw}, given)
    assert bill == (None if profile == "fal" else pytest.approx(sandbox.ledger[-1].price))
    late = await client.cancel(submitted.request_id, submitted.cancel_url)
    assert late.phase == "done"


async def test_the_list_of_requests_names_the_latest(profile, sandbox, client) -> None:
    submitted = await client.submit(PATHS["edit"], FITTING[profile]["edit"], idempotency_key="listed")
    page = await client.requests(patience=ONCE)
    listed = page.requests[0]
    assert (listed.request_id, listed.phase) == (submitted.request_id, "done")
    assert "nano-banana" in listed.model
    assert listed.created is not None
    assert abs(listed.created - time.time()) < 60
    assert bool(listed.prompt) == (profile != "fal")


async def test_the_list_of_models_is_told_or_is_not_there(profile, client) -> None:
    if profile == "careless":
        with pytest.raises(NotFound):
            await client.models()
        return
    try:
        listed = str(await client.models(patience=ONCE))
    except ApiError:
        pytest.skip("a bare list is not read yet")
    assert "kling-v3-pro" in listed
    assert ("sora-2-pro" in listed) == (profile != "reka")


async def test_what_does_not_fit_is_an_error_of_that_kind_and_no_charge(profile, sandbox, client) -> None:
    charged, refused = len(sandbox.ledger), len(sandbox.refused)
    given = FITTING[profile]["edit"]
    with pytest.raises(ValidationFailed, match="prompt"):
        await client.submit(PATHS["text-to-image"], {}, idempotency_key="nothing")
    with pytest.raises(ValidationFailed, match="webhook_url"):
        await client.submit(PATHS["edit"], given, idempotency_key="hook", webhook_url="ftp://x")
    with pytest.raises(NotFound):
        await client.submit("/v2/inference/no-such-task", {}, idempotency_key="nowhere")
    with pytest.raises(NotFound):
        await client.status("never")
    assert len(sandbox.ledger) == charged
    assert len(sandbox.refused) == refused + 2


async def test_an_account_without_balance_is_told_apart_from_a_wrong_key_and_from_haste(profile) -> None:
    with Sandbox(profile=profile, balance=0, render="small") as url:
        async with Client(url, None, KNOWN.routes, KNOWN.phase) as client:
            with pytest.raises(BalanceUsedUp):
                await client.submit(PATHS["edit"], FITTING[profile]["edit"], idempotency_key="poor")


async def test_failures_are_read_in_every_profile(profile, sandbox, client) -> None:
    for error, status in (({"type": "nsfw", "message": "No cats."}, "FAILED"), (None, "CANCELLED")):
        sandbox.fail_next(error, status=status)
        submitted = await client.submit(PATHS["edit"], FITTING[profile]["edit"], idempotency_key=status)
        outcome = await client.result(submitted.request_id)
        assert (outcome.phase, outcome.output) == (status.lower(), None)
        assert (error or {}).get("message", "") in outcome.reason


async def test_a_request_is_cancelled_in_every_profile(profile) -> None:
    with Sandbox(profile=profile, seconds=60, render="small") as url:
        async with Client(url, None, KNOWN.routes, KNOWN.phase) as client:
            submitted = await client.submit(PATHS["edit"], FITTING[profile]["edit"], idempotency_key="one")
            outcome = await client.cancel(submitted.request_id, submitted.cancel_url)
            assert outcome.phase == "cancelled"
            assert (await client.status(submitted.request_id)).phase == "cancelled"


@pytest.mark.draw
@pytest.mark.parametrize("task", TASKS)
def test_a_first_try_ends_with_takes_one_charge_and_few_refusals(
    start: Callable[..., Process], profile: str, sandbox: Sandbox, task: str
) -> None:
    charged, refused = len(sandbox.ledger), len(sandbox.refused)
    process = start(sandbox.url)
    values = {"duration": "5"} if task.endswith("video") else {}
    model = PATHS[task].removeprefix("/v2/inference/")
    take = process.submit("a lighthouse", model=model, **values).result(30)
    assert [file.kind for file in take.record.files] == [KINDS.get(task, "video")]
    assert take.poster is not None
    assert len(sandbox.ledger) == charged + 1
    assert len(sandbox.refused) - refused <= 3
    tries = len(sandbox.refused)
    process.submit("another lighthouse", model=model, **values).result(30)
    assert len(sandbox.ledger) == charged + 2
    assert len(sandbox.refused) == tries, "what was learned is not asked again"


@pytest.mark.draw
@pytest.mark.parametrize("model", ["sora-2-pro", "kling-v3-pro", "veo-3.1", "wan2.2-flash"])
def test_each_route_of_a_video_from_an_image_gives_a_take_or_says_no(
    start: Callable[..., Process], profile: str, sandbox: Sandbox, model: str
) -> None:
    """Three routes are of models that Reka's documentation names, and the fourth is for any other."""
    charged = len(sandbox.ledger)
    job = start(sandbox.url).submit("push in", model=f"{model}/image-to-video")
    if (profile, model) == ("reka", "sora-2-pro"):
        with pytest.raises(JobFailed, match="kling-v3-pro"):
            job.result(30)
        assert len(sandbox.ledger) == charged
        return
    take = job.result(30)
    assert [file.kind for file in take.record.files] == ["video"]
    assert [charge.endpoint for charge in sandbox.ledger[charged:]] == [f"{model}/image-to-video"]


@pytest.mark.draw
@pytest.mark.parametrize("task", ["text-to-image", "edit"])
def test_every_image_of_a_request_is_kept(
    start: Callable[..., Process], profile: str, sandbox: Sandbox, task: str
) -> None:
    charged = len(sandbox.ledger)
    take = start(sandbox.url).submit("a boat", model=f"nano-banana/{task}", num_images=3).result(30)
    count = 1 if profile == "careless" else 3  # it ignores the field that it calls otherwise
    assert len(take.images) == len({file.path.read_bytes() for file in take.files}) == count
    assert any("You asked for 3 images and got 1" in remark for remark in take.remarks) == (count == 1)
    assert len(sandbox.ledger) == charged + 1


def test_boxes_are_the_same_whatever_the_answer_looks_like(
    start: Callable[..., Process], sandbox: Sandbox
) -> None:
    process = start(sandbox.url)
    take = process.submit("boat, sun", image=SAMPLE, model="reka-edge-2603/image-to-bbox").result(30)
    assert [box.label for box in take.boxes] == ["boat", "sun"]
    boat, sun = take.boxes
    assert boat.relative == pytest.approx((0.257, 0.262, 0.159, 0.431), abs=0.003)
    assert sun.relative == pytest.approx((0.648, 0.417, 0.064, 0.111), abs=0.003)
    assert boat.pixels == pytest.approx((329, 189, 203, 310), abs=3)
