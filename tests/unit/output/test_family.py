"""Test how a family shows itself: as a table in a cell, and as lines in a terminal."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook import media
from reka_notebook.jobs import Take, Takes, controller
from reka_notebook.jobs.lineage.family import Family
from reka_notebook.output.family import html
from reka_notebook.output.family.text import family_text
from reka_notebook.sandbox import Sandbox

Make = Callable[..., Take]


@pytest.fixture
def make(sandbox: Sandbox) -> Make:
    """Have a take made: ``make("Pan left", image)``."""

    def made(prompt: str, image: Any, **options: Any) -> Take:
        return reka_notebook.submit(prompt, image, model="kling-v3-pro", **options).result(60)

    return made


@pytest.fixture
def family(make: Make, photo: Path) -> list[Take]:
    """Return a take with two that came from it, one of which went on."""
    first = make("A slow dolly in", photo)
    left = make("Pan <left> at dusk", first)
    right = make("Pan <right> at dusk", f"take:{first.id}@0.0")
    return [first, left, right, make("And on", left)]


def test_takes_know_their_parents_and_children(family: list[Take]) -> None:
    first, left, right, on = family
    assert (list(first.parents), list(first.children)) == ([], [left, right])
    assert (list(on.parents), list(left.children)) == ([left], [on])
    assert isinstance(first.children, Takes)
    assert [parent.how for parent in right.record.job.parents or []] == ["Frame at 0.0 s"]


def test_a_family_is_a_tree_of_lines(family: list[Take]) -> None:
    first, left, right, on = family
    right.pick()
    tree = first.family()
    assert isinstance(tree, Family)
    assert repr(tree) == f"<Family of {first.id}: 4 takes>"
    assert family_text(tree, controller().catalogue).splitlines() == [
        f"Family of {first.id}: 4 takes",
        f"{first.id}  Shot 1  A slow dolly in ← this take",
        f"├─ {left.id}  Shot 2  Last frame · Pan <left> at dusk",
        f"│  └─ {on.id}  Shot 3  Last frame · And on",
        f"└─ {right.id}  Shot 2  Frame at 0.0 s · Pan <right> at dusk · picked",
    ]
    assert {take.id for take in on.family().takes} == {first.id, left.id, on.id}


def test_a_family_is_a_table_that_needs_no_style(family: list[Take], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reka_notebook.output.formatters.has_front_end", lambda: True)
    first = family[0]
    bundle = first.family()._repr_mimebundle_()
    shown = bundle["text/html"]
    assert shown.count("<tr") == 4
    assert shown.count("<img") == 4 == shown.count('src="data:image/jpeg;base64,')
    assert shown.count('rowspan="3"') == 1
    assert "Pan &lt;left&gt; at dusk" in shown
    assert "<left>" not in shown
    assert str(first.path) not in shown
    assert len(re.findall("<td", shown)) == len(re.findall("</td>", shown))
    assert bundle["text/plain"].startswith(f"Family of {first.id}: 4 takes")


def test_a_large_family_is_cut_off_in_words(family: list[Take], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "SHOWN", 2)
    shown = html.family_bundle(family[0].family(), controller().catalogue)["text/html"]
    assert shown.count("<img") == 2
    assert "4 takes, the 2 nearest are shown" in shown


def test_what_was_removed_keeps_its_place_without_a_picture(family: list[Take]) -> None:
    first, left, *_ = family
    controller().library.takes.remove(left.id, 1.0)
    shown = html.family_html(first.family(), controller().catalogue)
    assert shown.count("<img") == 3
    assert "Files removed" in shown


def test_a_part_of_an_image_is_said_to_be_one(family: list[Take], make: Make) -> None:
    part = make("Closer", media.crop(family[0], (0, 0, 100, 60)))
    assert [link.how for link in part.family().links] == ["Last frame, cropped"]


def test_a_take_alone_is_a_family_of_one(make: Make, photo: Path) -> None:
    take = make("A slow dolly in", photo)
    assert (
        family_text(take.family(), controller().catalogue).splitlines()[0] == f"Family of {take.id}: 1 take"
    )


def test_low_ones_are_hidden_unless_something_better_came_from_them(family: list[Take]) -> None:
    first, left, right, on = family
    left.reject()
    right.rate(1)
    tree = first.family(hide_low=True)
    assert {take.id for take in tree.takes} == {first.id, left.id, on.id}
    assert (tree.hidden, "1 rejected or rated 1 hidden" in family_text(tree, controller().catalogue)) == (
        1,
        True,
    )
