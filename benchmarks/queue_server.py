"""Serve a queue of jobs over HTTP by the paths of five services, in a process of its own.

A job takes as long as its prompt says. Counted, on one clock, are the status requests for each until the first that
is answered with its end, and how long after the end that came.
"""

import asyncio
import base64
import json
import re
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass
class Course:
    """Hold the course of a job, in seconds since its submission. ``label`` says whose it is.

    It waits in the queue until ``starts``, where that is to be told, and is done at ``ends``. The others ahead of it
    leave the queue at ``leaving``; ``None`` where the position is not to be told.
    """

    label: str
    ends: float
    starts: float = 0.0
    leaving: Sequence[float] | None = None

    @property
    def prompt(self) -> str:
        """Return the course as a prompt, which survives every service's way of writing a request."""
        return f"course-{base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()}-end"

    @classmethod
    def find(cls, body: bytes) -> "Course":
        """Return the course in a request, wherever it stands."""
        found = re.search(rb"course-([\w=-]+)-end", body)
        assert found is not None, body[:500]
        return cls(**json.loads(base64.urlsafe_b64decode(found[1])))


@dataclass
class Job:
    """Hold a job at the server. ``late`` is set by the first answer that tells its end."""

    course: Course
    submitted: float = field(default_factory=time.monotonic)
    requests: int = 0
    late: float | None = None

    def stage(self) -> str:
        """Answer one status request."""
        elapsed = time.monotonic() - self.submitted
        if self.late is None:
            self.requests += 1
        if elapsed >= self.course.ends:
            if self.late is None:
                self.late = elapsed - self.course.ends
            return "done"
        return "running" if elapsed >= self.course.starts else "queued"

    def position(self) -> int | None:
        """Return how many are ahead."""
        elapsed = time.monotonic() - self.submitted
        leaving = self.course.leaving
        return None if leaving is None else sum(moment > elapsed for moment in leaving)


class Front:
    """Answer by the paths, and in the words, of Reka, fal, OpenAI, Replicate and Runway."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.url = ""

    def app(self) -> Starlette:
        """Return the application."""
        paths = {
            "/v2/inference/requests/{id}/status": self.reka,
            "/v2/inference/{model}/{task}": self.submit_queued,
            "/v1/videos/{id}": self.openai,
            "/v1/videos": self.submit_openai,
            "/v1/predictions/{id}": self.replicate,
            "/v1/models/{owner}/{name}/predictions": self.submit_replicate,
            "/v1/tasks/{id}": self.runway,
            "/v1/image_to_video": self.submit_runway,
            "/fal/{id}/status": self.fal,
            "/fal/{id}": self.result,
            "/bench/video": self.submit_queued,
            "/seen": self.seen,
        }
        routes = [Route(path, handler, methods=["GET", "POST"]) for path, handler in paths.items()]
        return Starlette(routes=routes)

    async def _add(self, request: Request) -> str:
        course = Course.find(await request.body())
        name = f"job{len(self.jobs)}"
        self.jobs[name] = Job(course)
        return name

    def _stage(self, request: Request, words: Mapping[str, str]) -> tuple[Job, str]:
        job = self.jobs[request.path_params["id"]]
        return job, words[job.stage()]

    async def submit_queued(self, request: Request) -> Response:
        """Submit to Reka or fal, whose queues are alike."""
        name = await self._add(request)
        reka = request.url.path.startswith("/v2")
        status = f"{self.url}/v2/inference/requests/{name}" if reka else f"{self.url}/fal/{name}"
        links = {"status_url": f"{status}/status", "response_url": status, "cancel_url": f"{status}/cancel"}
        return JSONResponse({"request_id": name, "status": "IN_QUEUE", **links}, 202)

    async def reka(self, request: Request) -> Response:
        job, status = self._stage(
            request, {"queued": "IN_QUEUE", "running": "IN_PROGRESS", "done": "COMPLETED"}
        )
        position = job.position() if status == "IN_QUEUE" else None
        return _json({"request_id": request.path_params["id"], "status": status, "queue_position": position})

    async def fal(self, request: Request) -> Response:
        job, status = self._stage(
            request, {"queued": "IN_QUEUE", "running": "IN_PROGRESS", "done": "COMPLETED"}
        )
        return _json({"status": status, "queue_position": job.position() or 0, "logs": None})

    async def result(self, request: Request) -> Response:
        return _json({"video": {"url": "http://127.0.0.1/none.mp4"}})

    async def submit_openai(self, request: Request) -> Response:
        return _json(_video(await self._add(request), "queued"))

    async def openai(self, request: Request) -> Response:
        _, status = self._stage(request, {"queued": "queued", "running": "in_progress", "done": "completed"})
        return _json(_video(request.path_params["id"], status))

    async def submit_replicate(self, request: Request) -> Response:
        return JSONResponse(_prediction(await self._add(request), "starting"), 201)

    async def replicate(self, request: Request) -> Response:
        _, status = self._stage(request, {"queued": "starting", "running": "processing", "done": "succeeded"})
        return _json(_prediction(request.path_params["id"], status))

    async def submit_runway(self, request: Request) -> Response:
        return _json({"id": await self._add(request)})

    async def runway(self, request: Request) -> Response:
        _, status = self._stage(request, {"queued": "PENDING", "running": "RUNNING", "done": "SUCCEEDED"})
        common = {"id": request.path_params["id"], "createdAt": "2026-01-01T00:00:00Z", "status": status}
        return _json({**common, "progress": 0.5, "output": ["http://127.0.0.1/none.mp4"]})

    async def seen(self, request: Request) -> Response:
        """Return every job so far."""
        return _json(
            [
                {
                    "label": job.course.label,
                    "ends": job.course.ends,
                    "requests": job.requests,
                    "late": job.late,
                }
                for job in self.jobs.values()
            ]
        )


def _json(content: Any) -> Response:
    return JSONResponse(content)


def _video(name: str, status: str) -> dict[str, Any]:
    fixed = {"object": "video", "model": "sora-2", "created_at": 0, "progress": 0}
    return {"id": name, "status": status, "seconds": "4", "size": "720x1280", **fixed}


def _prediction(name: str, status: str) -> dict[str, Any]:
    fixed: dict[str, Any] = {
        "version": "v1",
        "input": {},
        "source": "api",
        "urls": {},
        "error": None,
        "logs": "",
    }
    output = "http://127.0.0.1/none.mp4" if status == "succeeded" else None
    return {"id": name, "model": "bench/video", "status": status, "output": output, **fixed}


async def serve(certificate: Path) -> None:
    """Serve until stdin ends: plain, and the same behind TLS for the one client that knows no plain URL."""
    front = Front()
    app = front.app()
    listening, tasks, servers = [], [], []
    for secured_by in (None, certificate):
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            lifespan="off",
            timeout_keep_alive=60,
            ssl_certfile=secured_by,
        )
        servers.append(uvicorn.Server(config))
        tasks.append(asyncio.create_task(servers[-1].serve([listener])))
        listening.append(listener.getsockname()[1])
    front.url = f"http://127.0.0.1:{listening[0]}"
    print(json.dumps(listening), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
