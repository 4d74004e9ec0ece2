"""Test what is made of a file's rows, before anything is sent."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reka_notebook.batch.line import CommonOptions, split_words
from reka_notebook.batch.plan import Plan, describe_mistakes, plan
from reka_notebook.batch.source import open_file
from reka_notebook.errors.advice import for_options
from reka_notebook.jobs import Controller, controller
from reka_notebook.library.batches.records import BatchRow
from reka_notebook.options.known import UsageError
from tests.processes import PIXELS, SECRET

Planned = Callable[..., Plan]


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Controller:
    """Return the controller of a service that nobody asks."""
    monkeypatch.setattr(
        "reka_notebook.jobs.models.account_models.AccountModels.wait", lambda self, seconds: None
    )
    monkeypatch.setenv("REKA_API_KEY", SECRET)
    found = controller()
    assert found.has_key()
    return found


@pytest.fixture
def planned(tmp_path: Path, control: Controller) -> Planned:
    """Plan a batch: ``planned(text, *words)``."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "photo.png").write_bytes(PIXELS)
    (tmp_path / "pictures" / "other.png").write_bytes(PIXELS + b"\0")

    def make(text: str, *words: str, name: str = "prompts.csv") -> Plan:
        (tmp_path / name).write_text(text)
        with for_options():
            _, rest, common = split_words([str(tmp_path / name), *words], {})
            return plan(control, open_file(Path(rest[0])), common, "digest")

    return make


def rows_of(control: Controller, found: Plan) -> list[BatchRow]:
    return list(control.library.batches.rows(found.batch.id))


MODEL = ("--model", "kling-v3-pro")


def test_columns_are_options_and_win_over_the_line(
    planned: Planned, control: Controller, tmp_path: Path
) -> None:
    found = planned(
        "Prompt,image,duration,negative_prompt,model\n"
        "a pan,photo.png,,,\n"
        f"a tilt,{tmp_path}/pictures/other.png,4,blur,\n"
        "a zoom,pictures/other.png,6s,,veo-3.1\n",
        *MODEL,
        "--duration",
        "5",
    )
    assert (found.mistakes, found.rows, found.new, found.lines) == ([], 3, 3, 3)
    first, second, third = rows_of(control, found)
    assert first.request.endpoint == "kling-v3-pro/image-to-video"
    assert (first.request.input["duration"], first.line) == ("5", 2)
    assert second.request.input == {"prompt": "a tilt", "duration": "4", "negative_prompt": "blur"}
    assert third.request.endpoint == "veo-3.1/image-to-video"
    images = [use for row in (first, second, third) for use in row.request.images["start"]]
    assert [use.name for use in images] == ["photo.png", "other.png", "other.png"]
    assert control.library.images.read(images[0].digest) == PIXELS


def test_alternatives_sweeps_takes_and_columns_in_prompts(planned: Planned, control: Controller) -> None:
    found = planned(
        "animal,prompt,takes,sweep\n"
        "cat,,,\n"
        "dog,A {{slow|fast}} {{animal}},,\n"
        "owl,,2,\n"
        'bee,,,"duration=4,5"\n'
        "cat,,,\n",
        "The {{animal}} looks up",
        *MODEL,
        "-i",
        str(Path(__file__).parents[3] / "notebooks" / "photo.jpg"),
    )
    assert describe_mistakes(found) == []
    made = [
        (row.line, row.request.prompt, row.request.take, row.request.input.get("duration"))
        for row in rows_of(control, found)
    ]
    assert made == [
        (2, "The cat looks up", 1, None),
        (3, "A slow dog", 1, None),
        (3, "A fast dog", 1, None),
        (4, "The owl looks up", 1, None),
        (4, "The owl looks up", 2, None),
        (5, "The bee looks up", 1, "4"),
        (5, "The bee looks up", 1, "5"),
    ]
    assert (found.repeats, found.lines) == (1, 5)


def test_every_mistake_is_said_with_its_line(planned: Planned, control: Controller) -> None:
    found = planned(
        "prompt,image,duration,animal,durtion\n"
        "a pan,photo.png,4,,\n"
        "a pan,none.png,4,,\n"
        "a pan,photo.png,77,,7\n"
        "a {{colour}} pan,photo.png,,cat,\n"
        "{{a|b,photo.png,,,\n"
        f"my key is {SECRET},photo.png,,,\n"
        "a pan,http://localhost/secret.png,,,\n",
        *MODEL,
    )
    said = describe_mistakes(found)
    expected = [
        "line 1: has the column durtion, which is no option and in no prompt. Did you mean duration?",
        "line 1: has the column animal, which is no option and in no prompt",
        "line 3: There is no file",
        "line 4: ",
        "line 5: The prompt has {{colour}}, and the row has nothing in a column colour",
        "line 6: “{{a|b” is not closed",
        "line 7: The request has your API key in it",
        "line 8: The URL leads to 'localhost'",
    ]
    assert len(said) == len(expected), said
    for line, start in zip(said, expected, strict=True):
        assert line.startswith(start), said
        assert "Nothing was sent" not in line
    assert "duration" in said[3]
    assert SECRET not in "".join(said)
    assert (found.bad, found.rows) == (6, 1)


def test_of_many_mistakes_the_first_are_said(planned: Planned) -> None:
    found = planned("prompt,duration\n" + "a pan,77\n" * 60, *MODEL, "--image", "photo.png")
    said = describe_mistakes(found)
    assert len(said) == 21
    assert (said[19][:8], said[20]) == ("line 21:", "and 40 more mistakes")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--durtion", "4"], "There is no option --durtion. Did you mean duration?"),
        (["--fresh", "x"], "would make everything anew"),
        (["--duration"], "--duration wants a value"),
    ],
)
def test_a_line_that_says_nothing_is_refused(planned: Planned, words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        planned("prompt\na pan\n", *words)


def test_a_plan_that_is_not_agreed_to_leaves_nothing(planned: Planned, control: Controller) -> None:
    found = planned("prompt\na pan\n", *MODEL, "--image", "photo.png")
    table = control.library.batches
    assert table.all() == []
    with pytest.raises(UsageError):
        planned("prompt\na pan\n", "--nope", "1")
    table.remove(found.batch.id)
    assert list(table.rows(found.batch.id)) == []
    assert CommonOptions().words == [""]


MEASURE = """
import resource, sys
from pathlib import Path
from reka_notebook.batch.line import split_words
from reka_notebook.batch.plan import plan
from reka_notebook.batch.source import open_file
from reka_notebook.jobs import controller
from reka_notebook.jobs.models.account_models import AccountModels
AccountModels.wait = lambda self, seconds: None
AccountModels.ask_soon = lambda self: None
control = controller()
found = plan(control, open_file(Path(sys.argv[1])), split_words(["x", *sys.argv[2:]], {})[2], "digest")
found.estimate(control)
print(found.rows, found.bad, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_rows_pass_through_without_being_held(
    tmp_path: Path, photo: Path, request: pytest.FixtureRequest
) -> None:
    """Ten times as many rows take next to no more memory; what a row is made into would be some 10 KB."""

    def peak(rows: int) -> float:
        file = tmp_path / f"{rows}.csv"
        with file.open("w") as stream:
            stream.write("prompt,negative_prompt,duration\n")
            for number in range(rows):
                stream.write(
                    f"a pan past the number {number} in a long row of houses,no {number},{3 + number % 5}\n"
                )
        words = [sys.executable, "-c", MEASURE, str(file), "--model", "kling-v3-pro", "--image", str(photo)]
        made, bad, most = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
        assert (int(made), int(bad)) == (rows, 0)
        return int(most) / (2**20 if sys.platform == "darwin" else 2**10)

    many, allowed = (100_000, 30) if request.config.getoption("--soak") else (3000, 10)
    few = peak(300)
    assert peak(many) - few < allowed, "MB"
