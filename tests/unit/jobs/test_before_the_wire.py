"""Test what is on disk when a request reaches the service, as another process would read it."""

import io
import json
import sqlite3
from decimal import Decimal

import numpy as np
import pytest

from reka_notebook.catalogue import InputError
from reka_notebook.errors import RekaError
from reka_notebook.jobs import prepare
from reka_notebook.sandbox.service import Service
from tests.processes import PIXELS


@pytest.fixture
def seen(monkeypatch, tmp_path) -> list[tuple[str, sqlite3.Row]]:
    """Return the job's row as it lies on disk, at every request that the service gets."""
    found: list[tuple[str, sqlite3.Row]] = []

    def watched(step: str):
        asked = getattr(Service, step)

        def look(self, *args, **options):
            database = (tmp_path / "library" / "library.sqlite3").as_uri()
            with sqlite3.connect(f"{database}?mode=ro", uri=True) as connection:
                connection.row_factory = sqlite3.Row
                found.append((step, connection.execute("SELECT * FROM jobs").fetchone()))
            connection.close()
            return asked(self, *args, **options)

        monkeypatch.setattr(Service, step, look)

    for step in ("submit", "status", "result", "medium"):
        watched(step)
    return found


def test_every_step_is_on_disk_before_the_next_is_asked_for(process, sandbox, seen) -> None:
    job = process.submit()
    job.result(10)
    rows = dict(reversed(seen))  # the first of each step
    (charge,) = sandbox.ledger
    assert (rows["submit"]["state"], rows["submit"]["request_id"]) == ("submitting", None)
    assert rows["submit"]["idempotency_key"] == charge.idempotency_key
    assert rows["submit"]["id"] == job.id
    assert rows["status"]["request_id"] == charge.request_id
    assert json.loads(rows["status"]["answers"])["submit"]["request_id"] == charge.request_id
    assert rows["medium"]["state"] == "fetching"
    assert json.loads(rows["medium"]["answers"])["result"]["output"]["video"]["url"]


def test_the_images_are_on_disk_before_the_request_that_uses_them(process, seen, monkeypatch) -> None:
    library = process.controller.library
    sent: list[bytes] = []
    taken = Service.submit

    def submit(self, *args):
        (use,) = job.request.images["start"]
        sent.append(library.images.read(use.digest))
        return taken(self, *args)

    monkeypatch.setattr(Service, "submit", submit)
    wanted = process.prepare()
    job = process.controller.submit(wanted, notebook_file=None)
    job.result(10)
    assert sent == [wanted.sources[0].data]


def test_no_part_of_a_request_holds_half_a_character(process, sandbox) -> None:
    catalogue = process.controller.catalogue
    for values, undeclared, image in (
        ({"negative_prompt": "\ud83d"}, {}, PIXELS),
        ({}, {"\ud83d": 1}, PIXELS),
        ({}, {"more": {"\ud83d": [1]}}, PIXELS),
        ({}, {}, "https://example.org/\ud83d.png"),
        ({}, {}, "data:image/png;base64,\ud83d"),
        ({}, {}, "caf\udce9.png"),
    ):
        with pytest.raises(RekaError):
            prepare(
                catalogue,
                "A pan",
                {"start": image},
                model="kling-v3-pro",
                values=values,
                undeclared=undeclared,
            )
    assert sandbox.log == []


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (None, "The prompt is None"),
        (7, "The prompt is a int"),
        (b"A pan", "The prompt is a bytes"),
        (["A pan"], "The prompt is a list"),
        ("A \ud83d gull", "position 3 is half of one"),
        ("\udcff", "position 1 is half of one"),
    ],
)
def test_a_prompt_that_cannot_be_sent_is_an_error_in_words(prompt, said, process, sandbox) -> None:
    with pytest.raises(InputError, match=said):
        process.prepare(prompt)
    assert sandbox.log == []


def test_options_of_numpy_are_the_same_request_as_numbers(process) -> None:
    catalogue = process.controller.catalogue
    plain = {"cfg_scale": 0.7, "duration": 3, "generate_audio": True}
    odd = {"cfg_scale": np.float32(0.7), "duration": Decimal(3), "generate_audio": np.bool_(True)}
    one = prepare(catalogue, "A pan", {"start": PIXELS}, model="kling-v3-pro", values=plain, take=2)
    other = prepare(
        catalogue, np.str_("A pan"), {"start": PIXELS}, model="kling-v3-pro", values=odd, take=np.int8(2)
    )
    assert other.request.content_key == one.request.content_key
    for take in (0, -1, 1.5, "2", None, True):
        with pytest.raises(InputError, match="take is the number of a take"):
            prepare(catalogue, "A pan", {"start": PIXELS}, model="kling-v3-pro", take=take)


def test_an_upload_is_one_image_and_neither_none_nor_two(process, sandbox, photo) -> None:
    file = {"name": "photo.jpg", "content": memoryview(photo.read_bytes())}
    request = process.prepare(image=(file,)).request
    assert [use.name for use in request.images["start"]] == ["photo.jpg"]
    assert request.content_key == process.prepare(image=io.BytesIO(photo.read_bytes())).request.content_key
    for images, said in (
        ((), "the list is empty"),
        ([photo, photo], "takes one start image, and these are 2"),
    ):
        with pytest.raises(RekaError, match=said):
            process.prepare(image=images)
    assert sandbox.log == []
