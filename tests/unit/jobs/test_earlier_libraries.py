"""Open a library that version 0.1.0 wrote: nothing kept is asked for again, nothing in flight gets another key.

``libraries/0.1.0.sql`` was written by the code of 0.1.0, which asked its own sandbox for what ``0.1.0.json``
lists, twice: "kept 3" was kept, and "in flight 3" is as a killed kernel leaves it before the answer.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

import reka_notebook
from reka_notebook.config import settings
from reka_notebook.jobs.controller import Controller, controller
from reka_notebook.jobs.prepared import PreparedRequest, prepare
from reka_notebook.library import GenerationRequest, Wire
from reka_notebook.sandbox import Sandbox

LIBRARIES = Path(__file__).parent / "libraries"
ASKED = list(enumerate(json.loads((LIBRARIES / "0.1.0.json").read_text())))


@pytest.fixture
def old(sandbox: Sandbox, photo: Path) -> Controller:
    """Return a controller over a library of 0.1.0, whose files are there."""
    reka_notebook.configure(base_url=sandbox.url)
    home = settings().home
    home.mkdir(parents=True)
    script = (LIBRARIES / "0.1.0.sql").read_text().replace("{service}", sandbox.url)
    with closing(sqlite3.connect(home / "library.sqlite3")) as connection:
        connection.executescript(script)
        named = [json.loads(row[0]) for row in connection.execute("SELECT files FROM takes")]
    for file in (one for files in named for one in files):
        path = home / "media" / file["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"film")
    known = controller()
    requests = [record.request for record in known.library.jobs.all()]
    for digest in {use.digest for one in requests for uses in one.images.values() for use in uses}:
        known.library.images.keep(digest, photo.read_bytes())
    return known


def wanted(asked: dict[str, Any], prompt: str, photo: Path) -> PreparedRequest:
    return prepare(
        controller().catalogue,
        prompt,
        dict.fromkeys(asked["images"], photo),
        model=asked["model"],
        values=asked["values"],
        undeclared=asked.get("undeclared"),
    )


def test_nothing_that_was_kept_is_asked_for_again(old: Controller, sandbox: Sandbox, photo: Path) -> None:
    kept = {record.request.prompt: record.id for record in old.library.jobs.all() if record.state == "kept"}
    assert len(kept) == len(ASKED)
    for number, asked in ASKED:
        request = wanted(asked, f"kept {number}", photo)
        job = old.submit(request, notebook_file=None)
        assert job.id == kept[f"kept {number}"], asked
        assert old.standing(request) == "kept"
    assert not [
        charge for charge in sandbox.ledger if charge.idempotency_key in {a["kept_key"] for _, a in ASKED}
    ]


def test_what_was_in_flight_goes_on_with_its_old_key(old: Controller, sandbox: Sandbox, photo: Path) -> None:
    for number, asked in ASKED:
        take = old.submit(wanted(asked, f"in flight {number}", photo), notebook_file=None).result(30)
        assert take.record.job.idempotency_key == asked["in_flight_key"], asked
    assert sorted(str(charge.idempotency_key) for charge in sandbox.ledger) == sorted(
        asked["in_flight_key"] for _, asked in ASKED
    )


@pytest.mark.parametrize(("number", "asked"), ASKED)
def test_every_request_of_0_1_0_has_the_keys_that_it_had(
    number: int, asked: dict[str, Any], photo: Path
) -> None:
    request = wanted(asked, f"kept {number}", photo).request
    before = msgspec.structs.replace(
        request,
        input={
            "text" if "text" in request.input else "prompt": f"kept {number}",
            **_as_it_was(asked, request),
        },
    )
    assert before.content_key == asked["kept_content_key"]
    assert before.idempotency_key(1) == asked["kept_key"]
    if "undeclared" not in asked:
        assert request == before


def _as_it_was(asked: dict[str, Any], request: GenerationRequest) -> dict[str, Any]:
    """Return the options as 0.1.0 wrote them: what was set on purpose stood there under the name it was given."""
    declared = {name: value for name, value in request.input.items() if name in asked["values"]}
    return declared | asked.get("undeclared", {})


@pytest.mark.parametrize(("number", "asked"), ASKED)
def test_another_key_is_sent_only_where_the_body_is_another(
    number: int, asked: dict[str, Any], photo: Path
) -> None:
    prepared = wanted(asked, f"kept {number}", photo)
    request, wire = prepared.request, prepared.wire
    first = {f"images.{slot}": request.first_field(slot) for slot in request.images}
    sent = request.wire_input(wire)
    text = "text" if "text" in sent else "prompt"
    same_input = sent == {text: f"kept {number}"} | _as_it_was(asked, request)
    same_fields = all(wire.spelling[fact] == spelt for fact, spelt in first.items())
    assert (request.idempotency_key(1, wire) == asked["kept_key"]) == (same_input and same_fields)
    back = Wire(spelling=wire.spelling | first)
    assert (request.idempotency_key(1, back) == asked["kept_key"]) == same_input


@pytest.mark.parametrize(
    ("correction", "option"),
    [
        ({"duration": {"enum": ["4", "6", "8"], "x-spellings": None}}, "duration"),
        ({"duration": {"type": "integer", "enum": [4, 6, 8], "default": 8}}, "duration"),
        ({"duration": {"x-names": ["length"]}}, "length"),
        ({"duration": None, "duration_seconds": {"type": "string", "enum": ["8"]}}, "duration_seconds"),
    ],
)
def test_a_take_is_found_after_the_catalogue_calls_its_options_otherwise(
    old: Controller, sandbox: Sandbox, photo: Path, tmp_path: Path, correction: dict[str, Any], option: str
) -> None:
    number, asked = next(
        one for one in ASKED if one[1]["values"].get("duration") == "8" and "veo" in one[1]["model"]
    )
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps({"endpoints": {asked["model"]: {"input": {"properties": correction}}}}))
    reka_notebook.configure(catalogue=file)
    values = {option if name == "duration" else name: value for name, value in asked["values"].items()}
    found = controller().find(wanted(asked | {"values": values}, f"kept {number}", photo))
    assert found is not None
    assert found.take is not None
