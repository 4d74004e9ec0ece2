"""Learn from a service's refusals how it wants a request to be spelt, at one charge."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from reka_notebook.catalogue import Mark, Spelt
from reka_notebook.jobs import JobExpired, JobFailed, prepare
from reka_notebook.jobs.context import JobContext
from reka_notebook.jobs.controller import Controller, controller
from reka_notebook.sandbox import Sandbox
from tests.processes import Process, short_film
from tests.unit.jobs.picky import Picky, as_detail, as_error, in_words

ENDPOINTS = [
    "kling-v3-pro/image-to-video",
    "veo-3.1/image-to-video",
    "sora-2-pro/image-to-video",
    "seedance-2.0-pro/image-to-video",
    "wan2.2-flash/text-to-video",
    "nano-banana/text-to-image",
    "flux-2/text-to-image",
    "nano-banana/edit",
    "eleven-v3/text-to-speech",
    "reka-edge-2603/image-to-bbox",
]


def ask(endpoint: str, photo: Path, prompt: str = "zoom in", **values: Any) -> Any:
    control: Controller = controller()
    known = control.catalogue.endpoint(endpoint)
    chosen = {
        "duration": "4" if "sora" in endpoint or "veo" in endpoint else "5",
        "num_images": 2,
        "aspect_ratio": "16:9",
    }
    given = {name: value for name, value in chosen.items() if name in known.options} | values
    images = dict.fromkeys(known.images, photo)
    prepared = prepare(control.catalogue, prompt, images, model=endpoint, values=given)
    return control.submit(prepared, notebook_file=None)


@pytest.mark.draw
@pytest.mark.parametrize("profile", ["reka", "fal", "strict", "careless"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_first_try_ends_with_a_take_and_the_second_is_never_refused(
    serve: Callable[..., Sandbox], photo: Path, endpoint: str, profile: str
) -> None:
    sandbox = serve(profile)
    if profile == "reka" and "sora" in endpoint:
        pytest.skip("the account does not have it")
    take = ask(endpoint, photo).result(20)
    assert take.path.exists()
    assert len(sandbox.ledger) == 1
    assert len(sandbox.refused) <= 3
    keys = {refused.idempotency_key for refused in sandbox.refused} | {
        charge.idempotency_key for charge in sandbox.ledger
    }
    assert len(keys) == len(sandbox.refused) + 1, "every spelling has a key of its own"
    before = len(sandbox.refused)
    ask(endpoint, photo, "zoom out").result(20)
    assert (len(sandbox.ledger), len(sandbox.refused)) == (2, before)
    assert ask(endpoint, photo).result(20).id == take.id
    assert len(sandbox.ledger) == 2


@pytest.fixture
def picky(tmp_path: Path) -> Iterator[Callable[..., Picky]]:
    film = short_film(tmp_path / "film.mp4", 5.0)
    started: list[Picky] = []

    def start(fields: dict[str, tuple[type, bool]], *more: Any) -> Picky:
        started.append(Picky(film.read_bytes(), fields, *more))
        return started[-1]

    yield start
    for one in started:
        one.close()


ODD = {"prompt": (str, True), "start_image_url": (str, True), "duration": (int, False)}
"""Names and types of which the catalogue's first guesses are wrong three times over."""


@pytest.mark.draw
@pytest.mark.parametrize("shape", [as_error, as_detail, in_words])
@pytest.mark.parametrize("status", [400, 422])
def test_either_shape_teaches_and_is_written_down(
    picky: Callable[..., Picky], start: Callable[..., Process], shape: Any, status: int, caplog: Any
) -> None:
    service = picky(ODD, shape, status)
    process = start(service.url)
    take = process.submit(duration=5).result(20)
    assert take.path.exists()
    (sent,) = service.charges.values()
    assert sent.keys() == ODD.keys()
    assert sent["duration"] == 5
    assert len(service.refused) == len(set(service.refused)) == 3
    (line,) = [record.getMessage() for record in caplog.records if "Learned" in record.getMessage()]
    file = process.controller.settings.learned.file
    assert "calls the start image `start_image_url`" in line
    assert f"written to {file}" in line
    assert json.loads(file.read_text()).keys() == {service.url}
    endpoint = process.controller.catalogue.endpoint("kling-v3-pro")
    assert endpoint.mark("images.start") is endpoint.mark("input.duration") is Mark.learned
    assert "learned on" in endpoint.reasons["input.duration"]
    # Another kernel, and another prompt: no refusal any more.
    start(service.url).submit("pan left", duration=5).result(20)
    assert len(service.refused) == 3
    assert len(service.charges) == 2
    # Another service has been taught nothing.
    other = picky(ODD)
    assert start(other.url).controller.catalogue.endpoint("kling-v3-pro").mark("input.duration") is Mark.seen


@pytest.mark.parametrize(
    "trouble", [(503, {"error": {"message": "busy"}}), (502, b"<html>bad gateway</html>"), (202, b"{")]
)
def test_what_may_have_been_taken_is_never_spelt_otherwise(
    picky: Callable[..., Picky], start: Callable[..., Process], trouble: Any
) -> None:
    service = picky(ODD)
    service.before = lambda number: trouble if number == 1 else None
    process = start(service.url)
    job = process.submit(duration=5)
    with pytest.raises(JobExpired, match="the same key is sent") as expired:
        job.result(20)
    assert "Edit the prompt" not in str(expired.value), "another prompt could be a second charge"
    assert len({key for key, _ in service.seen}) == 1
    process.kill()
    again = start(service.url)
    with pytest.raises(JobExpired):
        again.submit(duration=5).result(20)
    assert len({key for key, _ in service.seen}) == 1
    assert not service.charges


def test_what_may_have_been_taken_is_sent_as_it_was_whatever_was_learned_since(
    picky: Callable[..., Picky], start: Callable[..., Process]
) -> None:
    service = picky(ODD)
    service.before = lambda number: (503, {"error": {"message": "busy"}}) if number == 1 else None
    process = start(service.url)
    with pytest.raises(JobExpired):
        process.submit(duration=5).result(20)
    process.kill()
    again = start(service.url)
    right = {"images.start": Spelt("start_image_url", ""), "input.duration": Spelt("duration", 5)}
    again.controller.settings.learned.learn(again.controller.catalogue.endpoint("kling-v3-pro"), right)
    with pytest.raises(JobExpired):
        again.submit(duration=5).result(20)
    assert len({key for key, _ in service.seen}) == 1
    assert not service.charges


def test_three_other_spellings_are_tried_and_no_more(
    picky: Callable[..., Picky], start: Callable[..., Process]
) -> None:
    service = picky(ODD | {"duration": (list, False)})
    with pytest.raises(JobFailed, match=r"Nothing was charged"):
        start(service.url).submit(duration=5).result(20)
    assert len(service.seen) == len({key for key, _ in service.seen}) == 4
    assert not service.charges


@pytest.mark.draw
@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("refusals", [1, 2, 3])
def test_killed_between_two_tries_the_next_process_goes_on_at_one_charge(
    picky: Callable[..., Picky],
    start: Callable[..., Process],
    monkeypatch: pytest.MonkeyPatch,
    written: bool,
    refusals: int,
) -> None:
    service = picky(ODD)
    first = start(service.url)
    moved, move = threading.Event(), JobContext.move

    async def dying(self: JobContext, state: Any, **changes: Any) -> None:
        tries = changes["wire"].tries if "wire" in changes else 0
        if tries == refusals and not written:
            moved.set()
            await anyio.sleep_forever()
        await move(self, state, **changes)
        if tries == refusals:
            moved.set()
            await anyio.sleep_forever()

    with monkeypatch.context() as patch:
        patch.setattr(JobContext, "move", dying)
        job = first.submit(duration=5)
        assert moved.wait(20)
        first.kill()
    (again,) = start(service.url).controller.take_over()
    assert again.result(20).id == job.id
    assert len(service.charges) == 1


WRONG: list[tuple[dict[str, tuple[type, bool]], dict[str, Any]]] = [
    ({"prompt": (str, True), "first_frame": (str, True), "duration": (int, False)}, {"duration": 5}),
    ({"prompt": (str, True), "image_url": (str, True), "length": (str, True)}, {"duration": 5}),
    ({"prompt": (str, True), "image_url": (str, True), "mode": (str, True)}, {}),
    ({"prompt": (str, True), "image_url": (str, True)}, {"cfg_scale": 0.7}),
]


@pytest.mark.parametrize(("fields", "values"), WRONG)
def test_what_no_spelling_answers_ends_with_a_correction_that_works_when_it_is_pasted(
    picky: Callable[..., Picky],
    start: Callable[..., Process],
    tmp_path: Path,
    fields: dict[str, tuple[type, bool]],
    values: dict[str, Any],
) -> None:
    # A service tells of what it misses as well, so that the correction can be filled in.
    service = picky(
        fields, lambda status, field, words: (status, every_problem(service, service.seen[-1][1]))
    )
    process = start(service.url)
    with pytest.raises(JobFailed, match=r"Nothing was charged\..*catalogue\.json") as failed:
        process.submit(**values).result(20)
    assert len(service.seen) <= 4
    assert not service.charges
    text = str(failed.value)
    correction = json.loads(text[text.index('{"endpoints"') :])
    own = tmp_path / "catalogue.json"
    own.write_text(json.dumps(correction))
    corrected = start(service.url, catalogue=own)
    known = corrected.controller.catalogue.endpoint("kling-v3-pro").options
    given = {name: value for name, value in values.items() if name in known}
    given |= {"mode": "calm"} if "mode" in known else {}
    assert corrected.submit(**given).result(20).path.exists()
    assert len(service.charges) == 1


def every_problem(service: Picky, given: dict[str, Any]) -> Any:
    """Return all that is wrong, as FastAPI lists it."""
    extra = [(name, "extra fields not permitted") for name in given if name not in service.fields]
    missing = [
        (name, "field required")
        for name, (_, needed) in service.fields.items()
        if needed and name not in given
    ]
    wrong = [] if extra or missing else [service.problem(given)]
    found = [problem for problem in (*missing, *extra, *wrong) if problem]
    return {"detail": [{"loc": ["body", "input", name], "msg": words} for name, words in found]}


def test_a_person_has_the_last_word(
    picky: Callable[..., Picky], start: Callable[..., Process], tmp_path: Path
) -> None:
    service = picky(ODD)
    start(service.url).submit(duration=5).result(20)
    own = tmp_path / "catalogue.json"
    change = {
        "images": {"start": {"field": "picture"}},
        "input": {"properties": {"duration": {"x-names": ["secs"]}}},
    }
    own.write_text(json.dumps({"endpoints": {"kling-v3-pro/image-to-video": change}}))
    endpoint = start(service.url, catalogue=own).controller.catalogue.endpoint("kling-v3-pro")
    assert endpoint.images["start"].names == ("picture",)
    assert endpoint.names("duration") == ("secs",)
    assert not endpoint.reasons


def test_a_prompt_that_is_refused_for_what_it_says_is_tried_once(
    picky: Callable[..., Picky], start: Callable[..., Process]
) -> None:
    service = picky(ODD)
    said = as_error(400, "image_url", "The image was flagged by our content policy")
    service.before = lambda number: said
    with pytest.raises(JobFailed, match="flagged") as failed:
        start(service.url).submit(duration=5).result(20)
    assert "catalogue.json" not in str(failed.value)
    assert len(service.seen) == 1


def test_a_sweep_learns_at_one_charge_each(
    picky: Callable[..., Picky], start: Callable[..., Process]
) -> None:
    service = picky(ODD)
    process = start(service.url)
    jobs = [process.submit(f"number {number}", duration=5) for number in range(6)]
    assert len({job.result(30).id for job in jobs}) == 6
    assert len(service.charges) == 6
    assert len(service.refused) == len(set(service.refused)) <= 6 * 3


def test_what_was_wrongly_learned_is_learned_anew(
    picky: Callable[..., Picky], start: Callable[..., Process]
) -> None:
    service = picky(ODD)
    process = start(service.url)
    process.submit(duration=5).result(20)
    service.fields = {"prompt": (str, True), "image_url": (str, True), "duration_seconds": (str, False)}
    process.submit("pan left", duration=5).result(20)
    assert len(service.charges) == 2
    known = process.controller.catalogue.endpoint("kling-v3-pro")
    assert known.names("duration") == ("duration_seconds", "duration")


def test_a_refusal_of_the_value_is_not_tried_with_other_names(
    picky: Callable[..., Picky], start: Callable[..., Process]
) -> None:
    service = picky(ODD)
    said = as_error(422, "duration_seconds", "duration_seconds must be one of 4, 8, 12, not 5")
    service.before = lambda number: said
    with pytest.raises(JobFailed, match="must be one of") as failed:
        start(service.url).submit(duration=5).result(20)
    assert len(service.seen) == 1
    assert '"enum": ["4", "8", "12"]' in str(failed.value)


def test_nothing_that_was_learned_is_lost_where_the_file_cannot_be_written(
    picky: Callable[..., Picky], start: Callable[..., Process], caplog: Any
) -> None:
    service = picky(ODD)
    process = start(service.url)
    process.controller.settings.learned.file.mkdir()
    assert process.submit(duration=5).result(20).path.exists()
    assert "cannot be written" in caplog.text
    assert len(service.charges) == 1
