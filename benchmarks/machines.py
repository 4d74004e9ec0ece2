"""Run two thousand jobs by eight processes, each as a machine of its own, with one library and one budget."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.service import asked, busiest, charges, service, small_video
from benchmarks.table import Table

MACHINES, JOBS = 8, 2_000
PER_SECOND, STRETCH = 30.0, 60.0
SECONDS = 60.0
"""Seconds that a job takes at the service."""

PHOTO = Path(__file__).parent.parent / "notebooks" / "photo.jpg"

DATABASE_TIME = """
SELECT sum(total_exec_time) FILTER (WHERE NOT waits), sum(total_exec_time) FILTER (WHERE waits)
FROM (SELECT *, query LIKE '%pg_advisory_xact_lock%' OR query LIKE '%FOR UPDATE%' AS waits FROM pg_stat_statements) AS s
JOIN pg_database ON pg_database.oid = s.dbid WHERE datname = 'takes' AND query NOT LIKE 'CREATE%'
"""
"""In milliseconds: what the statements took, and those that take a lock which one machine has at a time."""

MACHINE = """
import sys
import reka_notebook
name, count, per_minute, photo = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
reka_notebook.configure(requests_per_minute=per_minute)
jobs = [
    reka_notebook.submit(f"Pan {name} {number}", photo, model="kling-v3-pro", duration=3) for number in range(count)
]
print(sum(job.result(3600).path.stat().st_size > 0 for job in jobs))
"""


def run(jobs: int = JOBS) -> Table:
    """Start the machines, wait until each has its takes, and say what that cost."""
    from tests.servers.postgresql import own_server
    from tests.servers.s3 import ENVIRONMENT, S3

    with (
        tempfile.TemporaryDirectory() as folder,
        own_server(shared_preload_libraries="pg_stat_statements") as database,
    ):
        os.environ |= ENVIRONMENT
        s3 = S3()
        bucket = s3.bucket()
        given = {
            "AWS_ENDPOINT_URL": s3.url,
            "REKA_NOTEBOOK_HOME": database.url(database.create(name="takes")),
            "REKA_NOTEBOOK_MEDIA": f"s3://{bucket}/takes",
        }
        subprocess.run(
            [sys.executable, "-m", "reka_notebook", "team", "init"],
            env={**os.environ, **given},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        database.execute("CREATE EXTENSION pg_stat_statements")
        video = small_video(Path(folder))
        with service(seconds=SECONDS, seed=1, media=str(video)) as url:
            stored = s3.counted(bucket)
            began = time.perf_counter()
            machines = [
                _start(Path(folder), number, jobs // MACHINES, {**given, "REKA_BASE_URL": url})
                for number in range(MACHINES)
            ]
            kept = sum(int(machine.communicate()[0]) for machine in machines)
            wall = time.perf_counter() - began
            stored = s3.counted(bucket) - stored
            [(worked, waited)] = database.execute(DATABASE_TIME)
            moments, files = asked(url)
            budget = PER_SECOND * (1 + 1 / 6)
            over_all = PER_SECOND + PER_SECOND * 10 / (moments[-1] - moments[0])
            rows = [
                ("jobs kept", str(kept), str(jobs)),
                ("charges", str(charges(url)), str(jobs)),
                ("requests of the budget for each job", f"{len(moments) / jobs:.2f}", ""),
                (
                    f"those a second in the busiest {STRETCH:.0f} s",
                    f"{busiest(moments, STRETCH):.2f}",
                    f"at most {budget:.2f}",
                ),
                (
                    "those a second from the first to the last",
                    f"{len(moments) / (moments[-1] - moments[0]):.2f}",
                    f"at most {over_all:.2f}",
                ),
                ("files fetched for each job, beside the budget", f"{files / jobs:.2f}", ""),
                ("database time for each job, ms", f"{worked / jobs:.1f}", ""),
                ("waiting for another machine's turn there, ms", f"{waited / jobs:.1f}", ""),
                (
                    "requests to the store for each take",
                    ", ".join(f"{count / jobs:.2f} {kind}" for kind, count in sorted(stored.items())),
                    "",
                ),
                ("all done after, s", f"{wall:.0f}", ""),
            ]
        s3.close()
    return Table(
        title="Eight machines with one library",
        columns=("", "measured", "wanted"),
        rows=rows,
        notes=(
            f"{MACHINES} processes with homes of their own, on one machine with the service, the database and the "
            f"store; a budget of {PER_SECOND:.0f} requests a second, and a sixth of a minute's in a burst, which "
            f"governs every request to the service but downloads. Each job takes {SECONDS:.0f} s at the service. All "
            "jobs are asked for at once, and what each machine writes then waits for the others' turn.",
        ),
    )


def _start(folder: Path, number: int, jobs: int, given: dict[str, str]) -> "subprocess.Popen[str]":
    home = folder / f"machine-{number}"
    home.mkdir()
    own = {"HOME": str(home), "XDG_DATA_HOME": "", "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-c", MACHINE, str(number), str(jobs), str(PER_SECOND * 60), str(PHOTO)],
        env={**os.environ, **given, **own, "REKA_NOTEBOOK_PERSON": f"person {number}"},
        stdout=subprocess.PIPE,
        text=True,
    )
