"""Test which lines of a cell become an await, and which stay a blocking call."""

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from reka_notebook.magic import awaiting, extension

CALL = 'get_ipython().magics_manager.registry["RekaMagics"]'
PLAIN = "get_ipython().run_line_magic('reka_video', 'A')"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    made = InteractiveShell()
    monkeypatch.setattr(awaiting, "_shell", lambda: made)
    monkeypatch.setattr(extension.threading.Thread, "start", lambda self: None)
    extension.load(made)
    yield made
    extension.unload(made)


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%reka_video -i a A {{slow|fast}}", f"await {CALL}.run_line('reka_video', '-i a A {{{{slow|fast}}}}')"),
        ("x = 1\ntake = %reka_video it's", f"x = 1\ntake = await {CALL}.run_take('reka_video', \"it's\")"),
        ("a = %reka_video --takes 2 \\\n  A pan", f"a = await {CALL}.run_take('reka_video', '--takes 2    A pan')"),
        ("%reka_image A quay", f"await {CALL}.run_line('reka_image', 'A quay')"),
        ("voice = %reka_speech Hello.", f"voice = await {CALL}.run_take('reka_speech', 'Hello.')"),
        ("%%reka_boxes -i a\ncup", f"await {CALL}.run_cell('reka_boxes', '-i a', 'cup\\n')"),
        ("%reka_video\tA", f"await {CALL}.run_line('reka_video', 'A')"),
        ("for p in x:\n    %reka_video {{p}}", f"for p in x:\n    await {CALL}.run_line('reka_video', '{{{{p}}}}')"),
        ("async def f():\n    t = %reka_video A", f"async def f():\n    t = await {CALL}.run_take('reka_video', 'A')"),
        ("def f():\n    if 1:\n        t = %reka_video A", f"def f():\n    if 1:\n        t = {PLAIN}"),
        ("def f():\n    %reka_video A\nf()", f"def f():\n    {PLAIN};\nf()"),
        ("def f():\n    pass\n%reka_video A", f"def f():\n    pass\nawait {CALL}.run_line('reka_video', 'A')"),
        ("'''\n%reka_video A\n'''", "'''\n%reka_video A\n'''"),
        ("%reka_videos A", "get_ipython().run_line_magic('reka_videos', 'A')"),
        ("%%reka_video -i a\nA pan\n---\nB", f"await {CALL}.run_cell('reka_video', '-i a', 'A pan\\n---\\nB\\n')"),
    ],
)  # fmt: skip
def test_what_a_cell_becomes(shell: InteractiveShell, cell: str, python: str) -> None:
    assert shell.transform_cell(cell) == f"{python}\n"


def test_where_nothing_is_awaited_the_magic_is_called(shell: InteractiveShell) -> None:
    shell.autoawait = False
    assert "run_cell_magic('reka_video'" in shell.transform_cell("%%reka_video\nA")
    assert shell.transform_cell("%reka_video A") == "get_ipython().run_line_magic('reka_video', 'A');\n"


def test_a_question_mark_still_asks_for_help(shell: InteractiveShell) -> None:
    for cell in ("%reka_video?", "%%reka_video?"):
        assert "pinfo" in shell.transform_cell(cell)


def test_unloading_leaves_no_trace(shell: InteractiveShell) -> None:
    extension.unload(shell)
    assert shell.transform_cell("%reka_video A") == "get_ipython().run_line_magic('reka_video', 'A')\n"
    assert "reka_video" not in shell.magics_manager.magics["line"]
