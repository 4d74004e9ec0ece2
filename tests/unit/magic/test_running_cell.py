"""Test whether a cell is one magic alone, so that its output holds nothing else."""

from types import SimpleNamespace

import pytest

from reka_notebook.magic.running_cell import is_magic_alone


@pytest.mark.parametrize(
    ("code", "alone"),
    [
        ("%%reka_video -i a\nA pan", True),
        ("\n%%reka_video -i a\nprint('part of the prompt')", True),
        ("%reka_video -i a A pan\n\n", True),
        ("take = %reka_video -i a A pan", True),
        ("a, b = %reka_video --takes 2 \\\n  A pan", True),
        ("print(1)\n%reka_video A pan", False),
        ("%reka_video A pan\nprint(1)", False),
        ("for _ in 'ab':\n    %reka_video A pan", False),
        ("with out:\n    %reka_video A pan", False),
        ("%%time\n%%reka_video\nA pan", False),
        ("%reka_videos", False),
        ("get_ipython().run_cell('%%reka_video')", False),
    ],
)
def test_a_cell_that_is_one_magic(code: str, alone: bool) -> None:
    shell = SimpleNamespace(get_parent=lambda: {"content": {"code": code}})
    assert is_magic_alone(shell) is alone


def test_outside_of_a_kernel_there_is_none() -> None:
    assert not is_magic_alone(SimpleNamespace())
    assert not is_magic_alone(SimpleNamespace(get_parent=lambda: None))
