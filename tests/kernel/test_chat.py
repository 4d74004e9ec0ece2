"""Test in a real kernel that a chat model helps with a prompt and looks at takes, and what is said if it fails."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reka_notebook.sandbox import Sandbox
from reka_notebook.sandbox.faults import Fault
from tests.kernel.test_several import LOAD, error_of, shown
from tests.kernel.test_tasks import value

pytestmark = pytest.mark.kernel

Notebook = Callable[..., Any]

CELL = "%%reka_prompt -i photo.jpg --for kling-v3-pro --count 2 --as ideas\nA slow pan over the {{place}}"


def chats(sandbox: Sandbox) -> list[str]:
    """Return what was charged for chats."""
    return [one.endpoint for one in sandbox.ledger if one.endpoint.endswith("/chat")]


def test_a_cell_a_function_and_a_take_ask_a_chat_model(notebook: Notebook, sandbox: Sandbox) -> None:
    _, _, planned, first, bound, again, given, *_, described, note = notebook(
        LOAD,
        "from reka_notebook import suggest\nplace = 'pier'",
        CELL.replace("--as ideas", "--dry-run"),
        CELL,
        "[ideas.prompt, len(ideas), ideas.sweep[:2]]",
        CELL,
        "suggest(ideas.prompt, 'photo.jpg', goal='kling-v3-pro', count=2)",
        "%%reka_image --as drawn\nA red boat and a star",
        "drawn.describe(keep=True)",
        "drawn.note",
    ).run()
    assert planned[0]["text"].startswith("Sends the prompt and a preview of 512 × ")
    assert planned[0]["text"].endswith("No charge: answered on this machine. Nothing was sent.\n")
    assert value(bound) == ["A slow pan over the pier", 2, "{{"]
    data = shown(first)
    assert set(data) == {"text/html", "text/plain"}, "no widget stays"
    assert data["text/html"].count("<li ") == 2
    for outputs in (again, given):
        assert "from earlier in this session, no charge" in shown(outputs)["text/html"]
    assert "boat" in shown(described)["text/html"]
    assert "boat" in value(note)
    assert chats(sandbox) == ["reka-edge-2603/chat"] * 2


def test_what_goes_wrong_is_said_in_words(notebook: Notebook, sandbox: Sandbox, folder: Path) -> None:
    own = folder / "catalogue.json"
    own.write_text(json.dumps({"chat": {"reka-edge-2603": None, "reka-flash-3": None}}), "utf-8")
    refused = {"error": {"type": "authentication_error", "message": "Invalid API key"}}
    sandbox.faults.add(Fault(step="chat", kind="status", status=401, body=refused))
    elsewhere = "import reka_notebook.chat.costs as costs\ncosts.is_here = lambda *_: False"
    cell = "%%reka_prompt\nA slow pan"
    _, _, drawn, wrong_key, _, over, not_described, _, no_model, no_look, sound = notebook(
        LOAD,
        "from reka_notebook import configure, takes",
        "%%reka_image --as drawn\nA red boat",
        cell,
        # As if the sandbox were elsewhere: nothing is charged on this machine.
        f"{elsewhere}\nconfigure(budget=0.005)",
        cell,
        "drawn.describe()",
        f"configure(budget=None, catalogue={str(own)!r})",
        cell,
        "drawn.describe()",
        "voice = %reka_speech Good morning.\nvoice.describe()",
        errors=True,
    ).run()
    assert "<img" in shown(drawn)["text/html"]
    assert "Reka Edge did not answer" in error_of(wrong_key)
    assert "Nothing was charged." in error_of(wrong_key)
    for outputs in (over, not_described):
        assert "Over budget: this counts as $0.01 because a price is not known yet" in error_of(outputs)
        assert "Nothing was sent." in error_of(outputs)
    for outputs in (no_model, no_look):
        assert "The catalogue has no chat model for this. Nothing was sent." in error_of(outputs)
    assert "This take is a sound" in error_of(sound)
    for outputs in (wrong_key, over, no_model):
        [error] = [one for one in outputs if one["output_type"] == "error"]
        assert len(error["traceback"]) <= 2, "words, and no inside"
    assert chats(sandbox) == []
