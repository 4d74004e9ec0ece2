"""Measure how late a job's end is noticed, and by how many status requests, beside other clients.

``python -m benchmarks.polling --quick`` runs one set with fewer jobs in a minute, and keeps nothing.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.polling_plans import (
    ALIKE,
    KNOWN,
    NARROW,
    OTHERS,
    STRATIFIED,
    WIDE,
    Plan,
    Set,
    jobs_of,
    plans,
)
from benchmarks.table import Table


@contextmanager
def queue_server() -> Iterator[tuple[str, int, Mapping[str, str]]]:
    """Yield the URL of a queue server, its port behind TLS, and the environment in which that is trusted."""
    import trustme

    with tempfile.TemporaryDirectory() as folder:
        authority = trustme.CA()
        certificate, trusted = Path(folder) / "server.pem", Path(folder) / "authority.pem"
        authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            certificate
        )
        authority.cert_pem.write_to_path(trusted)
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.queue_server", str(certificate)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        plain, secure = json.loads(process.stdout.readline())
        try:
            yield f"http://127.0.0.1:{plain}", secure, {"SSL_CERT_FILE": str(trusted)}
        finally:
            process.communicate("", timeout=30)


@dataclass
class Seen:
    """Hold what the server counted for one plan: by draw, its jobs' requests, seconds late and seconds of life."""

    draws: Mapping[str, Sequence[tuple[int, float, float]]]

    @property
    def jobs(self) -> list[tuple[int, float, float]]:
        return [job for draw in self.draws.values() for job in draw]

    @property
    def delay(self) -> float:
        return fmean(late for _, late, _ in self.jobs)

    @property
    def life(self) -> float:
        return fmean(life for _, _, life in self.jobs)

    @property
    def rate(self) -> float:
        return fmean(requests for requests, _, _ in self.jobs) / self.life

    @property
    def product(self) -> float:
        return self.delay * self.rate

    @property
    def error(self) -> float:
        """Return the standard error of the product, as the draws scatter (the jobs, where there are few draws)."""
        requests = self.rate * self.life
        groups = list(self.draws.values()) if len(self.draws) >= 5 else [[job] for job in self.jobs]
        pulls = [
            sum(asked / requests + late / self.delay - life / self.life - 1 for asked, late, life in group)
            for group in groups
        ]
        return self.product * math.sqrt(sum(pull**2 for pull in pulls)) / len(self.jobs)


def measure(set_: Set, some: Sequence[Plan]) -> dict[str, Seen]:
    """Run the plans at once against one server, each client in a process of its own."""
    with queue_server() as (url, secure, environment):
        together: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for plan in some:
            together[plan.who if plan.who != "reka_notebook" else plan.title] += jobs_of(set_, plan, "1")
        processes = []
        for name, jobs in together.items():
            who = name if name in OTHERS else "reka_notebook"
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.pollers", who, url, str(secure)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env={**os.environ, **environment},
                )
            )
            assert processes[-1].stdin is not None
            processes[-1].stdin.write(json.dumps(jobs))
            processes[-1].stdin.close()
        for name, process in zip(together, processes, strict=True):
            assert process.stdout is not None
            print(name, len(together[name]), process.stdout.read().strip(), file=sys.stderr)
            assert process.wait() == 0
        with urllib.request.urlopen(f"{url}/seen") as answer:
            seen = json.load(answer)
    found: defaultdict[str, defaultdict[str, list[tuple[int, float, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for job in seen:
        _, title, draw = json.loads(job["label"])
        found[title][draw].append((job["requests"], job["late"], job["ends"]))
    return {title: Seen(draws) for title, draws in found.items()}


def wanted(plan: Plan) -> str:
    """Return what the product is to be at most."""
    if plan.who in OTHERS or plan.told:
        return ""
    return "1.2 × limit" if plan.warm else "0.5"


def run(quick: bool = False) -> Table:
    """Run all sets, one after the other, in real time."""
    rows: list[Sequence[str]] = []
    for set_ in (STRATIFIED,) if quick else (STRATIFIED, WIDE, NARROW):
        some = plans(quick, set_ is STRATIFIED)
        found = measure(set_, some)
        rows.append((f"**{set_.name}**: the limit", "", "", "", "", f"{set_.limit:.3f}", "1", ""))
        for plan in some:
            seen = found[plan.title]
            rows.append(
                (
                    plan.title,
                    str(len(seen.jobs)),
                    f"{seen.delay:.2f}",
                    f"{100 * seen.delay / seen.life:.2f}",
                    f"{seen.rate:.3f}",
                    f"{seen.product:.3f} ± {seen.error:.3f}",
                    f"{seen.product / set_.limit:.2f}",
                    wanted(plan),
                )
            )
    return Table(
        title="When a job's end is noticed, and for how many questions",
        columns=(
            "",
            "jobs",
            "delay, s",
            "delay, % of life",
            "requests / s of life",
            "product",
            "× limit",
            "wanted",
        ),
        rows=rows,
        notes=(
            "One local queue server, real sockets, each client in a process of its own and with its own way of waiting "
            "(fal `subscribe`, openai `videos.create_and_poll`, replicate `run`, runwayml `wait_for_task_output`), on "
            "the clock as it is: nothing is sped up, nothing is patched. Counted by the server: status requests for a "
            "job until the first that is answered with its end, and the time from the end to that.",
            "The product is mean delay × status requests per second of a job's life; any fixed interval gives about a "
            "half. The limit, ½·(∫√(f·S))²/E, is for a poller that knows the distribution and nothing of the job. "
            f"Each {ALIKE} jobs of reka-notebook have been preceded by {KNOWN} others, drawn anew. ± is the standard "
            "error.",
            "With “queue 5 to 25 %” the queue takes that share of each job's time; with “queue is nearly all that "
            f"varies” the work takes {STRATIFIED.work:g}, {WIDE.work:g} and {NARROW.work:g} s (± 5 %) and the "
            "queue the rest. Replicate's client asks the server to hold the first request open for up to a minute, "
            "which this server, like Reka's, does not do.",
        ),
    )


if __name__ == "__main__":
    began = time.monotonic()
    print(run(quick="--quick" in sys.argv))
    print(f"{time.monotonic() - began:.0f} s")
