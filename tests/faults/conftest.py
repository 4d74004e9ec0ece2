"""Share the sandboxes and processes that the jobs are tested with."""

from tests.unit.jobs.conftest import billing, film, sandboxes, start

__all__ = ["billing", "film", "sandboxes", "start"]
