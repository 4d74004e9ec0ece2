"""Test that a copied chain finds what is kept without a charge, and makes all of it where nothing is kept."""

import asyncio
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import reka_notebook
from reka_notebook import media
from reka_notebook.jobs import Take, controller
from reka_notebook.magic.cell import Cell
from reka_notebook.options.magics import MAGICS
from reka_notebook.sandbox import Sandbox
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.chain.code import chain_code
from reka_notebook.widgets.studio.image_names import by_place

IMAGE, EDIT, VIDEO = "nano-banana/text-to-image", "nano-banana/edit", "kling-v3-pro/image-to-video"


def make(prompt: str, image: Any = None, model: str = VIDEO, **options: Any) -> Take:
    take = reka_notebook.submit(prompt, image, model=model, **options).result(60)
    assert isinstance(take, Take)
    return take


def code_of(take: Take) -> protocol.ChainCodeValue:
    control = controller()
    return chain_code(take, control.library, control.catalogue, by_place(control.library))


def run(python: str) -> Take:
    """Run a Python cell as a notebook does, and return what its last line is."""
    *lines, last = python.strip().splitlines()
    names: dict[str, Any] = {}
    body = "\n".join(f"    {line}" for line in [*lines, f"return {last}"])
    exec(f"async def main():\n{body}", names)
    take = asyncio.run(names["main"]())
    assert isinstance(take, Take)
    return take


def run_cells(cells: list[str]) -> Take:
    """Run cells of their magics one after the other, and return the last take."""
    shell, take = InteractiveShell(), None
    for cell in cells:
        found = re.fullmatch(r"%%(\w+) (.*) --as (\w+)\n(.*)", cell, re.DOTALL)
        assert found is not None, cell
        magic, line, name, body = found.groups()
        take = Cell(shell, line, body, MAGICS[magic]).submit().result(60)
        shell.user_ns[name] = take
    assert isinstance(take, Take)
    return take


@pytest.fixture
def elsewhere(sandbox: Sandbox, tmp_path: Path) -> Callable[[], None]:
    """Go on with an empty library, as on another machine."""

    def go() -> None:
        reka_notebook.configure(base_url=sandbox.url, home=tmp_path / "elsewhere")
        assert controller().library.takes.count() == 0

    return go


def test_a_chain_from_words_runs_anywhere(sandbox: Sandbox, elsewhere: Callable[[], None]) -> None:
    image = make("A harbour at dawn", model=IMAGE)
    edit = make("Warmer light", image, EDIT)
    shot = make("Dolly in", media.crop(edit, (0, 0, 64, 48)), duration=3)
    on = make("Pan left", shot)
    code = code_of(on)
    assert code.takes == 4
    assert code.python is not None
    assert "media.crop(edit, (0, 0, 64, 48))" in code.python
    assert len(code.cells) == 4
    charged = len(sandbox.ledger)
    assert run(code.python).id == on.id
    assert run_cells(code.cells).id == on.id
    assert len(sandbox.ledger) == charged

    elsewhere()
    made = run(code.python)
    assert (made.id != on.id, made.prompt) == (True, "Pan left")
    line = [made]
    while line[-1].parents:
        line.append(line[-1].parents[0])
    assert [take.prompt for take in line] == ["Pan left", "Dolly in", "Warmer light", "A harbour at dawn"]
    assert controller().library.takes.count() == 4
    assert run_cells(code.cells).id == made.id
    assert controller().library.takes.count() == 4


def test_a_chain_from_a_photo_and_a_frame_in_the_middle(
    sandbox: Sandbox,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: Callable[[], None],
) -> None:
    shutil.copyfile(photo, tmp_path / "harbour.jpg")
    monkeypatch.chdir(tmp_path)
    shot = make("Dolly in", "harbour.jpg", duration=3)
    on = make("Pan left", f"take:{shot.id}@0.5", end_image=shot)
    code = code_of(on)
    assert code.python is not None
    assert "image=shot1.frame_at(0.5)" in code.python
    assert "end_image=shot1," in code.python
    assert "'harbour.jpg'" in code.python
    assert code.cells == []
    charged = len(sandbox.ledger)
    assert run(code.python).id == on.id
    assert len(sandbox.ledger) == charged
    elsewhere()
    assert run(code.python).parents[0].prompt == "Dolly in"
    # The service, too, knows that it has made both of them.
    assert [charge.replays for charge in sandbox.ledger] == [1, 1]
    assert len(sandbox.ledger) == charged


def test_an_image_file_that_went_out_and_came_back_is_the_same_image(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    image = make("A harbour at dawn", model=IMAGE)
    copied = tmp_path / "downloads" / "mine.png"
    copied.parent.mkdir()
    shutil.copyfile(image.path, copied)
    shot = make("Dolly in", copied)
    copied.unlink()
    controller().library.lineage.catch_up(10)
    shot = controller().take(controller().library.take(shot.id))
    code = code_of(shot)
    assert code.python is not None
    assert "image=image.paths[0]" in code.python
    charged = len(sandbox.ledger)
    assert run(code.python).id == shot.id
    assert run_cells(code.cells).id == shot.id
    assert len(sandbox.ledger) == charged


def test_a_take_alone_is_a_chain_of_one(sandbox: Sandbox) -> None:
    code = code_of(make("A harbour at dawn", model=IMAGE))
    assert (code.takes, len(code.cells)) == (1, 1)


def test_a_voice_is_put_under_its_shot_again(sandbox: Sandbox, photo: Path) -> None:
    shot = make("Dolly in", photo)
    speech = make("Good morning", model="eleven-v3/text-to-speech")
    both = shot.with_sound(speech, at=0.25, own="replace")
    code = code_of(both)
    assert code.python is not None
    assert "voice = shot1.with_sound(speech, at=0.25, level=1.0, own='replace')" in code.python
    assert [cell.partition(" ")[0] for cell in code.cells] == ["%%reka_video", "%%reka_speech", "voice"]
    charged = len(sandbox.ledger)
    assert run(code.python).id == both.id
    assert len(sandbox.ledger) == charged
