"""Test that a prompt is rewritten on request, once for the same words, and that nothing else is sent."""

import base64
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from PIL import Image

import reka_notebook
from reka_notebook import RekaError, media, suggest
from reka_notebook.chat import call, costs
from reka_notebook.chat.suggesting import describe_plan, plan_suggestions
from reka_notebook.jobs import controller
from reka_notebook.jobs.engine import engine
from reka_notebook.library import Library
from reka_notebook.library.spending.limit import Budget, OverBudget, Reservation
from reka_notebook.output.compared.rewriting_diff import diff_rewriting
from reka_notebook.widgets import protocol
from reka_notebook.widgets.chat.handlers import ChatHelp
from reka_notebook.widgets.studio.slots import ImageSlots
from tests.conftest import PHOTO
from tests.unit.api.conftest import SECRET, http
from tests.unit.chat.conftest import said

pytestmark = pytest.mark.usefixtures("quick")


def content(wire, place=-1):
    return wire.asked[place].json["messages"][1]["content"]


def test_the_prompt_goes_and_rewritings_come(service):
    found = suggest("A pan over the sea")
    assert found[0] == "A slow pan over the sea"
    assert found.sweep == ("{{A slow pan over the sea|A pan over the grey sea|A pan across the sea at dusk}}")
    [asked] = service.asked
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.json["model"] == "reka-edge-2603"
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert "<prompt>\nA pan over the sea\n</prompt>" in content(service)
    assert "Write 3 rewritings\n" in content(service)


def test_the_same_words_are_asked_once(service):
    first = suggest("A pan over the sea")
    again = suggest("A pan over the sea  ")
    assert (list(again), again.asked.again, first.asked.again) == (list(first), True, False)
    assert len(service.asked) == 1
    suggest("A pan over the sea", count=2)
    suggest("A pan over the sea", fresh=True)
    suggest("A pan over the sea", goal="kling-v3-pro")
    assert len(service.asked) == 4


def test_a_small_preview_of_the_image_is_sent(service):
    found = suggest("A pan over the sea", PHOTO)
    text, picture = content(service)
    assert text["type"] == "text"
    head, _, data = picture["image_url"]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    size = Image.open(__import__("io").BytesIO(base64.b64decode(data))).size
    assert max(size) <= 512
    assert f"{size[0]} × {size[1]} JPEG" in found.asked.sent
    suggest("A pan over the sea", PHOTO)
    assert len(service.asked) == 1


def test_a_model_that_reads_words_only_gets_no_image(service):
    found = suggest("A pan over the sea", PHOTO, model="reka-flash-3")
    assert isinstance(content(service), str)
    assert "not sent" in found.asked.sent


def test_what_is_said_before(service):
    control = controller()
    asked = plan_suggestions(control, "A pan over the sea")
    assert describe_plan(control, asked) == (
        "Sends the prompt to Reka Edge at this machine. No charge: answered on this machine."
    )
    assert not service.asked
    suggest("A pan over the sea")
    assert "without a charge" in describe_plan(control, asked)


def test_elsewhere_the_price_is_not_known_until_it_was_billed():
    reka_notebook.configure(api_key=SECRET)
    control = controller()
    asked = plan_suggestions(control, "A pan over the sea")
    assert describe_plan(control, asked) == (
        "Sends the prompt to Reka Edge at api.reka.ai. Charged to your account; the price is not known."
    )
    control.library.spending.set_budget(control.service, Budget(20, "day"))
    assert "cannot be counted against your limit of $20.00 a day" in describe_plan(control, asked)
    control.library.spending.count_chat(control.service, None, "reka-edge-2603", 0.002, billed=True)
    assert "About $0.002, from 1 bill." in describe_plan(control, asked)


def test_a_limit_holds_for_chats_and_counts_them():
    reka_notebook.configure(api_key=SECRET)
    control = controller()
    spending = control.library.spending
    spending.set_budget(control.service, Budget(0.01))
    spending.count_chat(control.service, None, "reka-edge-2603", 0.008, billed=True)
    assert control.budgets()[0].used == pytest.approx(0.008)
    assert (control.today().spent, control.today().billed) == (pytest.approx(0.008), True)
    report = spending.report(control.service)
    assert (report.total, report.by["model"][0].name) == (pytest.approx(0.008), "reka-edge-2603/chat")
    model = control.catalogue.chat["reka-edge-2603"]
    with pytest.raises(OverBudget, match="Nothing was sent"):
        costs.hold(control, model)
    assert spending.report(control.service).total == pytest.approx(0.008)


@pytest.fixture
def charging(wires, own, monkeypatch):
    """Return a server that charges, as if it were elsewhere: nothing is charged on this machine."""
    wire = wires(said(usage={"price_usd": 0.004}))
    own(json.dumps({"chat": {"reka-edge-2603": {"url": f"{wire.url}/v1/chat/completions", "key": "reka"}}}))
    reka_notebook.configure(api_key=SECRET)
    for module in ("costs", "suggesting"):
        monkeypatch.setattr(f"reka_notebook.chat.{module}.is_here", lambda *_: False)
    return wire


def test_a_call_under_way_counts_in_every_kernel(charging):
    control = controller()
    control.library.spending.set_budget(control.service, Budget(0.012))
    kernel = Library(control.settings.home)  # of another process, with connections of its own
    seen = []

    def slowly(connection):
        [status] = kernel.spending.statuses(control.service, control.account)
        seen.append(status.used)
        with pytest.raises(OverBudget) as error:
            kernel.spending.reserve_chat(
                control.service, control.account, "reka-edge-2603", Reservation(0.004)
            )
        seen.append(error.value.wanted)
        connection.sendall(said(usage={"price_usd": 0.004}))

    charging.replies = [slowly]
    with closing(kernel):
        assert suggest("A pan over the sea").asked.cost == "$0.004"
        assert seen == [pytest.approx(0.01), pytest.approx(0.004)]
        [status] = kernel.spending.statuses(control.service, control.account)
        assert status.used == pytest.approx(0.004)
    assert control.today().billed


@pytest.mark.parametrize(
    ("reply", "counted"),
    [
        (http(401, {"error": {"type": "authentication_error", "message": "no"}}), 0.004),
        (http(400, {"error": {"type": "validation_error", "message": "no"}}), 0.004),
        (http(500, {"error": {"type": "server_error", "message": "no"}}), 0.008),
        (said(), 0.008),
    ],
    ids=["wrong key", "refused", "failed", "no price"],
)
def test_what_was_set_aside_is_given_back_unless_it_may_be_charged(charging, reply, counted):
    suggest("A pan over the sea")
    control = controller()
    assert control.today().spent == pytest.approx(0.004)
    charging.replies = [reply]
    with suppress(RekaError):
        assert suggest("A pan over the land").asked.cost == "The price was not told; counted as $0.004."
    assert control.today().spent == pytest.approx(counted)
    assert control.today().billed is (counted == 0.004)


def test_a_failed_call_of_unknown_price_counts_for_nothing(charging):
    charging.replies = [http(500, {"error": {"type": "server_error", "message": "no"}})]
    with pytest.raises(RekaError, match="may have been charged"):
        suggest("A pan over the sea")
    assert controller().today().spent is None


def test_a_bill_in_the_answer_is_counted(wires, own, monkeypatch):
    wire = wires(said(usage={"price_usd": 0.0021, "prompt_tokens": 9}))
    own(json.dumps({"chat": {"reka-edge-2603": {"url": f"{wire.url}/v1/chat/completions", "key": "reka"}}}))
    reka_notebook.configure(api_key=SECRET)
    # As if it were elsewhere: nothing is charged on this machine.
    for module in ("costs", "suggesting"):
        monkeypatch.setattr(f"reka_notebook.chat.{module}.is_here", lambda *_: False)
    assert suggest("A pan over the sea").asked.cost == "$0.002"
    control = controller()
    assert control.library.spending.bills_of_chats(control.service, "reka-edge-2603") == [0.0021]


@pytest.mark.parametrize("prompt", ["", "  \n", "x" * 20_001])
def test_a_prompt_that_cannot_be_sent(service, prompt):
    with pytest.raises(RekaError, match="Nothing was sent"):
        suggest(prompt)
    assert not service.asked


@pytest.mark.parametrize("count", [0, 11, True, 2.5])
def test_a_number_that_cannot_be(service, count):
    with pytest.raises(RekaError, match="1 to 10"):
        suggest("A pan", count=count)


def test_an_unknown_model_is_named(service):
    with pytest.raises(RekaError, match="reka-edge-2603"):
        suggest("A pan", model="reka-edge")


def test_an_answer_without_a_rewriting(service):
    service.replies = [said("A pan over the sea")]
    with pytest.raises(RekaError, match="without a rewriting"):
        suggest("A pan over the sea")
    service.replies = [said()]
    assert len(suggest("A pan over the sea")) == 3


def test_a_refusal_is_in_words_and_not_repeated(service):
    service.replies = [http(429, {"error": {"message": f"insufficient balance of {SECRET}"}})]
    with pytest.raises(RekaError, match=r"Reka Edge did not answer.*Top up") as error:
        suggest("A pan over the sea")
    assert SECRET not in str(error.value)
    assert len(service.asked) == 1


def test_the_key_in_a_prompt_is_not_sent(service):
    with pytest.raises(RekaError, match="your API key in it"):
        suggest(f"A pan over {SECRET}")
    assert not service.asked


def test_the_key_is_in_no_file_and_no_log(service, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    service.replies = [said(f'["{SECRET} pan", "A slow pan"]')]
    found = suggest("A pan")
    assert SECRET not in repr(found) + str(found._repr_mimebundle_()) + caplog.text
    assert not any(SECRET.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


class TestTheKey:
    """Where the key goes, and where not."""

    def test_an_address_of_a_persons_own_gets_no_key(self, service, wires, own):
        other = wires(said())
        own(json.dumps({"chat": {"mine": {"url": f"{other.url}/v1/chat/completions"}}}))
        assert len(suggest("A pan", model="mine")) == 3
        assert SECRET not in str(other.asked)
        assert not service.asked

    def test_an_address_that_is_moved_loses_the_key(self, wires, own):
        other = wires(said())
        own(json.dumps({"chat": {"reka-edge-2603": {"url": f"{other.url}/v1/chat/completions"}}}))
        reka_notebook.configure(api_key=SECRET)
        suggest("A pan")
        assert SECRET not in str(other.asked)

    def test_an_address_with_a_key_of_its_own(self, service, wires, own, monkeypatch):
        other = wires(said())
        url = f"{other.url}/v1/chat/completions"
        own(json.dumps({"chat": {"mine": {"url": url, "key": "MY_CHAT_KEY", "model": "gpt"}}}))
        with pytest.raises(RekaError, match="MY_CHAT_KEY, which is not set"):
            suggest("A pan", model="mine")
        monkeypatch.setenv("MY_CHAT_KEY", "mk-another-key-of-mine")
        suggest("A pan", model="mine")
        assert other.asked[0].headers["authorization"] == "Bearer mk-another-key-of-mine"
        assert other.asked[0].json["model"] == "gpt"
        assert SECRET not in str(other.asked)

    @pytest.mark.parametrize("base", ["https://reka.example", "https://api.tryinfer.com"])
    def test_a_key_for_another_service_does_not_go_to_reka(self, base):
        reka_notebook.configure(base_url=base, api_key=SECRET)
        with pytest.raises(RekaError, match="Nothing was sent"):
            suggest("A pan")

    def test_a_persons_file_may_say_that_it_goes_there(self, own):
        from reka_notebook.chat.model import line_to

        reka_notebook.configure(base_url="https://reka.example", api_key=SECRET)
        own('{"chat": {"reka-edge-2603": {"key": "reka"}}}')
        control = controller()
        line = line_to(control, control.catalogue.chat["reka-edge-2603"])
        assert (line.url, line.key is not None) == ("https://api.reka.ai/v1/chat/completions", True)

    def test_a_redirect_gets_nothing(self, service, wires):
        other = wires(said())
        service.replies = [http(307, {}, location=f"{other.url}/v1/chat/completions")]
        with pytest.raises(RekaError, match="redirected"):
            suggest("A pan")
        assert not other.asked

    def test_nothing_learned_names_an_address(self, service, wires):
        other = wires(said())
        learned = controller().settings.learned
        learned.file.parent.mkdir(parents=True, exist_ok=True)
        evil = {"reka-edge-2603": {"url": f"{other.url}/v1/chat/completions", "key": "reka"}}
        learned.file.write_text(json.dumps({learned.service: {"chat": evil, "endpoints": {}}}))
        suggest("A pan")
        assert not other.asked
        assert service.asked

    @pytest.mark.parametrize(
        ("entry", "words"),
        [
            ({"url": "https://a.example/v1/chat", "key": "sk-verysecret-123"}, "the key itself never stands"),
            ({"url": "ftp://a.example/v1/chat"}, "the address of a chat route"),
            ({"url": "https://api.reka.ai@a.example/v1/chat"}, "the address of a chat route"),
            ({"url": "https://a.example"}, "the address of a chat route"),
            ({"address": "https://a.example/v1"}, "mine"),
        ],
    )
    def test_a_broken_entry_ends_in_words(self, service, own, entry, words):
        own(json.dumps({"chat": {"mine": entry}}))
        with pytest.raises(RekaError, match=words) as error:
            suggest("A pan")
        assert "verysecret" not in str(error.value)


class TestTheInstruction:
    """A text that a person can read and change."""

    def place(self, tmp_path: Path, name: str, data: bytes) -> Path:
        path = tmp_path / "config" / "reka-notebook" / "instructions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def test_the_bundled_one(self, service):
        suggest("A pan")
        assert "JSON list" in service.asked[0].json["messages"][0]["content"]

    def test_a_persons_own_and_one_for_a_model(self, service, tmp_path):
        self.place(tmp_path, "suggest.txt", "Rhyme, für mich.".encode())
        suggest("A pan")
        self.place(tmp_path, "suggest.kling-v3-pro.txt", b"Name the lens.")
        suggest("A pan", goal="kling-v3-pro/image-to-video")
        told = [asked.json["messages"][0]["content"] for asked in service.asked]
        assert told == ["Rhyme, für mich.", "Name the lens."]

    @pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe\x00", b"x" * 20_001])
    def test_a_broken_file_ends_in_words(self, service, tmp_path, data):
        path = self.place(tmp_path, "suggest.txt", data)
        with pytest.raises(RekaError, match="Nothing was sent") as error:
            suggest("A pan")
        assert str(path) in str(error.value)
        assert not service.asked


def test_differences_word_by_word():
    changes = diff_rewriting("A pan over the sea", "A slow pan over the grey sea")
    assert [(kind, text) for text, kind in changes] == [
        ("same", "A"),
        ("added", " slow"),
        ("same", " pan over the"),
        ("added", " grey"),
        ("same", " sea"),
    ]
    changes = diff_rewriting("A pan over the sea", "A pan across the sea")
    assert ("removed", " over") in [(kind, text) for text, kind in changes]
    assert diff_rewriting("one two three four five", "quite another text") == [
        ("quite another text", "added")
    ]


def test_it_shows_itself(service, monkeypatch):
    monkeypatch.setattr("reka_notebook.output.compared.suggested.has_front_end", lambda: True)
    service.replies = [said('["A <b>slow</b> pan", "A wide pan"]')]
    bundle = suggest("A pan")._repr_mimebundle_()
    assert "&lt;" in bundle["text/html"]
    assert "<b>slow" not in bundle["text/html"]
    assert "<ins" in bundle["text/html"]
    assert "2. A {+wide+} pan" in bundle["text/plain"]
    assert "reka-edge-2603" in bundle["text/plain"]


def test_an_interrupt_ends_the_wait_alone(service, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(call, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            suggest("A pan")
    assert len(suggest("A pan")) == 3
    assert len(service.asked) == 1


def test_another_server_is_asked_anew(service, wires):
    suggest("A pan")
    other = wires(said())
    reka_notebook.configure(base_url=other.url)
    assert not suggest("A pan").asked.again
    assert len(other.asked) == 1


def test_two_who_ask_the_same_at_once_make_one_call(service):
    def slowly(connection):
        time.sleep(0.3)
        connection.sendall(said())

    service.replies = [slowly]
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(suggest, ["A pan over the sea"] * 2))
    assert len(service.asked) == 1
    assert sorted(one.asked.again for one in made) == [False, True]


class TestTheStudio:
    """What the browser asks the kernel."""

    @pytest.fixture
    def chat(self, service):
        control = controller()
        slots = ImageSlots(control.library, lambda _: None)
        return ChatHelp(control, slots, lambda take: control.take(control.library.take(take)))

    def asked(self, chat, kind, **fields):
        request = kind(id="1", endpoint="kling-v3-pro/image-to-video", prompt="A pan", **fields)
        return engine().task(chat.handlers[kind], request, []).result(20)[0]

    def test_rewritings_with_their_differences(self, service, chat):
        image = chat._slots.put("start", media.load(PHOTO))
        images = {"start": image.digest}
        plan = self.asked(chat, protocol.SuggestPlan, images=images, again=False)
        assert plan.free
        assert plan.words.startswith("Sends the prompt and a preview of 512 × ")
        assert not service.asked
        value = self.asked(chat, protocol.Suggest, images=images, again=False)
        assert value.rewritings[0].text == "A slow pan over the sea"
        assert protocol.Change(" slow", "added") in value.rewritings[0].changes
        assert value.sweep == "{{" + "|".join(one.text for one in value.rewritings) + "}}"
        assert "The prompt is for the model kling-v3-pro." in content(service)[0]["text"]
        assert SECRET not in str(value) + str(plan)

    def test_what_is_said_where_it_was_answered_already(self, chat):
        self.asked(chat, protocol.Suggest, images={}, again=False)
        again = self.asked(chat, protocol.SuggestPlan, images={}, again=False)
        fresh = self.asked(chat, protocol.SuggestPlan, images={}, again=True)
        assert "without a charge" in again.words
        assert "Sends the prompt" in fresh.words

    def test_a_take_that_is_gone(self, chat):
        request = protocol.Describe(id="1", take="nothing")
        with pytest.raises(RekaError):
            engine().task(chat.handlers[protocol.Describe], request, []).result(20)
