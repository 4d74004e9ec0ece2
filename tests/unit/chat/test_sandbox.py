"""Test help with a prompt against the sandbox, as each kind of service would answer."""

from collections.abc import Callable

import pytest

import reka_notebook
from reka_notebook import RekaError, submit, suggest
from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.faults import Fault
from tests.conftest import PHOTO
from tests.unit.api.conftest import SECRET
from tests.unit.jobs.conftest import film, sandboxes

__all__ = ["film", "sandboxes"]


@pytest.mark.parametrize("profile", ["reka", "fal", "strict", "careless", "catalogue"])
def test_rewritings_and_a_description_of_every_profile(
    sandboxes: Callable[..., Sandbox], profile: str
) -> None:
    sandbox = sandboxes(profile=profile)
    reka_notebook.configure(base_url=sandbox.url)
    found = suggest("A slow pan over the sea", PHOTO)
    assert len(found) == 3
    assert all(text != "A slow pan over the sea" for text in found)
    assert suggest("A slow pan over the sea", PHOTO).asked.again
    words = suggest("A slow pan over the sea", model="reka-flash-3")
    assert len(words) == 3
    assert len(chats(sandbox)) == 2


def test_a_take_is_described(sandboxes: Callable[..., Sandbox]) -> None:
    sandbox = sandboxes()
    reka_notebook.configure(base_url=sandbox.url)
    take = submit("a boat under the moon", PHOTO, model="kling-v3-pro").result(30)
    found = take.describe(keep=True)
    assert found.seen
    assert take.note == found.text
    assert take.describe().asked.again


STRUCK = [
    Fault(step="chat", kind="status", status=500),
    Fault(step="chat", kind="status", status=429, headers={"retry-after": "0"}),
    Fault(step="chat", kind="drop"),
    Fault(step="chat", kind="drop", when="after"),
    Fault(step="chat", kind="truncate"),
    Fault(step="chat", kind="html"),
    Fault(step="chat", kind="nonsense"),
    Fault(step="chat", kind="raw", body="no HTTP"),
    Fault(step="chat", kind="status", status=403, body={"error": {"message": "insufficient balance {key}"}}),
    Fault(
        step="chat", kind="status", status=307, headers={"location": "http://127.0.0.1:1/v1/chat/completions"}
    ),
]


@pytest.mark.parametrize("fault", STRUCK, ids=lambda fault: f"{fault.kind} {fault.when} {fault.status}")
def test_no_fault_is_asked_twice(sandboxes: Callable[..., Sandbox], fault: Fault) -> None:
    sandbox = sandboxes()
    reka_notebook.configure(base_url=sandbox.url, api_key=SECRET)
    sandbox.faults.add(fault)
    with pytest.raises(RekaError, match="did not answer") as error:
        suggest("A slow pan over the sea")
    assert SECRET not in str(error.value)
    assert len(chats(sandbox)) == 1
    assert len(suggest("A slow pan over the sea")) == 3


def chats(sandbox: Sandbox) -> list[object]:
    """Return the chats that reached it."""
    return [step for step in sandbox.log if step.step == "chat"]
