"""Where the money went: by day, model, notebook and prompt; what was kept; and what was shown again for nothing."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reka_notebook.library import GenerationRequest, Library, MediaFile, TakeRecord
from reka_notebook.library.spending.limit import Reservation
from reka_notebook.library.spending.report import SpendReport, first, report_facts, since_days
from reka_notebook.library.spending.today import Today
from reka_notebook.output.spend import bars_html, summary

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "https://service.test:443"
NOON = time.mktime((2026, 11, 23, 12, 0, 0, 0, 0, -1))
DAY = 86_400

Spend = Callable[..., str]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "home")) as library:
        yield library


@pytest.fixture
def spend(library: Library) -> Spend:
    """Put a job into the library, and a take if it was kept; return its ID."""

    def put(
        prompt: str,
        billed: float | None,
        *,
        at: float = NOON,
        model: str = "m",
        notebook: str | None = None,
        kept: bool = True,
        estimated: float | None = None,
        service: str = SERVICE,
    ) -> str:
        request = GenerationRequest(endpoint=f"{model}/image-to-video", input={"prompt": prompt})
        reservation = Reservation(estimated or 5.0, estimated)
        job, _ = library.jobs.add(
            service, request, 1, at + 60, notebook, another_take=True, reservation=reservation
        )
        answers: dict[str, Any] = {} if billed is None else {"result": {"usage": {"price_usd": billed}}}
        state = "fetching" if kept else "failed"
        job = library.jobs.update(job.id, request_id="r", submitted=at, answers=answers, state=state)
        if kept:
            ended = msgspec.structs.replace(job, state="kept", ended=at)
            file = MediaFile(
                name=f"2026-11/{job.id}.mp4", kind="video", media_type="video/mp4", bytes=5, duration=5.0
            )
            library.takes.add(TakeRecord(job=ended, files=[file], kept=at))
        return job.id

    return put


@pytest.fixture
def report(library: Library, spend: Spend) -> SpendReport:
    """Return a report of two days, two models, two notebooks and two families of prompts."""
    pinned = spend("a slow dolly in over the harbour", 0.5, at=NOON - DAY, notebook="/work/a.ipynb")
    library.takes.mark(pinned, "starred", True)
    again = spend("a slow dolly in over the village", 0.5, notebook="/work/a.ipynb")
    for _ in range(3):
        library.takes.count_shown_again(again)
    spend("zoom out", 1.0, model="w", notebook="/work/b.ipynb")
    spend("zoom out", 0.25, model="w", kept=False)
    removed = spend("zoom out", 0.5, model="w")
    library.takes.remove(removed, NOON)
    spend("zoom out", None, estimated=0.75)
    spend("zoom out", None)
    spend("elsewhere", 9.0, service="http://127.0.0.1:8080")
    return library.spending.report(SERVICE)


def test_a_report_says_what_was_kept_and_what_was_saved(report: SpendReport) -> None:
    assert (report.billed, report.bills) == (2.75, 5)
    assert (report.expected, report.not_billed, report.not_known) == (0.75, 1, 1)
    assert (report.kept, report.pinned, report.lost) == (2.75, 0.5, 0.75)
    assert report.seconds == 25.0
    assert report.per_kept_second == pytest.approx(3.5 / 25)
    assert (report.shown_again, report.saved) == (3, 1.5)


def test_the_day_begins_at_midnight_and_counts_one_account(
    library: Library, report: SpendReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(library.database), "now", lambda self: NOON + 60)
    for account in ("mine", "mine", "theirs", None):
        library.spending.count_reuse(SERVICE, account)
    today = library.spending.today(SERVICE, None)
    assert (today.made, today.reused) == (5, 4)
    assert (today.spent, today.billed) == (3.0, False)
    assert today.per_second == pytest.approx(3.0 / 15), "of what has a price and is still there"
    assert library.spending.today(SERVICE, "mine").reused == 3
    monkeypatch.setattr(type(library.database), "now", lambda self: NOON + DAY)
    assert library.spending.today(SERVICE, None) == Today()


def test_a_report_is_split_four_ways(report: SpendReport) -> None:
    by = {group: [(share.name, share.dollars) for share in shares] for group, shares in report.by.items()}
    assert by["day"] == [("22 Nov 2026", 0.5), ("23 Nov 2026", 3.0)]
    assert by["model"] == [("m/image-to-video", 1.75), ("w/image-to-video", 1.75)]
    assert by["notebook"] == [("no notebook", 1.5), ("a.ipynb", 1.0), ("b.ipynb", 1.0)]
    assert by["prompt"] == [("zoom out", 2.5), ("a slow dolly in over the harbour", 1.0)]
    assert all(sum(share.dollars for share in shares) == report.total for shares in report.by.values())


def test_a_report_since_a_day_leaves_out_what_was_before(library: Library, report: SpendReport) -> None:
    today = library.spending.report(SERVICE, since_days(1, NOON))
    assert today.total == report.total - 0.5
    assert since_days(2, NOON) == time.mktime((2026, 11, 22, 0, 0, 0, 0, 0, -1))
    assert since_days(None, NOON) == 0.0


def test_what_has_no_room_is_put_together(report: SpendReport) -> None:
    shares = first(report.by["notebook"], 1, lambda count: f"{count} others")
    assert [(share.name, share.dollars) for share in shares] == [("no notebook", 1.5), ("2 others", 2.0)]
    assert first(report.by["notebook"], 2, str) == report.by["notebook"]


def test_a_report_is_told_and_drawn(report: SpendReport) -> None:
    said = dict(summary(report))
    assert said["Billed"] == "$2.75 in all, from 5 bills"
    assert said["Not billed"] == "about $0.75 for 1 request, as expected"
    assert said["Saved"] == "$1.50: 3 takes shown again, not charged again"
    assert said["A kept second"] == "$0.14"
    html = bars_html(report)
    assert "<script" not in html
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", html), "the page's own colours"
    assert html.count('role="img"') == 4
    assert msgspec.json.encode(report_facts(report))


def test_many_days_are_columns_with_a_gap_where_nothing_was_spent(library: Library, spend: Spend) -> None:
    for count in (*range(10), 20, 50):
        spend("pan", 1.0 + count / 100, at=NOON - count * DAY)
    html = bars_html(library.spending.report(SERVICE), "day")
    assert html.count('<span style="flex:1 1 0"></span>') == 31 - 11
    assert "most: $1.20 on 3 Nov<" in html
    assert re.findall(r"<span>(\d+ \w+)</span>", html) == ["24 Oct", "23 Nov"]
    assert "4 Oct 2026 $1.50" in html, "which a screen reader hears, and no column shows"


def test_money_of_the_sandbox_is_not_called_real(report: SpendReport) -> None:
    assert "Service" not in dict(summary(report))
    assert "no real money" in dict(summary(report, sandbox=True))["Service"]


def test_a_prompt_cannot_put_anything_into_the_picture(library: Library, spend: Spend) -> None:
    spend('<img src=x onerror="alert(1)">', 0.5)
    html = bars_html(library.spending.report(SERVICE))
    assert "<img" not in html
    assert 'onerror="' not in html


def test_nothing_spent_is_no_picture(library: Library) -> None:
    report = library.spending.report(SERVICE)
    assert (report.total, report.per_kept_second) == (0.0, None)
    assert "role" not in bars_html(report)
    assert dict(summary(report))["Billed"] == "$0.00 in all, from 0 bills"


def test_the_key_has_the_shades_of_the_bars(report: SpendReport) -> None:
    shown = bars_html(report)
    key = shown[shown.rindex("<div") :]
    assert "not kept, or removed" in key
    assert re.findall(r"opacity:[.\d]+", key) == ["opacity:.65", "opacity:.25"]
