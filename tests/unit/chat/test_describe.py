"""Test that a chat model looks at a take: the film itself where it is small and short, else a picture or words."""

import base64
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import reka_notebook
from reka_notebook import RekaError, submit
from reka_notebook.chat import describing
from reka_notebook.chat.describing import describe_plan, plan_description
from reka_notebook.jobs import Take, controller
from reka_notebook.jobs.engine import engine
from reka_notebook.widgets import protocol
from reka_notebook.widgets.chat.handlers import ChatHelp
from reka_notebook.widgets.studio.slots import ImageSlots
from tests.conftest import PHOTO
from tests.processes import ask_soon
from tests.unit.api.conftest import Wire
from tests.unit.chat.conftest import said
from tests.unit.jobs.conftest import film, sandboxes

__all__ = ["film", "sandboxes"]

SEEN = "Seen: A boat that drifts.\n\nMissing: The moon."


@pytest.fixture
def take(sandboxes: Callable[..., object], monkeypatch: pytest.MonkeyPatch, service: Wire) -> Take:
    """Return a film that is kept; the service has moved on to the one that answers chats."""
    ask_soon(monkeypatch)
    sandbox = sandboxes()
    reka_notebook.configure(base_url=sandbox.url)
    made = submit("a boat under the moon", PHOTO, model="kling-v3-pro").result(30)
    reka_notebook.configure(base_url=service.url)
    service.replies = [said(SEEN)]
    return made


def content(wire: Wire) -> list[dict[str, object]]:
    return wire.asked[-1].json["messages"][1]["content"]


def longer(take: Take, **facts: object) -> Take:
    """Return the take as if its file were another."""
    file = msgspec.structs.replace(take.file, **facts)
    return Take(msgspec.structs.replace(take.record, files=[file]), take._library)


def test_a_short_film_is_sent_whole(take, service):
    found = take.describe()
    assert (found.seen, found.missing) == ("A boat that drifts.", "The moon.")
    words, film = content(service)
    assert words["text"].startswith("Describe the film.")
    assert "<prompt>\na boat under the moon\n</prompt>" in words["text"]
    head, _, data = film["video_url"]["url"].partition(",")
    assert head == "data:video/mp4;base64"
    assert base64.b64decode(data) == take.path.read_bytes()
    assert found.asked.sent.startswith("the whole video, ")
    assert take.note == ""


def test_it_is_asked_once_in_a_session(take, service):
    take.describe()
    assert take.describe().asked.again
    assert len(service.asked) == 1
    take.describe(fresh=True)
    assert len(service.asked) == 2


def test_it_is_kept_as_the_note_below_what_is_there(take, service):
    take.annotate("mine")
    found = take.describe(keep=True)
    assert take.note == "mine\nA boat that drifts.\nMissing: The moon."
    found.keep()
    assert take.note.count("moon") == 1


def test_what_is_said_before(take, service):
    control = controller()
    words = describe_plan(control, plan_description(control, take))
    assert words.startswith("Sends the whole video, ")
    assert words.endswith("to Reka Edge at this machine. No charge: answered on this machine.")
    assert not service.asked


def test_a_film_that_is_too_large_is_sent_as_a_picture(take, service):
    found = longer(take, bytes=50_000_000).describe()
    words, picture = content(service)
    assert picture["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert "frames in order" in words["text"]
    assert "frames as one" in found.asked.sent
    assert "too large to send" in found.asked.sent


def test_a_film_that_is_too_long_is_refused(take, service):
    with pytest.raises(RekaError, match=r"42 s long, and Reka Edge looks at up to 30 s. Nothing was sent"):
        longer(take, duration=42.0).describe()
    assert not service.asked


def test_what_cannot_be_looked_at(take, service):
    with pytest.raises(RekaError, match="Nothing was sent"):
        longer(take, kind="audio").describe()
    with pytest.raises(RekaError, match="reads words only"):
        take.describe(model="reka-flash-3")
    assert not service.asked


def test_an_image_is_sent_as_a_preview(take, service):
    asked = describing.plan_description(controller(), _image(take))
    assert asked.sent.startswith("the image as ")
    assert not asked.whole


def _image(take: Take) -> Take:
    class Image(Take):
        @property
        def path(self) -> Path:
            assert self.poster is not None
            return self.poster

    plain = longer(take, kind="image", media_type="image/jpeg")
    return Image(plain.record, take._library)


def test_a_file_that_is_gone(take, service):
    take.path.unlink()
    with pytest.raises(RekaError, match="cannot be read"):
        take.describe()
    assert not service.asked


def test_boxes_are_looked_at_where_they_are_drawn(take, service):
    boxes = longer(take, kind="boxes", media_type="application/json")
    boxes.describe()
    words, picture = content(service)
    assert words["text"].startswith("Describe this picture.")
    assert picture["image_url"]["url"].startswith("data:image/jpeg;base64,")
    with pytest.raises(RekaError, match="no picture of these boxes"):
        longer(take, kind="boxes", media_type="application/json", poster=None).describe()
    assert len(service.asked) == 1


def test_what_has_nothing_to_be_seen_is_named(take, service):
    with pytest.raises(
        RekaError, match="This take is a sound, and a chat model can look at videos, images and boxes"
    ):
        longer(take, kind="audio").describe()
    with pytest.raises(RekaError, match="This take is a file"):
        longer(take, kind="other").describe()
    assert not service.asked


def test_the_studio_asks_first_what_it_costs(take, service):
    control = controller()
    chat = ChatHelp(control, ImageSlots(control.library, lambda _: None), lambda _: take)

    def asked(kind):
        return engine().task(chat.handlers[kind], kind(id="1", take=take.id), []).result(20)[0]

    plan = asked(protocol.DescribePlan)
    assert plan.free
    assert plan.words.startswith("Sends the whole video, ")
    assert not service.asked
    value = asked(protocol.Describe)
    assert (value.seen, value.missing) == ("A boat that drifts.", "The moon.")
    assert value.text == "A boat that drifts.\nMissing: The moon."
    assert asked(protocol.Describe).about.endswith("no charge")
    assert "without a charge" in asked(protocol.DescribePlan).words
    assert len(service.asked) == 1
