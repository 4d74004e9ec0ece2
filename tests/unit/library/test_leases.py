"""Test leases where two processes each believe that they hold one."""

from pathlib import Path

from reka_notebook.library import GenerationRequest, Library

SERVICE = "https://service.test:443"


def test_an_earlier_owner_cannot_release_a_job_that_was_taken_over(tmp_path: Path) -> None:
    one, two = Library(tmp_path / "home"), Library(tmp_path / "home")
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": "p"})
    first = one.jobs.acquire(one.jobs.add(SERVICE, request, 1, deadline=9.0)[0], one.leases.me)
    second = two.jobs.acquire(first, two.leases.me)
    one.jobs.release(first)
    assert two.jobs.get(first.id) == second
    two.jobs.release(second)
    assert two.jobs.get(first.id).owner is None
