"""Test `takes`, `jobs` and `show`, which look at the library."""

import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reka_notebook.library import GenerationRequest, Library
from reka_notebook.library.folder import private_folder
from reka_notebook.text import width
from tests.unit.commands.conftest import SERVICE, Filled, Ran

Command = Callable[..., Ran]


def test_takes_are_a_table_newest_first(filled: Filled, process: Command) -> None:
    old = filled.take("a slow dolly in", days=2)
    new = filled.take("pan left", model="veo-3.1")
    filled.library.pin(old.id, True)
    shown = process("takes")
    assert (shown.status, shown.err) == (0, "")
    heading, first, second = shown.out.splitlines()
    assert heading.split() == ["ID", "DATE", "MODEL", "LENGTH", "SIZE", "PINNED", "PROMPT"]
    assert first.startswith(f"{new.id}  ")
    assert first.endswith("  veo-3.1        5.0 s  5 KB          pan left")
    assert second.endswith("  kling-v3-pro   5.0 s  5 KB  yes     a slow dolly in")
    assert "\x1b" not in shown.out


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_takes_fit_the_terminal(filled: Filled, process: Command, columns: int) -> None:
    filled.take("a very long prompt " * 20 + "漢字" * 50)
    shown = process("takes", COLUMNS=str(columns))
    assert max(map(width, shown.out.splitlines())) <= columns
    assert "a very long" in shown.out
    if columns >= 80:
        assert "5.0 s" in shown.out


def test_takes_as_json_have_every_fact(filled: Filled, command: Command) -> None:
    take = filled.take("a\nslow dolly")
    (fact,) = json.loads(command("takes", "--json").out)
    assert fact["id"] == take.id
    assert fact["prompt"] == "a\nslow dolly"
    assert fact["settings"] == {"duration": "5"}
    assert fact["images"]["start"][0]["name"] == "photo.jpg"
    assert (fact["width"], fact["duration"], fact["bytes"], fact["took"]) == (640, 5.0, 5000, 12.0)
    assert fact["requests"] is None
    assert Path(fact["files"][0]).read_bytes() == b"video" * 1000
    assert Path(fact["poster"]).read_bytes() == b"poster"
    assert fact["kept"].endswith("+00:00")
    assert (fact["pinned"], fact["rating"], fact["note"], fact["notebook"]) == (False, 0, "", None)


def test_ratings_and_verdicts_are_shown_where_there_are_any(
    filled: Filled, library: Library, command: Command, process: Command
) -> None:
    filled.take("unrated")
    take = filled.take("pan left")
    assert "RATED" not in command("takes").out
    library.rate(take.id, 2)
    library.annotate(take.id, "the one with the gulls")
    library.judge(take.id, "rejected")
    rated = next(line for line in process("takes").out.splitlines() if take.id in line)
    assert rated.endswith("5 KB  2 of 3  rejected  pan left")
    assert command("takes", "--verdict", "rejected").out.count("pan left") == 1
    assert "unrated" in command("takes", "--verdict", "unjudged").out
    assert command("takes", "--verdict", "picked").err == "No matching takes.\n"
    shown = command("show", take.id).out
    assert "2 of 3" in shown
    assert "rejected" in shown
    assert "the one with the gulls" in shown


def test_takes_are_searched_and_counted(filled: Filled, command: Command) -> None:
    for number in range(5):
        filled.take(f"take {number}", days=number)
    filled.take("another", days=9, model="veo-3.1")
    assert len(command("takes", "--limit", "3").out.splitlines()) == 4
    assert "There are more; --limit 20 shows more" in command("takes", "--limit", "3").err
    assert command("takes", "--search", "TAKE 4").out.count("take ") == 1
    assert "another" in command("takes", "--model", "veo-3.1").out
    assert "take 1" not in command("takes", "--model", "veo-3.1").out
    assert command("takes", "--search", "nowhere") == Ran(
        0, "", "No take has all these words in its prompt.\n"
    )
    assert (
        "no take of veo. There are takes of kling-v3-pro, veo-3.1." in command("takes", "--model", "veo").err
    )
    assert json.loads(command("takes", "--search", "nowhere", "--json").out) == []


def test_an_empty_library_says_how_to_begin(command: Command) -> None:
    assert "There are no takes in " in command("takes").err
    assert "There are no jobs in " in command("jobs").err


def test_a_file_that_waits_for_the_store_is_told_of(
    home: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "store").mkdir()
    monkeypatch.setenv("REKA_NOTEBOOK_MEDIA", str(tmp_path / "store"))
    with closing(Library(home, str(tmp_path / "store"))) as library:
        job = Filled(library).job("a pier", state="expired", ended=time.time(), request_id="r1")
        mine = library.jobs.acquire(Filled(library).job("in progress"), library.leases.me)
        for one in (job, mine):
            path = library.media.arriving(library.media.name(one.id, one.created, "a pier", 0, ".mp4"))
            private_folder(path.parent)
            path.write_bytes(b"film")
        said = command("takes").err
        assert f"To upload it: reka-notebook resume {job.id}" in said
        assert mine.id not in said
    assert command("takes", "--json").err == ""


def test_a_prompt_cannot_steer_the_terminal(filled: Filled, command: Command) -> None:
    take = filled.take("red\x1b[31m\nsecond \u202eline")
    for words in (("takes",), ("jobs",), ("show", take.id), ("pin", take.id)):
        shown = command(*words)
        assert "\x1b" not in shown.out
        assert "\u202e" not in shown.out
    assert "red[31m second line" in command("takes").out


def test_jobs_show_what_is_unfinished_and_who_does_it(
    filled: Filled, library: Library, command: Command
) -> None:
    mine = library.jobs.acquire(filled.job("mine"), library.leases.me)
    left = filled.job("left behind", state="running", request_id="r2")
    ended = filled.job("ended", state="failed", ended=time.time(), error="no")
    filled.take("kept")
    shown = command("jobs")
    assert [line.split()[0] for line in shown.out.splitlines()][:3] == ["ID", mine.id, left.id]
    assert "Making the video" in shown.out
    assert "Nobody is doing 1 unfinished job just now; nothing is charged again by going on: " in shown.err
    assert f"reka-notebook resume {left.id}" in shown.err
    facts = {fact["id"]: fact for fact in json.loads(command("jobs", "--json").out)}
    assert len(facts) == 4
    assert facts[mine.id]["being_done"]
    assert not facts[left.id]["being_done"]
    assert (facts[ended.id]["state"], facts[ended.id]["error"]) == ("failed", "no")
    assert facts[left.id]["service"] == SERVICE
    assert len(command("jobs", "--limit", "0").out.splitlines()) == 3


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("nano-banana/edit", "Making the image"),
        ("any/text-to-speech", "Making the sound"),
        ("qwen/chat-completion", "Writing the text"),
        ("any/unknown", "Working"),
        ("any/dancing", "Working"),
    ],
)
def test_a_job_says_what_it_makes(library: Library, command: Command, endpoint: str, words: str) -> None:
    request = GenerationRequest(endpoint=endpoint, input={"prompt": "a pier"})
    record, _ = library.jobs.add(SERVICE, request, 1, deadline=time.time() + 60)
    library.jobs.update(record.id, state="running", request_id="r1")
    assert words in command("jobs").out
    assert words in command("show", record.id).out


def test_show_tells_everything_about_a_take(filled: Filled, library: Library, command: Command) -> None:
    take = filled.take("a slow dolly in")
    shown = command("show", take.id[:6]).out
    path = library.media.path(take.files[0].name)
    for said in (
        f"Take {take.id}",
        "Prompt          a slow dolly in",
        "Settings        duration 5",
        "Image (start)   photo.jpg, 600 × 400, sha256:000000000000…",
        "State           Kept, after 12 s",
        "Request id      r1",
        f"File            {path}\n",
        "video/mp4, 640 × 360, 5.0 s, 24 frames a second, no sound, 5 KB",
        "Pinned          no",
        "It was paid for once. The same request again shows this take",
        '"status": "IN_QUEUE"',
        take.job.idempotency_key,
    ):
        assert said in shown, said


def test_show_is_raw_as_json(filled: Filled, command: Command) -> None:
    take = filled.take()
    raw = json.loads(command("show", take.id, "--json").out)
    assert raw["answers"] == {"submit": {"request_id": "r1", "status": "IN_QUEUE"}}
    assert raw["request"]["input"] == {"prompt": "dolly in", "duration": "5"}
    assert raw["taken"]["files"][0]["bytes"] == 5000
    assert raw["taken"]["removed"] is None
    assert json.loads(command("show", filled.job("x").id, "--json").out)["taken"] is None


def test_show_counts_the_bytes_in_an_answer_and_does_not_print_them(filled: Filled, command: Command) -> None:
    url = "data:video/mp4;base64," + "A" * 100_000
    job = filled.job(request_id="r", answers={"result": {"output": {"video": [{"url": url}]}}})
    shown = command("show", job.id).out
    assert "A" * 300 not in shown
    assert "(100022 characters in all; --json has them)" in shown
    assert "A" * 100_000 in command("show", job.id, "--json").out


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing has been sent yet, so nothing was charged."),
        ({"state": "submitting"}, "It may have been sent, so it may have been charged, once at most."),
        ({"state": "running", "request_id": "r"}, "It was submitted, and is charged once at most."),
        (
            {"state": "expired", "request_id": "r", "ended": 1.0},
            "It was submitted; it is charged once at most.",
        ),
        ({"state": "expired", "ended": 1.0}, "Whether the service accepted it is not known;"),
        (
            {"state": "failed", "ended": 1.0},
            "The service did not accept it, so nothing was charged.",
        ),
        (
            {"state": "failed", "request_id": "r", "ended": 1.0},
            "Reka decides whether a failed request is charged.",
        ),
        ({"state": "cancelled", "ended": 1.0}, "so nothing was charged."),
        (
            {"state": "cancelled", "request_id": "r", "ended": 1.0},
            "You may be charged for work already started.",
        ),
    ],
)
def test_show_says_what_a_job_means_for_the_money(
    filled: Filled, command: Command, changes: dict[str, object], said: str
) -> None:
    job = filled.job(**changes)
    shown = " ".join(command("show", job.id).out.split())
    assert said in shown
    resumable = changes.get("state") not in ("failed", "cancelled")
    assert (f"reka-notebook resume {job.id}" in shown) is resumable


def test_show_says_that_files_were_removed(filled: Filled, library: Library, command: Command) -> None:
    take = filled.take()
    library.takes.remove(take.id, time.time())
    library.media.path(take.files[0].name).unlink()
    shown = " ".join(command("show", take.id).out.split())
    assert "Kept, and its files were removed" in shown
    assert "(not there any more)" in shown
    assert "--fresh makes another take, and that is charged." in shown


def test_a_damaged_library_is_rebuilt_and_said(filled: Filled, home: Path, process: Command) -> None:
    take = filled.take("kept through it all")
    filled.library.close()
    (home / "library.sqlite3").write_bytes(b"this is no database" * 1000)
    shown = process("takes")
    assert shown.status == 0
    assert take.id in shown.out
    assert "is damaged" in shown.err
    assert "It was rebuilt: 1 takes" in shown.err


def test_a_library_of_a_newer_version_is_said_in_words(filled: Filled, process: Command) -> None:
    filled.take()
    with filled.library.database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    shown = process("takes")
    assert (shown.status, shown.out) == (1, "")
    assert "was written by a newer reka-notebook" in shown.err


def test_the_family_of_a_take_is_a_tree_of_lines(filled: Filled, command: Command) -> None:
    take = filled.take("one")
    shown = command("family", take.id[:7])
    assert (shown.status, shown.out) == (
        0,
        f"Family of {take.id}: 1 take\n{take.id}  Shot 1  one ← this take\n",
    )
    assert "No job" in command("family", "zz").err
