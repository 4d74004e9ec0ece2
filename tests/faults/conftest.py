"""Share the sandboxes and processes that the jobs are tested with."""

from tests.unit.jobs.conftest import film, sandboxes, start

__all__ = ["film", "sandboxes", "start"]
