"""Test the chain and the family as the browser asks for them, and making a step again from another pick."""

import asyncio
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipykernel.ipkernel  # noqa: F401 (imported later, it would hold the comms in another manager when they are closed)
import msgspec
import pytest

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.chain.handlers import ChainSide
from reka_notebook.widgets.studio.studio import Studio

IMAGE, EDIT, VIDEO = "nano-banana/text-to-image", "nano-banana/edit", "kling-v3-pro/image-to-video"


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    made = Studio(model=IMAGE)
    yield made
    made.close()


def make(prompt: str, image: Any = None, model: str = VIDEO, **options: Any) -> Take:
    take = reka_notebook.submit(prompt, image, model=model, **options).result(60)
    assert isinstance(take, Take)
    return take


def ask(studio: Studio, type_: str, **fields: Any) -> Any:
    """Ask as the browser does, and return the value of the reply."""
    request = msgspec.convert({"id": "1", "type": type_, **fields}, protocol.AnyRequest)
    side = ChainSide(studio._controller, studio._slots, studio._sweeps, studio._wall.views)
    return asyncio.run(side.handlers[type(request)](request, []))[0]  # type: ignore[arg-type]


def titles(chain: protocol.ChainValue) -> list[tuple[str, str, int]]:
    return [(step.title, step.words, step.count) for step in chain.steps]


def test_a_chain_from_words_to_a_second_shot(studio: Studio) -> None:
    image = make("A harbour at dawn", model=IMAGE)
    make("A harbour at dusk", model=IMAGE)
    edit = make("Warmer light", image, EDIT)
    shot = make("Dolly in", edit)
    other = make("Dolly out", edit)
    on = make("Pan left", shot)
    chain = ask(studio, "chain", take=edit.id)
    assert titles(chain) == [
        ("Image", "A harbour at dusk", 2),
        ("Edit", "Warmer light", 1),
        ("Shot 1", "Dolly out", 2),
        ("Shot 2", "continues 1", 1),
    ]
    assert [step.open for step in chain.steps] == [False, True, False, False]
    assert [step.parent for step in chain.steps] == [None, *(step.id for step in chain.steps[:3])]
    assert chain.steps[2].takes == [other.id, shot.id]
    assert [step.id for step in ask(studio, "chain", take=on.id).steps] == [step.id for step in chain.steps]
    takes = ask(studio, "step_takes", takes=chain.steps[2].takes).takes
    assert [take.prompt for take in takes] == ["Dolly out", "Dolly in"]


def test_a_chain_from_a_given_image_begins_with_it(studio: Studio, photo: Path) -> None:
    shot = make("Dolly in", photo)
    chain = ask(studio, "chain", take=shot.id)
    assert titles(chain) == [("Image", photo.name, 0), ("Shot 1", "Dolly in", 1)]
    first = chain.steps[0]
    assert (first.image, first.picture) == (shot.request.images["start"][0].digest, None)
    of_the_form = ask(studio, "chain", images={"start": first.image})
    assert titles(of_the_form) == titles(chain)
    assert [step.open for step in of_the_form.steps] == [True, False]


def test_an_image_in_the_form_that_nothing_was_made_with_is_a_step(studio: Studio, photo: Path) -> None:
    studio.image = photo
    digest = studio.images[0]["digest"]
    assert titles(ask(studio, "chain", images={"start": digest})) == [("Image", photo.name, 0)]
    assert ask(studio, "chain").steps == []
    assert ask(studio, "chain", take="0123456789").steps == []


def test_a_take_in_the_form_is_known_by_its_frame(studio: Studio, photo: Path) -> None:
    shot = make("Dolly in", photo)
    studio.image = shot
    chain = ask(studio, "chain", images={"start": studio.images[0]["digest"]})
    assert [(step.title, step.open) for step in chain.steps] == [("Image", False), ("Shot 1", True)]


def test_another_pick_marks_what_came_from_the_first_and_redo_makes_it_again(
    studio: Studio, photo: Path, sandbox: Sandbox
) -> None:
    first, second = (make(words, photo) for words in ("Dolly in", "Dolly out"))
    on = make("Pan left", first)
    after = make("Pan right", on)
    first.pick()
    chain = ask(studio, "chain", take=on.id)
    assert not any(step.older for step in chain.steps)
    first.clear_verdict()
    second.pick()
    chain = ask(studio, "chain", take=on.id)
    assert [(step.title, step.older) for step in chain.steps] == [
        ("Image", False),
        ("Shot 1", False),
        ("Shot 2", True),
        ("Shot 3", True),
    ]
    step, later = chain.steps[2:]
    assert step.redo is not None
    assert (step.redo.pick, step.redo.new, step.redo.over) == (second.id, 1, None)
    assert step.why == "Another take of Shot 1 is picked now."
    assert (later.redo, later.why) == (None, "Based on an older pick. Redo Shot 2 first.")

    charged = len(sandbox.ledger)
    redo = {"take": on.id, "step": step.id, "pick": second.id}
    assert ask(studio, "redo_step", **redo, agreed=0) == protocol.SweepValue(None, None, 1)
    assert len(sandbox.ledger) == charged
    with pytest.raises(RekaError, match="picked meanwhile"):
        ask(studio, "redo_step", **redo | {"pick": first.id}, agreed=1)
    begun = ask(studio, "redo_step", **redo, agreed=1)
    assert begun.one is not None
    again = studio._controller.resume(begun.one.job).result(60)
    assert len(sandbox.ledger) == charged + 1
    assert (again.prompt, [take.id for take in again.parents]) == ("Pan left", [second.id])
    chain = ask(studio, "chain", take=on.id)
    assert [step.older for step in chain.steps] == [False, False, False, True]
    assert chain.steps[3].why == "Based on an older pick. Pick one of the newer takes of Shot 2."
    again.pick()
    assert ask(studio, "chain", take=after.id).steps[3].redo is not None


def test_several_requests_of_a_step_are_made_again_as_a_sweep(
    studio: Studio, photo: Path, sandbox: Sandbox
) -> None:
    first, second = (make(words, photo) for words in ("Dolly in", "Dolly out"))
    ons = [make(words, first) for words in ("Pan left", "Pan right", "Pan up")]
    ons[2].reject()
    second.pick()
    step = ask(studio, "chain", take=ons[0].id).steps[2]
    assert step.redo is not None
    assert step.redo.new == 2
    redo = {"take": ons[0].id, "step": step.id, "pick": second.id}
    assert ask(studio, "redo_step", **redo, agreed=0).new == 2
    begun = ask(studio, "redo_step", **redo, agreed=2)
    assert begun.sweep is not None
    sweep, asked = studio._sweeps._sweeps[begun.sweep]
    assert asked.prompts == ["Pan left", "Pan right"]
    sweep.result(60)
    assert {take.prompt for take in second.children} == {"Pan left", "Pan right"}


def test_a_family_is_placed_from_left_to_right_with_what_changed(studio: Studio, photo: Path) -> None:
    first = make("Dolly in slowly", photo)
    on = make("Pan left", first)
    asyncio.run(studio._recall(protocol.Recall(id="1", take=first.id, seed=False), []))
    form = {
        "endpoint": VIDEO,
        "settings": {},
        "images": {"start": studio.images[0]["digest"]},
        "again": False,
    }
    begun = asyncio.run(
        studio._generate(protocol.Generate(id="2", prompt="Dolly out slowly", **form), [])  # type: ignore[arg-type]
    )[0]
    branch = studio._controller.resume(begun.job).result(60)  # type: ignore[attr-defined]
    assert [take.id for take in branch.parents] == [first.id]
    family = ask(studio, "family", take=first.id)
    assert [(one.take.id, one.title, one.column, one.row) for one in family.members] == [
        (first.id, "Shot 1", 0, 0),
        (on.id, "Shot 2", 1, 0),
        (branch.id, "Shot 1", 1, 1),
    ]
    links = {link.child: link for link in family.links}
    assert (links[on.id].how, links[branch.id].how) == ("Last frame", "Settings reused")
    assert [piece.text for piece in links[branch.id].prompt if piece.differs] == ["out"]
    on.rate(1)
    family = ask(studio, "family", take=first.id, hide_low=True)
    assert ([one.take.id for one in family.members], family.hidden) == ([first.id, branch.id], 1)


def test_what_was_recalled_counts_while_something_of_it_is_asked_for(studio: Studio, photo: Path) -> None:
    first = make("Dolly in slowly over the harbour", photo)

    def recall() -> None:
        asyncio.run(studio._recall(protocol.Recall(id="1", take=first.id, seed=False), []))

    def reused(prompt: str) -> str | None:
        studio.prompt = prompt
        return studio.generate().result(60).record.job.reused

    recall()
    assert reused("Dolly out slowly over the harbour") == first.id
    studio.image = None
    studio.model = IMAGE
    assert reused("A cat") is None
    recall()
    restore = protocol.ImagesRestore(id="2", images={})
    asyncio.run(studio._images_restore(restore, []))
    studio.model = IMAGE
    assert reused("Dolly in slowly over the hills") is None


def test_a_voice_under_a_shot_is_a_step_with_both_as_parents(studio: Studio, photo: Path) -> None:
    shot = make("Dolly in", photo)
    speech = make("Good morning", model="eleven-v3/text-to-speech")
    both = shot.with_sound(speech, at=0.25, own="replace")
    make("Pan left", shot)
    assert [take.id for take in both.parents] == [shot.id, speech.id]
    chain = ask(studio, "chain", take=both.id)
    assert titles(chain) == [
        ("Image", photo.name, 0),
        ("Shot 1", "Dolly in", 1),
        ("Voice", "under shot 1", 1),
        ("Shot 2", "continues 1", 1),
    ]
    assert [step.open for step in chain.steps] == [False, False, True, False]
    family = ask(studio, "family", take=both.id)
    assert {(link.parent, link.how, link.tree) for link in family.links} == {
        (shot.id, "Video", True),
        (speech.id, "Sound", False),
    }
    assert {(one.take.id, one.title) for one in family.members} == {
        (shot.id, "Shot 1"),
        (both.id, "Voice"),
        (speech.id, "Speech"),
    }


def test_the_browser_goes_along_a_chain_by_messages_alone(
    studio: Studio, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (make(words, photo) for words in ("Dolly in", "Dolly out"))
    on = make("Pan left", first)
    answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    monkeypatch.setattr(studio, "send", lambda content, buffers=None: answers.put(content))

    def message(type_: str, **fields: Any) -> Any:
        studio._handle_custom_msg({"id": "1", "type": type_, **fields}, [])
        answer = answers.get(timeout=60)
        assert "value" in answer, answer
        return answer["value"]

    image, shot, more = message("chain", take=on.id)["steps"]
    assert [take["id"] for take in message("step_takes", takes=shot["takes"])["takes"]] == [
        second.id,
        first.id,
    ]
    # No slot of this form has had it.
    message("images_restore", images={"start": image["image"]}, frames={})
    assert studio.images[0]["name"] == photo.name
    assert message("chain", images={"start": image["image"]})["steps"][0]["open"]
    assert message("recall", take=more["picture"], seed=True, by="page")["prompt"] == "Pan left"
    message("judge", take=second.id, verdict="picked")
    redo = message("chain", take=on.id)["steps"][2]["redo"]
    asked = {"take": on.id, "step": more["id"], "pick": second.id}
    assert message("redo_step", **asked, agreed=0)["new"] == redo["new"] == 1
    assert message("redo_step", **asked, agreed=1)["one"]["kept"] is False
    family = message("family", take=first.id)
    assert [member["take"]["id"] for member in family["members"]] == [first.id, on.id]
    assert message("chain_code", take=on.id)["takes"] == 2
