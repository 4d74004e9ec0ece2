"""Run ``reka-notebook doctor``: check whether everything is in order, and say what to do if not."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from itertools import groupby
from typing import TypeVar

import anyio

from reka_notebook.api.address import is_loopback, origin
from reka_notebook.catalogue.build import build
from reka_notebook.catalogue.sources import bundled
from reka_notebook.commands.checks.access import check_base_url, check_key
from reka_notebook.commands.checks.check import Findings, Verdict
from reka_notebook.commands.checks.corrections import person_file
from reka_notebook.commands.checks.disk import check_disk, check_installation, check_library, check_waiting
from reka_notebook.commands.checks.evidence import Fact, Standing, weigh
from reka_notebook.commands.checks.live import check_live, check_service
from reka_notebook.commands.checks.models import check_catalogue
from reka_notebook.commands.checks.shown import problems, show_check, show_result
from reka_notebook.commands.checks.surroundings import check_environment
from reka_notebook.commands.checks.team import check_team
from reka_notebook.commands.terminal import print_beside, print_json, print_styled
from reka_notebook.config import BASE_URL, Settings, open_library, settings
from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.library import JobRecord
from reka_notebook.options.parser import Parser
from reka_notebook.text import many, printable

T = TypeVar("T")

FACTS = 16
"""The column in which facts begin."""

_OF_FACTS = {Standing.CONFIRMED: "green", Standing.CONTRADICTED: "red", Standing.UNKNOWN: "dim"}


def run(words: Sequence[str]) -> int:
    """Check everything; return 0 if all is well, 1 if something will fail."""
    parser = Parser("doctor", "Check that everything is in order, and say what to do where it is not.")
    parser.add_argument(
        "--live",
        action="store_true",
        help="compare the service with the catalogue, fact by fact; submits nothing, costs nothing",
    )
    parser.add_argument(
        "--spend",
        action="store_true",
        help="also submit one request for real and cancel it at once; Reka may charge for it",
    )
    parser.add_argument("--model", metavar="MODEL", help="what --spend submits to; else the default")
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    asked = parser.read(words)
    found = Findings()
    _check(found, live=asked.live or asked.spend, spend=asked.spend, model=asked.model)
    count = problems(found)
    if asked.json:
        checks = [
            {"name": c.name, "verdict": c.verdict, "text": c.text, "todo": c.todo} for c in found.checks
        ]
        facts = [asdict(fact) for fact in found.facts]
        told = {"ok": not count, "checks": checks, "corrections": found.corrections}
        print_json(told | ({"facts": facts} if facts else {}))
    else:
        for check in found.checks:
            show_check(check)
        _show_facts(found.facts)
        _show_corrections(found)
        show_result(found)
    return 1 if count else 0


def _check(found: Findings, *, live: bool, spend: bool, model: str | None) -> None:
    _guard(found, "Installation", check_installation, found)
    try:
        chosen = settings()
    except RekaError as error:
        found.problem("Settings", str(error))
        _guard(found, "Proxy", check_environment, BASE_URL, found)
        return
    check_base_url(chosen, found)
    _guard(found, "Proxy", check_environment, chosen.base_url, found)
    key = _guard(found, "Key", check_key, chosen, found)
    known = _guard(found, "Catalogue", check_catalogue, chosen, found) or build(bundled())
    _guard(found, "Disk", check_disk, chosen.home, found)
    if chosen.database is None:
        stored = chosen.media is not None
        _guard(found, "Library", partial(check_library, stored=stored), chosen.home, found)
    if chosen.database is not None or chosen.media is not None:
        _guard(found, "Team", check_team, chosen, found)
    if chosen.media is not None:
        _guard(found, "Uploads", check_waiting, chosen.home, found)
    anyio.run(check_service, chosen.base_url, known.routes["models"], found)
    if not live:
        return
    if any(check.name == "Service" and check.verdict is Verdict.PROBLEM for check in found.checks):
        found.note("Live", "not compared, because the service does not answer")
    elif key is None and not is_loopback(chosen.base_url):
        found.problem("Live", "not compared, because there is no key")
    else:
        anyio.run(check_live, chosen, key, known, found)
        if spend:
            _spend(found, model)
        found.facts = weigh(known, found.shown, _guard(found, "Library", _records, chosen) or [])


def _guard(found: Findings, name: str, check: Callable[..., T], *args: object) -> T | None:
    """Turn a check that cannot be done into one line among the others."""
    try:
        return check(*args)
    except (RekaError, OSError) as error:
        words = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        found.problem(name, f"could not be checked: {words}")
    except Exception as error:
        found.problem(name, f"could not be checked ({type(error).__name__})", "Please report this.")
    return None


def _spend(found: Findings, model: str | None) -> None:
    from reka_notebook.commands.checks.spend import check_spending

    try:
        check_spending(controller(), model, found)
    except RekaError as error:  # a library that cannot be opened
        found.problem("Submission", str(error))


def _records(chosen: Settings) -> list[JobRecord]:
    """Return what the library has of this service; a library that is not there is not made."""
    if chosen.database is None and not (chosen.home / "library.sqlite3").exists():
        return []
    service = origin(chosen.base_url)
    with closing(open_library(chosen)) as library:
        return [record for record in library.jobs.all() if record.service == service]


def _show_facts(facts: Sequence[Fact]) -> None:
    """Print what became of every fact, by endpoint: what is unknown by name alone."""
    if not facts:
        return
    counts = Counter(fact.standing for fact in facts)
    summary = ", ".join(f"{counts[standing]} {standing}" for standing in Standing)
    print_styled(("\nFacts of the catalogue: ", "bold"), summary)
    for of, group in groupby(facts, key=lambda fact: fact.of):
        print_styled((printable(of), "bold"))
        several = list(group)
        for standing in Standing:
            named = [fact for fact in several if fact.standing is standing]
            if of == "statuses" and standing is Standing.UNKNOWN and named:
                print_beside(many(len(named), "status word"), FACTS, (f"  {standing}", _OF_FACTS[standing]))
            elif named:
                words = ", ".join(f"{fact.name} ({fact.why})" if fact.why else fact.name for fact in named)
                print_beside(words, FACTS, (f"  {standing}", _OF_FACTS[standing]))


def _show_corrections(found: Findings) -> None:
    if not found.corrections:
        return
    path = person_file(settings().catalogue)
    merge = " (merge it with what is there)" if path.exists() else ""
    print_styled((f"\nWhat the catalogue should say of this service, for {path}{merge}:", "bold"))
    if is_loopback(settings().base_url):
        print("This is a server on this machine: right for Reka's own only where it stands for that.")
    print(printable(json.dumps(found.corrections, indent=2, ensure_ascii=False)))
