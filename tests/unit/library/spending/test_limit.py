"""The limit on what is spent: held back when a job is written, and settled by its bill."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, func, select

from reka_notebook.library import GenerationRequest, JobRecord, Library, MediaFile, TakeRecord
from reka_notebook.library.rows.tables import jobs
from reka_notebook.library.spending import limit
from reka_notebook.library.spending.limit import Budget, BudgetStatus, OverBudget, Period, Reservation

pytestmark = pytest.mark.usefixtures("engine")

SERVICE = "https://service.test:443"
ACCOUNT = "a" * 16


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "home")) as library:
        yield library


def asked(prompt: str) -> GenerationRequest:
    return GenerationRequest(endpoint="m/image-to-video", input={"prompt": prompt})


def add(
    library: Library,
    prompt: str,
    reserved: float,
    *budgets: Budget,
    estimated: float | None = None,
    account: str | None = ACCOUNT,
    service: str = SERVICE,
) -> JobRecord:
    reservation = Reservation(reserved, estimated, budgets)
    record, _ = library.jobs.add(
        service, asked(prompt), 1, time.time() + 60, account=account, reservation=reservation
    )
    return record


def used(library: Library, period: Period | None = None, account: str | None = ACCOUNT) -> float:
    return library.spending.statuses(SERVICE, account, [Budget(20.0, period)])[0].used


def test_what_would_go_over_is_refused_and_leaves_nothing(library: Library) -> None:
    budget = Budget(2.0)
    add(library, "one", 1.5, budget)
    with pytest.raises(
        OverBudget, match=r"may cost up to \$0\.60.* \$0\.50 is left of \$2\.00 in all"
    ) as over:
        add(library, "two", 0.6, budget, estimated=0.5)
    assert over.value.status.left == pytest.approx(0.5)
    assert [job.request.prompt for job in library.jobs.all()] == ["one"]
    assert list(library.home.glob("pending/*")) == [library.home / f"pending/{library.jobs.all()[0].id}.json"]
    add(library, "three", 0.5, budget)
    add(library, "free", 0.0, budget)


def test_a_limit_of_the_library_holds_for_who_has_none(library: Library) -> None:
    library.spending.set_budget(SERVICE, Budget(1.0, "day"))
    with pytest.raises(OverBudget, match=r"counts as .*not known yet.* a day .*tomorrow"):
        add(library, "one", 1.5)
    add(library, "elsewhere", 1.5, service="http://127.0.0.1:8080")
    library.spending.set_budget(SERVICE, None)
    add(library, "one", 1.5)


def test_every_account_has_its_own(library: Library) -> None:
    add(library, "one", 1.5, Budget(2.0))
    add(library, "two", 1.5, Budget(2.0), account="b" * 16)
    assert used(library) == 1.5
    assert used(library, account=None) == 3.0
    add(library, "by nobody known", 0.25, account=None)
    assert used(library) == 1.75


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"state": "submitting"}, 1.5),
        ({"state": "failed"}, 0.0),
        ({"state": "cancelled"}, 0.0),
        ({"state": "expired"}, 1.0),
        ({"state": "expired", "reserved": 0.0}, 0.0),
        ({"state": "failed", "request_id": "r"}, 1.0),
        ({"state": "cancelled", "request_id": "r"}, 1.0),
        ({"state": "queued", "request_id": "r", "submitted": None}, 1.5),
        ({"state": "failed", "request_id": "r", "answers": {"result": {"price_usd": 0.65}}}, 0.65),
        ({"state": "failed", "request_id": "r", "answers": {"result": {"price_usd": 0}}}, 0.0),
    ],
    ids=str,
)
def test_what_a_job_counts_for(library: Library, changes: dict[str, object], counts: float) -> None:
    job = add(library, "one", 1.5, estimated=1.0)
    changes = dict(changes)
    if "request_id" in changes:
        job = library.jobs.update(job.id, request_id=changes.pop("request_id"))
    now = time.time()
    ended = {"ended": now} if changes["state"] in ("failed", "cancelled", "expired") else {}
    library.jobs.update(job.id, **{**changes, **ended})
    assert used(library) == counts


@pytest.mark.parametrize(("answers", "counts"), [({}, 1.0), ({"result": {"price_usd": 0.65}}, 0.65)])
def test_a_take_counts_by_its_bill_or_else_as_expected(
    library: Library, answers: dict[str, object], counts: float
) -> None:
    job = add(library, "one", 1.5, estimated=1.0)
    now = time.time()
    job = library.jobs.update(job.id, request_id="r", submitted=now, answers=answers)
    file = MediaFile(name="2026-11/a.mp4", kind="video", media_type="video/mp4", bytes=5)
    ended = msgspec.structs.replace(job, state="kept", ended=now)
    library.takes.add(TakeRecord(job=ended, files=[file], kept=now))
    assert used(library) == counts
    assert used(library, "month") == counts


def test_a_new_day_begins_anew_but_what_is_not_submitted_counts(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = time.time() - 86_400
    submitted = add(library, "submitted", 1.0)
    library.jobs.update(submitted.id, state="queued", request_id="r", submitted=yesterday)
    ended = add(library, "perhaps", 2.0, estimated=2.0)
    library.jobs.update(ended.id, state="expired", ended=yesterday)
    assert used(library, "day") == 0.0
    add(library, "dead before it was sent", 4.0)
    assert used(library, "day") == 4.0
    assert used(library) == 7.0


def test_a_job_that_goes_on_is_held_to_the_limit_anew(library: Library) -> None:
    job = add(library, "one", 1.5)
    library.jobs.update(job.id, state="expired", ended=time.time(), reserved=0.0)
    budget = Budget(2.0)
    add(library, "two", 1.0, budget)
    with pytest.raises(OverBudget):
        library.jobs.update(
            job.id, state="submitting", ended=None, reservation=Reservation(1.5, None, (budget,))
        )
    assert library.jobs.get(job.id).state == "expired"
    library.jobs.update(job.id, state="submitting", ended=None, reservation=Reservation(1.0, None, (budget,)))
    assert used(library) == 2.0


def test_it_is_checked_in_the_transaction_that_writes_the_job(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def check(connection: Connection, *given: Any, **named: Any) -> None:
        written = connection.execute(select(func.count()).select_from(jobs)).scalar()
        seen.append((len(library.jobs.all()), written))
        limit.check_limits(connection, *given, **named)

    monkeypatch.setattr("reka_notebook.library.jobs.check_limits", check)
    add(library, "one", 1.0, Budget(2.0))
    with pytest.raises(OverBudget):
        add(library, "two", 1.5, Budget(2.0))
    assert seen == [(0, 1), (1, 2)], "others do not see it yet"


def test_many_at_once_never_go_over(tmp_path: Path) -> None:
    libraries = [Library(tmp_path / "home") for _ in range(4)]
    barrier, written = threading.Barrier(4), []

    def ask(number: int) -> None:
        barrier.wait()
        for turn in range(10):
            try:
                add(libraries[number], f"{number} {turn}", 0.1, Budget(1.0))
                written.append(1)
            except OverBudget:
                pass

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(written) == 10
    assert used(libraries[0]) == pytest.approx(1.0)
    for library in libraries:
        library.close()


def test_periods_follow_this_machines_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = time.mktime((2026, 11, 23, 12, 0, 0, 0, 0, -1))
    assert Budget(1, "day").since(noon) == time.mktime((2026, 11, 23, 0, 0, 0, 0, 0, -1))
    assert Budget(1, "month").since(noon) == time.mktime((2026, 11, 1, 0, 0, 0, 0, 0, -1))
    assert Budget(1).since(noon) == 0.0
    status = BudgetStatus(Budget(1, "day"), used=1.5, held=0.5)
    assert status.left == 0.0
    assert limit.tightest([status, BudgetStatus(Budget(9), 0.0, 0.0)]) is status


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be set")
@pytest.mark.parametrize(
    ("zone", "now", "begins"),
    [
        ("America/Havana", 1793507400, 1793505600),  # 1 Nov 2026, 00:30 for the first time of two
        ("America/Havana", 1793511000, 1793505600),  # and for the second
        ("America/Sao_Paulo", 1541302200, 1541300400),  # 4 Nov 2018 begins at 01:00
        ("Europe/Berlin", 1774746060, 1774738800),  # 29 Mar 2026, just after the clocks went forward
        ("UTC", 1709207999, 1709164800),
    ],
)
def test_a_day_begins_once_whatever_the_clocks_do(
    monkeypatch: pytest.MonkeyPatch, zone: str, now: float, begins: float
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert Budget(1.0, "day").since(now) == begins
    finally:
        monkeypatch.undo()
        time.tzset()
