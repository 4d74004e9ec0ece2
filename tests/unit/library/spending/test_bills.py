"""What the service's answers say was billed: wherever it stands, and never what is no bill."""

import json
import math
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, Library, MediaFile, TakeRecord
from reka_notebook.library.folder import private_folder
from reka_notebook.library.rows.schema import _STEPS
from reka_notebook.library.spending.bills import bill_in, bill_in_answers
from reka_notebook.library.store.names import SIDECAR

SERVICE = "https://service.test:443"


@pytest.mark.parametrize(
    ("answer", "dollars"),
    [
        ({"output": {"video_url": "u", "usage": {"price_usd": 0.65}}}, 0.65),
        ({"output": {"video_url": "u"}, "usage": {"price_usd": 0.65}}, 0.65),
        ({"output": {"video_url": "u", "price_usd": 0.65}}, 0.65),
        ({"video_url": "u", "priceUsd": 0.65}, 0.65),
        ({"data": {"request": {"status": "COMPLETED", "usage": {"cost_usd": 1}}}}, 1.0),
        ({"usage": {"price_usd": "$0.65"}}, 0.65),
        ({"usage": {"price_usd": "0.65 USD"}}, 0.65),
        ({"usage": {"price_usd": "US$ 1,234.50"}}, 1234.5),
        ({"usage": {"price_usd": "6.5e-1"}}, 0.65),
        ({"usage": {"cost": 0.3, "credits": 30}}, 0.3),
        ({"cost": {"amount": "0.5", "currency": "usd"}}, 0.5),
        ({"billing": {"total_cost": 0.5, "currency": "US Dollars"}}, 0.5),
        ({"amount": "$0.40"}, 0.4),
        ({"usage": {"price_cents": 65}}, 0.65),
        ({"metrics": {"inference_time": 3.1, "cost": 0.2}}, 0.2),
        # several in a list add up, unless the whole stands above them
        ({"output": {"images": [{"url": "a", "price_usd": 0.25}, {"url": "b", "price_usd": 0.5}]}}, 0.75),
        ({"usage": {"price_usd": 0.5, "items": [{"price_usd": 0.25}, {"price_usd": 0.25}]}}, 0.5),
        # a name that says dollars is believed before one that does not
        ({"cost": 65, "usage": {"price_usd": 0.65}}, 0.65),
        ({"usage": {"price_usd": 0}}, 0.0),
    ],
    ids=json.dumps,
)
def test_a_bill_is_read_wherever_it_stands(answer: dict[str, Any], dollars: float) -> None:
    assert bill_in(answer) == dollars


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"usage": {"credits": 65}},
        {"usage": {"cost": 65, "unit": "credits"}},
        {"usage": {"cost": 0.65, "currency": "EUR"}},
        {"usage": {"cost": 0.13, "currency": "USD", "unit": "second"}},
        {"usage": {"amount": 65}},
        {"usage": {"price_usd": "0,65"}},
        {"usage": {"price_usd": "€0.65"}},
        {"usage": {"price_usd": "about 0.65"}},
        {"usage": {"price_usd": ""}},
        {"usage": {"price_usd": None}},
        {"usage": {"price_usd": True}},
        {"usage": {"price_usd": -0.65}},
        {"usage": {"price_usd": math.nan}},
        {"usage": {"price_usd": math.inf}},
        {"usage": {"price_usd": 1e300}},
        {"usage": {"price_usd": 10**400}},
        {"usage": {"price_usd": "1" + "0" * 50}},
        {"input": {"price_usd": 0.65}},
        {"request": {"price_usd": 0.65, "prompt": "a price tag"}},
        {"pricing": {"price_usd": 0.13}},
        {"estimate": {"price_usd": 0.13}},
        {"account": {"balance_usd": 20, "price_usd": 3}},
        # what a model has found in an image is no bill
        {"output": {"objects": [{"label": "milk", "price": 1.99, "price_usd": 1.99}]}},
        {"output": {"items": [{"label": "milk", "price": 1.99}]}},
        {"output": {"text": "It costs $3"}},
    ],
    ids=repr,
)
def test_what_is_no_bill_is_not_taken_for_one(answer: dict[str, Any]) -> None:
    assert bill_in(answer) is None


def test_what_was_sent_and_comes_back_is_no_bill() -> None:
    assert bill_in({"output": {"url": "u", "price_usd": 5}}, {"price_usd": 5}) is None
    assert bill_in({"output": {"url": "u", "price_usd": 5}}, {"price_usd": 6}) == 5.0


def test_the_answer_that_knows_best_is_believed() -> None:
    answers = {"submit": {"usage": {"price_usd": 0.1}}, "status": {"usage": {"price_usd": 0.2}}}
    assert bill_in_answers(answers) == 0.2
    assert bill_in_answers(answers | {"result": {"usage": {"price_usd": 0.3}}}) == 0.3
    assert bill_in_answers(answers | {"result": {"output": {}}}) == 0.2


def test_an_endless_answer_is_read_within_bounds() -> None:
    deep: dict[str, Any] = {"price_usd": 1}
    for _ in range(500):
        deep = {"usage": deep}
    assert bill_in(deep) is None
    assert bill_in({"rows": [{"a": number} for number in range(200_000)], "price_usd": 1}) is None


def asked(**values: Any) -> GenerationRequest:
    return GenerationRequest(endpoint="m/image-to-video", input={"prompt": "dolly in", **values})


@pytest.mark.usefixtures("engine")
def test_a_job_has_the_bill_of_its_answers_whatever_its_end(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "home")) as library:
        for state in ("failed", "cancelled", "expired"):
            job, _ = library.jobs.add(SERVICE, asked(state=state), 1, 9.0)
            library.jobs.update(job.id, request_id="r", answers={"status": {"usage": {"price_usd": 0.65}}})
            assert library.jobs.update(job.id, state=state, ended=5.0).billed == 0.65
            assert library.jobs.get(job.id).billed == 0.65
        job, _ = library.jobs.add(SERVICE, asked(price_usd=3), 1, 9.0)
        assert library.jobs.update(job.id, answers={"submit": {"price_usd": 3}}).billed is None


def test_a_bill_is_in_the_sidecar_and_outlasts_the_database(tmp_path: Path) -> None:
    home = tmp_path / "home"
    library = Library(home)
    private_folder(library.media.path("2026-11"))
    job, _ = library.jobs.add(SERVICE, asked(), 1, 9.0)
    job = library.jobs.update(job.id, request_id="r", answers={"result": {"usage": {"price_usd": 0.65}}})
    file = MediaFile(name="2026-11/a.mp4", kind="video", media_type="video/mp4", bytes=5)
    take = TakeRecord(job=msgspec.structs.replace(job, state="kept", ended=5.0), files=[file], kept=5.0)
    library.media.write_sidecar(take)
    assert library.takes.add(take).job.billed == 0.65
    sidecar = library.media.path(file.name).with_suffix(SIDECAR)
    assert json.loads(sidecar.read_bytes())["job"]["billed"] == 0.65
    library.close()
    # a sidecar of an earlier version has the answers alone
    written = json.loads(sidecar.read_bytes())
    del written["job"]["billed"]
    sidecar.write_text(json.dumps(written))
    (home / "library.sqlite3").write_bytes(b"this is no database" * 1000)
    with closing(Library(home)) as again:
        assert again.takes.find()[0].job.billed == 0.65


def test_bills_of_earlier_versions_are_read_from_the_answers(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    answers = {
        "kept": {"result": {"output": {"video_url": "u", "usage": {"price_usd": 0.65}}}},
        "failed": {"status": {"usage": {"price_usd": "0.10 USD"}}},
        "queued": {"submit": {"status": "IN_QUEUE"}},
    }
    with closing(sqlite3.connect(home / "library.sqlite3")) as old:
        for step in _STEPS[:4]:
            old.executescript(step)
        old.execute("PRAGMA user_version = 4")
        for state, said in answers.items():
            request = asked(state=state)
            row = (
                state,
                SERVICE,
                *(request.base_key, request.content_key, request.idempotency_key(1)),
                state,
            )
            old.execute(
                "INSERT INTO jobs (id, service, endpoint, base_key, content_key, take, attempt, idempotency_key, "
                "state, request, answers, created, deadline) "
                "VALUES (?, ?, 'm/image-to-video', ?, ?, 1, 1, ?, ?, ?, ?, 1.0, 9.0)",
                (*row, msgspec.json.encode(request), msgspec.json.encode(said)),
            )
        old.commit()
    with closing(Library(home)) as library:
        bills = {job.id: job.billed for job in library.jobs.all()}
    assert bills == {"kept": 0.65, "failed": 0.1, "queued": None}
