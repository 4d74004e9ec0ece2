"""Test that a kernel measures what it has made, in a process of low priority that comes and goes."""

import pytest

pytestmark = pytest.mark.kernel

HELPERS = """import time, psutil, reka_notebook
from reka_notebook.config import open_library
from reka_notebook.jobs.measuring import quiet

def helpers():
    every = psutil.Process().children(recursive=True)
    return [one for one in every if "measures.helper" in " ".join(one.cmdline())]

def waited_for(condition):
    end = time.monotonic() + 60
    while time.monotonic() < end and not condition():
        time.sleep(0.05)
    return condition()
"""


def test_a_take_is_measured_when_the_kernel_has_time_for_it(notebook, monkeypatch) -> None:
    monkeypatch.setenv("REKA_NOTEBOOK_MEASURE", "on")
    outputs = notebook(
        "%load_ext reka_notebook",
        HELPERS,
        "library = open_library(); print(len(reka_notebook.takes()), helpers())",
        "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3 --as shot\nA slow dolly in",
        # The cell has left a film, which may be played. The process may come and go before another cell.
        "print(quiet.is_quiet())\nquiet._until = 0.0\n"
        "print(waited_for(lambda: [one.nice() for one in helpers()] == [19]))",
        "print(bool(waited_for(lambda: library.measures.some([shot.id]))), waited_for(lambda: not helpers()))",
        "print(shot.measures.likeness > 0.5, shot.measures.cuts, len(helpers()))",
    ).run()
    said = [output["text"].strip() for cell in outputs for output in cell if output.get("name") == "stdout"]
    assert said == ["0 []", "False\nTrue", "True True", "True 0.0 0"]
