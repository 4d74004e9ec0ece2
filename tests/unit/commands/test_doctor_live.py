"""Test `doctor --live` and `--spend`, which compare the service with what is assumed of it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reka_notebook import catalogue
from reka_notebook.catalogue import Mark
from reka_notebook.catalogue.account.models import read_models
from reka_notebook.commands.checks.check import Findings
from reka_notebook.commands.checks.corrections import update_person_file
from reka_notebook.commands.checks.models import compare_models
from reka_notebook.library import Library
from reka_notebook.sandbox import Fault, Sandbox
from tests.local_server import Handler, LocalServer
from tests.unit.commands.conftest import Ran

Command = Callable[..., Ran]
Start = Callable[..., Sandbox]
KLING = "kling-v3-pro/image-to-video"


def checks(ran: Ran) -> dict[str, tuple[str, str]]:
    return {check["name"]: (check["verdict"], check["text"]) for check in json.loads(ran.out)["checks"]}


def corrections(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.out)["corrections"]
    return found


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "config" / "reka-notebook" / "catalogue.json"


def test_a_comparison_asks_only_and_is_charged_for_nothing(
    sandbox: Sandbox, command: Command, home: Path
) -> None:
    ran = command("doctor", "--live", "--json")
    found = checks(ran)
    assert found["Key accepted"] == ("ok", "yes")
    assert found["Models"] == ("ok", "5 listed by the service, 5 of 5 known ones among them")
    assert found["Requests"] == ("ok", "0 requests listed by the service")
    for name in ("Route status", "Route result"):
        assert found[name] == ("ok", "says of an unknown request what is documented (404, not_found_error)")
    assert found["X-Request-ID"] == ("ok", "on every answer")
    assert corrections(ran) == {}
    assert sandbox.ledger == []
    assert {seen.method for seen in sandbox.log} == {"GET"}
    assert not home.exists()


def test_a_wrong_key_is_the_only_thing_said(
    start_sandbox: Start, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = start_sandbox(key="right")
    monkeypatch.setenv("REKA_API_KEY", "rk-wrong-and-secret")
    ran = command("doctor", "--live", "--json")
    found = checks(ran)
    assert ran.status == 1
    assert found["Key accepted"][0] == "problem"
    assert "HTTP 401" in found["Key accepted"][1]
    assert "Requests" not in found
    assert "rk-wrong-and-secret" not in ran.out + command("doctor", "--live").out
    monkeypatch.setenv("REKA_API_KEY", "right")
    assert checks(command("doctor", "--live", "--json"))["Key accepted"] == ("ok", "yes")
    assert sandbox.log[-1].authorised


@pytest.mark.parametrize(
    ("fault", "name", "verdict", "said"),
    [
        (
            Fault("models", status=404, skip=1),
            "Models",
            "note",
            "no list of models at /v2/inference/models: HTTP 404",
        ),
        (Fault("models", "nonsense", body="{}", skip=1), "Models", "note", "no list of models"),
        (Fault("list", "html"), "Requests", "note", "HTTP 200, a web page"),
        (Fault("status", "html"), "Route status", "problem", "does not work at /v2/inference/requests/"),
        (Fault("result", status=405), "Route result", "problem", "HTTP 405"),
        (Fault("status", status=422), "Route status", "note", "says HTTP 422"),
        (
            Fault("status", status=404, body={"detail": "Not Found"}),
            "Route status",
            "note",
            'what is not documented: HTTP 404, {"detail": "Not Found"}',
        ),
        (Fault("list", "drop"), "Service", "problem", "broke before the answer"),
    ],
)
def test_what_differs_is_said(
    sandbox: Sandbox, command: Command, fault: Fault, name: str, verdict: str, said: str
) -> None:
    sandbox.faults.add(fault)
    ran = command("doctor", "--live", "--json")
    found = {(check["name"], check["verdict"]): check["text"] for check in json.loads(ran.out)["checks"]}
    assert said in found[name, verdict]
    assert ran.status == (1 if verdict == "problem" else 0)
    assert sandbox.ledger == []


@pytest.fixture
def stranger() -> Iterator[str]:
    """Yield a server that is something else: 404 and no X-Request-ID, whatever it is asked."""

    class Stranger(Handler):
        def get(self) -> None:
            self.answer(404, b'{"detail": "\x1b[31mNot Found"}')

    server = LocalServer(Stranger)
    yield server.url
    server.close()


def test_a_server_that_is_something_else(
    stranger: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REKA_BASE_URL", stranger)
    found = checks(command("doctor", "--live", "--json"))
    assert found["Key accepted"] == ("ok", "as far as an HTTP 404 tells")
    assert found["X-Request-ID"] == ("note", "documented, and missing on: models, requests, status, result")
    shown = command("doctor", "--live")
    assert "\x1b" not in shown.out
    assert "It may not be there." in shown.out


def compared(*names: str) -> Findings:
    found = Findings()
    listed = read_models(list(names))
    assert listed is not None
    compare_models(catalogue.load(), listed, found)
    return found


ALL = (
    "sora-2-pro/image-to-video",
    KLING,
    "veo-3.1/image-to-video",
    "nano-banana/text-to-image",
    "nano-banana/edit",
)


def test_what_the_service_offers_as_the_catalogue_has_it_needs_no_correction() -> None:
    for names in (ALL, [name.partition("/")[0] for name in ALL]):
        found = compared(*names)
        assert [check.verdict for check in found.checks] == ["ok"]
        assert found.corrections == {}


@pytest.mark.parametrize("spelled", ["veo3.1/image-to-video", "veo-31/image-to-video", "veo3.1"])
def test_another_spelling_is_corrected(own: Path, spelled: str) -> None:
    found = compared(*(name for name in ALL if not name.startswith("veo")), spelled)
    (problem,) = [check for check in found.checks if check.verdict == "problem"]
    new = spelled if "/" in spelled else f"{spelled}/image-to-video"
    assert problem.text == f"veo-3.1/image-to-video is called {new} by the service"
    before = catalogue.load().endpoint("veo-3.1")
    update_person_file(own, found.corrections, write=True)
    known = catalogue.load(own)
    after = known.endpoint(new)
    assert "veo-3.1/image-to-video" not in known.endpoints
    assert after.path == f"/v2/inference/{new}"
    assert (after.mark("path"), after.mark("input.seed"), after.mark("title")) == (
        Mark.learned,
        Mark.assumed,
        before.mark("title"),
    )
    assert (after.title, after.images, after.properties) == (before.title, before.images, before.properties)


def test_a_default_that_is_not_offered_is_replaced_by_the_next(own: Path) -> None:
    found = compared(*ALL[1:])
    said = {check.name: check for check in found.checks}
    assert said["Not offered"].text == "sora-2-pro/image-to-video: not in the service's list"
    assert said["Default"].verdict == "note"
    assert said["Default"].text == "sora-2-pro is not in your account's list; using kling-v3-pro."
    assert found.corrections == {}


def test_a_default_of_one_s_own_that_is_not_offered_is_a_problem(own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text('{"default": "sora-2-pro"}')
    found, listed = Findings(), read_models(list(ALL[1:]))
    assert listed is not None
    compare_models(catalogue.load(own), listed, found)
    said = {check.name: check for check in found.checks}
    assert said["Default"].verdict == "problem"
    assert "Make kling-v3-pro/image-to-video the default" in said["Default"].todo
    assert found.corrections == {"default": {"image-to-video": KLING}}


def test_where_nothing_like_the_default_is_offered_none_is_named() -> None:
    found = compared("nano-banana/edit")
    assert "default" not in found.corrections
    assert any(check.name == "Default" and "--model" in check.todo for check in found.checks)


def test_new_models_are_named_and_need_no_correction() -> None:
    found = compared(*ALL, "wan-2/text-to-video", "a/b/edit", "../x/edit", "other", "m/unknown-task")
    assert found.corrections == {}
    said = {check.name: check.text for check in found.checks}
    assert said["New models"] == "wan-2/text-to-video, other: offered with their task's usual input"
    many = compared(*ALL, *(f"wan-{number}/edit" for number in range(30)))
    assert "and 10 more" in {check.name: check.text for check in many.checks}["New models"]


def test_spending_submits_once_cancels_at_once_and_says_what_was_learned(
    start_sandbox: Start, process: Command, home: Path
) -> None:
    sandbox = start_sandbox(seconds=60.0)
    ran = process("doctor", "--spend", "--model", "kling-v3-pro", "--json")
    found = checks(ran)
    assert found["Submission"][0] == "ok"
    assert found["Status words"][1].startswith("IN_QUEUE (submit), CANCELLED (cancel)")
    for name in ("status_url", "response_url", "cancel_url"):
        assert found[name][0] == "ok"
    assert found["Money"][1].startswith("Cancelled (job ")
    assert corrections(ran) == {
        "endpoints": {KLING: {"marks": {"path": "learned"}}},
        "routes": {
            "result": {"path": "/v2/inference/requests/{request_id}"},
            "cancel": {"path": "/v2/inference/requests/{request_id}/cancel"},
        },
    }
    assert [charge.endpoint for charge in sandbox.ledger] == [KLING]
    assert [request.status for request in sandbox.requests] == ["CANCELLED"]
    job = Library(home).jobs.recent(1)[0]
    assert (job.state, job.request.input["duration"]) == ("cancelled", "3")


def test_what_is_finished_all_the_same_is_kept_and_not_paid_for_by_the_next_check(
    start_sandbox: Start, command: Command, home: Path
) -> None:
    sandbox = start_sandbox(seconds=0.4)
    sandbox.finish_next()
    words = ("doctor", "--spend", "--model", "kling-v3-pro", "--json")
    assert "is paid for and kept" in checks(command(*words))["Money"][1]
    assert len(Library(home).takes.find()) == 1
    assert "Kept from an earlier check; nothing was submitted" in checks(command(*words))["Money"][1]
    assert len(sandbox.ledger) == 1


def test_a_refusal_is_said_in_the_services_words(sandbox: Sandbox, command: Command) -> None:
    message = {
        "error": {"type": "validation_error", "message": "image_url is required", "param": "input.image_url"}
    }
    sandbox.faults.add(Fault("submit", status=400, body=message))
    ran = command("doctor", "--spend", "--model", "kling-v3-pro", "--json")
    verdict, text = checks(ran)["Submission"]
    assert (ran.status, verdict) == (1, "problem")
    assert "image_url is required" in text
    assert sandbox.ledger == []


def test_addresses_elsewhere_in_the_service_are_corrected(
    start_sandbox: Start, command: Command, own: Path
) -> None:
    start_sandbox(seconds=60.0, catalogue=catalogue.load(), relative_urls=True)
    own.parent.mkdir(parents=True)
    own.write_text('{"routes": {"cancel": {"path": "/v2/cancel/{request_id}"}}}')
    ran = command("doctor", "--spend", "--model", "kling-v3-pro", "--json")
    said = "is /v2/inference/requests/{request_id}/cancel, and the catalogue has /v2/cancel/{request_id}"
    assert checks(ran)["cancel_url"] == ("problem", said)
    assert corrections(ran)["routes"]["cancel"] == {"path": "/v2/inference/requests/{request_id}/cancel"}
    assert ran.status == 1


def test_addresses_on_another_host_are_said_and_the_key_does_not_go_there(
    start_sandbox: Start, command: Command
) -> None:
    start_sandbox(seconds=60.0, url_host="localhost")
    ran = command("doctor", "--spend", "--model", "kling-v3-pro", "--json")
    verdict, text = checks(ran)["cancel_url"]
    assert verdict == "problem"
    assert "leads to http://localhost:" in text
    assert checks(ran)["Money"][1].startswith("Cancelled (job ")


def test_a_library_that_cannot_be_used_spends_nothing(sandbox: Sandbox, command: Command, home: Path) -> None:
    home.write_text("a file")
    ran = command("doctor", "--spend", "--json")
    assert checks(ran)["Submission"][0] == "problem"
    assert "REKA_NOTEBOOK_HOME" in checks(ran)["Submission"][1]
    assert sandbox.ledger == []


def test_the_snippet_is_printed_ready_to_use(start_sandbox: Start, command: Command, own: Path) -> None:
    start_sandbox(seconds=60.0)
    shown = command("doctor", "--spend", "--model", "kling-v3-pro").out
    snippet = shown[shown.index("\n{\n") : shown.index("\n}\n") + 2]
    update_person_file(own, json.loads(snippet), write=True)
    known = catalogue.load(own)
    assert known.endpoint("kling-v3-pro").mark("path") is Mark.learned
    assert known.route_marks["result"] is Mark.learned
    assert f"for {own}:" in shown
    assert "This is a server on this machine" in shown


def facts(ran: Ran) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (fact["of"], fact["name"]): (fact["standing"], fact["why"]) for fact in json.loads(ran.out)["facts"]
    }


def test_each_fact_is_confirmed_contradicted_or_unknown(
    start_sandbox: Start, command: Command, own: Path, photo: Path
) -> None:
    sandbox = start_sandbox(media=None, render="small")  # as long as asked, so that no field is doubted
    made = facts(command("doctor", "--live", "--json"))
    assert made[KLING, "model"] == ("confirmed", "in your account's list")
    assert made["routes", "models"] == ("confirmed", "HTTP 200")
    assert made["routes", "status"] == ("confirmed", "HTTP 404")
    assert made["routes", "cancel"] == ("unknown", "")
    assert made[KLING, "input.duration"] == ("unknown", "")
    assert made[KLING, "output"] == ("unknown", "")
    assert sandbox.ledger == []
    assert command("generate", "-m", "kling-v3-pro", "-i", str(photo), "--duration", "5", "a pan").status == 0
    made = facts(command("doctor", "--live", "--json"))
    for name, word in (("path", "accepted"), ("input.duration", "accepted"), ("output", "made")):
        standing, why = made[KLING, name]
        assert standing == "confirmed"
        assert why.startswith(f"{word} on ")
    assert made["statuses", "COMPLETED"] == ("confirmed", "in the list of requests")
    assert made[KLING, "input.cfg_scale"] == ("unknown", "")
    shown = command("doctor", "--live").out
    assert "Facts of the catalogue: " in shown
    assert "  unknown       " in shown
    assert len(sandbox.ledger) == 1


def test_what_the_list_lacks_and_what_was_doubted_is_contradicted(
    start_sandbox: Start, command: Command, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_sandbox(profile="reka")
    own.parent.mkdir(parents=True)
    own.write_text(json.dumps({"endpoints": {KLING: {"marks": {"input.duration": "doubted"}}}}))
    made = facts(command("doctor", "--live", "--json"))
    assert made["sora-2-pro/image-to-video", "model"] == ("contradicted", "not in your account's list")
    assert made[KLING, "input.duration"] == ("contradicted", "an answer contradicted it")


def test_without_live_no_fact_is_weighed(sandbox: Sandbox, command: Command) -> None:
    assert "facts" not in json.loads(command("doctor", "--json").out)
    assert "Facts" not in command("doctor").out
