"""Look for takes in a large library: a file of a hundred thousand, and a server of a million."""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import create_engine

from benchmarks.table import Table
from reka_notebook.library import GenerationRequest, Library, TakeFilter
from reka_notebook.library.rows import tables
from reka_notebook.media.measures import MEASURES

FILE, SERVER = 100_000, 1_000_000
AT_ONCE = 5_000
"""Rows in one insertion."""

RUNS = 7
NEWEST = 60
"""Takes that the wall shows at first."""

SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "sha"]
MODELS = ("kling-v3-pro/image-to-video", "veo-3.1/image-to-video", "seedream-4/text-to-image")


def run() -> str:
    """Return the figures for both; run as a module, this measures the server alone."""
    with file_library(FILE) as file:
        small = measure(file)
    with server_library(SERVER) as server:
        large = measure(server)
    return str(
        Table(
            "A large library",
            ["ms", f"SQLite, {FILE:,} takes", f"PostgreSQL, {SERVER:,} takes"],
            [[name, f"{small[name] * 1000:.1f}", f"{large[name] * 1000:.1f}"] for name in small],
            [
                f"The best of {RUNS}, in a process that has the library open; opening once, with the file's check."
            ],
        )
    )


def measure(reopen: Callable[[], Library]) -> dict[str, float]:
    """Return the seconds that each question takes."""
    begun = time.perf_counter()
    library = reopen()
    opening = time.perf_counter() - begun
    with closing(library):
        takes = library.takes
        asked: dict[str, Callable[[], Any]] = {
            f"newest {NEWEST}": lambda: takes.newest(NEWEST),
            "all that an open wall asks": lambda: (
                takes.newest(NEWEST),
                takes.count_judged(),
                takes.models(),
                takes.kinds(),
            ),
            "a word that many have": lambda: takes.find(TakeFilter(words=["camera"]), limit=NEWEST),
            "a word that few have": lambda: takes.find(TakeFilter(words=["lighthouse"]), limit=NEWEST),
            "a word that none has": lambda: takes.find(TakeFilter(words=["xylophone"]), limit=NEWEST),
            "how many have a word": lambda: takes.count(TakeFilter(words=["lighthouse"])),
            "sorted by a measure": lambda: takes.find(by="motion", limit=NEWEST),
            "and on from the middle": lambda: takes.find(by="motion", after=f"{100:010x}", limit=NEWEST),
            "count": takes.count,
            "the last page": lambda: takes.find(TakeFilter(until=kept_at(100)), limit=NEWEST),
        }
        return {"opening": opening, **{name: best(one) for name, one in asked.items()}}


def best(ask: Callable[[], Any]) -> float:
    """Return the shortest time of a few."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begun)
    return min(times)


def kept_at(number: int) -> float:
    """Return when a take was kept: one each half minute."""
    return 1_700_000_000.0 + 30.0 * number


@contextmanager
def file_library(count: int) -> Iterator[Callable[[], Library]]:
    """Make a library in a file, and give what opens it."""
    with tempfile.TemporaryDirectory(prefix="reka-benchmark-") as folder:
        home = Path(folder) / "library"
        Library(home).close()
        fill(f"sqlite:///{home / 'library.sqlite3'}", count)
        yield lambda: Library(home)


@contextmanager
def server_library(count: int) -> Iterator[Callable[[], Library]]:
    """Make a library on a PostgreSQL of its own, with its usual settings, and give what opens it."""
    from reka_notebook.library.rows.address import DatabaseAddress
    from reka_notebook.library.rows.server import ServerDatabase
    from tests.servers.postgresql import own_server

    with (
        own_server(autovacuum="on") as server,
        tempfile.TemporaryDirectory(prefix="reka-benchmark-") as folder,
    ):
        database = server.create()
        address = DatabaseAddress(server.url(database))
        with closing(ServerDatabase(address, checked=False)) as made:
            made.make()
        fill(server.url(database).replace("postgresql://", "postgresql+psycopg://"), count)
        server.execute("VACUUM ANALYZE", database, "team")
        yield lambda: Library(Path(folder) / "home", str(Path(folder) / "media"), database=address)


def fill(url: str, count: int) -> None:
    """Write rows of takes with prompts of a dozen words."""
    chance = random.Random(1)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(3_000)]
    engine = create_engine(url)
    with engine.begin() as connection:
        for start in range(0, count, AT_ONCE):
            rows = [row(number, chance, words) for number in range(start, min(count, start + AT_ONCE))]
            connection.execute(tables.jobs.insert(), [job for job, _ in rows])
            connection.execute(tables.takes.insert(), [take for _, take in rows])
            connection.execute(tables.measures.insert(), [measured(take, chance) for _, take in rows[:-1]])
            if sys.stderr.isatty():
                print(f"\r{start + len(rows):,} of {count:,} rows", end="", file=sys.stderr)
    engine.dispose()


def measured(take: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the row of what was measured of a take."""
    values = {name: chance.random() * 100 for name in MEASURES}
    return {"take": take["job"], "version": 1, "measured": take["kept"], **values}


def row(number: int, chance: random.Random, words: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rows of a job and its take."""
    endpoint = MODELS[number % len(MODELS)]
    said = [*chance.choices(words, k=10), "camera" if number % 3 == 0 else "still"]
    if number % 2_000 == 0:
        said.insert(3, "lighthouse")
    prompt = " ".join(said)
    request = GenerationRequest(endpoint=endpoint, input={"prompt": prompt, "duration": "5"}, take=1)
    id_, kept = f"{number:010x}", kept_at(number)
    kind = "image" if endpoint.endswith("text-to-image") else "video"
    suffix, media_type = (".png", "image/png") if kind == "image" else (".mp4", "video/mp4")
    name = f"2026-11/{'-'.join(said[:4])}-{id_}{suffix}"
    file = {"name": name, "media_type": media_type, "bytes": 2_000_000, "kind": kind}
    job = {
        "id": id_,
        "service": "https://example.org",
        "endpoint": endpoint,
        "base_key": id_,
        "content_key": id_,
        "take": 1,
        "attempt": 1,
        "idempotency_key": id_,
        "request": msgspec.json.encode(request),
        "state": "kept",
        "request_id": f"r-{id_}",
        "answers": b'{"status": {"status": "COMPLETED"}}',
        "created": kept - 60,
        "submitted": kept - 59,
        "deadline": kept + 3600,
        "ended": kept,
        "epoch": 1,
        "account": "account",
        "billed": 0.35,
        "subject": request.subject,
        "parents": b"[]",
        "person": ("ana", "ben", "cleo")[number % 3],
        "notebook": f"film-{number % 50}.ipynb",
    }
    take = {
        "job": id_,
        "files": msgspec.json.encode([file]),
        "kept": kept,
        "took": 60.0,
        "worked": 50.0,
        "requests": 8,
        "remarks": b"[]",
        "kind": kind,
        "words": prompt.casefold(),
    }
    return job, take


if __name__ == "__main__":
    with server_library(SERVER) as alone:
        print("\n".join(f"{name:<28}{seconds * 1000:8.1f} ms" for name, seconds in measure(alone).items()))
