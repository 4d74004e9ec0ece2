"""Wait for jobs with each client, in its own unchanged way.

Run as ``python -m benchmarks.pollers WHO URL TLS_PORT``, with the jobs on stdin: a process for each client.
"""

import asyncio
import json
import os
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from benchmarks.queue_server import Course

Wait = Callable[[Course, dict[str, Any]], Awaitable[None]]
IMAGE = "data:image/png;base64,iVBORw0KGgo="


def reka_notebook(url: str, port: int) -> Wait:
    """Return the package's own client, and the poller by which its jobs are waited for."""
    from reka_notebook import catalogue
    from reka_notebook.api import Client, Phase
    from reka_notebook.jobs.polling import Poller
    from reka_notebook.jobs.polling.observations import Known

    client = Client(url, None, catalogue.load().routes, catalogue.load().phase)
    running = {Phase.QUEUED: False, Phase.RUNNING: True}

    async def wait(course: Course, knowledge: dict[str, Any]) -> None:
        known = Known(tuple(knowledge.get("durations", ())), tuple(knowledge.get("work", ())))
        path = "/v2/inference/some-model/text-to-video"
        taken = await client.submit(path, {"prompt": course.prompt}, idempotency_key="none")
        poller = Poller(known, time.time(), whole=True)
        while True:
            await asyncio.sleep(poller.delay(None))
            report = await client.status(taken.request_id, taken.status_url)
            if report.phase is Phase.DONE:
                return
            poller.pending(running=running[report.phase], position=report.queue_position)

    return wait


def fal_client(url: str, port: int) -> Wait:
    """Wait with ``subscribe``, which knows no plain URL for submitting and then asks at the one it was given."""
    os.environ["FAL_QUEUE_RUN_HOST"] = f"localhost:{port}"
    import fal_client

    client = fal_client.AsyncClient(key="none")

    async def wait(course: Course, knowledge: dict[str, Any]) -> None:
        await client.subscribe("bench/video", {"prompt": course.prompt})

    return wait


def openai(url: str, port: int) -> Wait:
    """Wait with ``videos.create_and_poll``."""
    import openai

    client = openai.AsyncOpenAI(api_key="none", base_url=f"{url}/v1")

    async def wait(course: Course, knowledge: dict[str, Any]) -> None:
        await client.videos.create_and_poll(prompt=course.prompt)

    return wait


def replicate(url: str, port: int) -> Wait:
    """Wait with ``run``. The server answers at once, though ``Prefer: wait`` asks it to hold the request open."""
    import replicate

    client = replicate.Client(api_token="none", base_url=url)

    async def wait(course: Course, knowledge: dict[str, Any]) -> None:
        await client.async_run("bench/video", input={"prompt": course.prompt}, use_file_output=False)

    return wait


def runwayml(url: str, port: int) -> Wait:
    """Wait with ``wait_for_task_output``."""
    import runwayml

    client = runwayml.AsyncRunwayML(api_key="none", base_url=url)

    async def wait(course: Course, knowledge: dict[str, Any]) -> None:
        task = await client.image_to_video.create(
            model="gen4_turbo", prompt_image=IMAGE, prompt_text=course.prompt, ratio="1280:720"
        )
        await task.wait_for_task_output()

    return wait


POLLERS = {poller.__name__: poller for poller in (reka_notebook, fal_client, openai, replicate, runwayml)}


async def main(who: str, url: str, port: int, jobs: Sequence[dict[str, Any]]) -> None:
    """Wait for all jobs, each begun at its moment, and print how much CPU that took."""
    wait = POLLERS[who](url, port)
    await asyncio.sleep(10)  # until the other clients have been imported too

    async def one(job: dict[str, Any]) -> None:
        await asyncio.sleep(job["at"])
        await wait(Course(**job["course"]), job.get("known", {}))

    await asyncio.gather(*map(one, jobs))
    print(json.dumps({"cpu": time.process_time()}), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), json.load(sys.stdin)))
