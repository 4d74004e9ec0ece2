"""How takes and jobs show themselves in a notebook: set up once, and nothing heavy is loaded before one is shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reka_notebook.jobs import Job, Take, controller, formatters
from reka_notebook.notebook.front_end import has_front_end
from reka_notebook.notebook.place import main_namespace

if TYPE_CHECKING:
    from reka_notebook.notebook.compare import Comparison


def register() -> None:
    """From now on, takes and jobs show themselves as a cell's output does."""
    formatters.take, formatters.job, formatters.compare = _take, _job, compare


def compare(takes: "Sequence[Take | str]", embed: bool | None = None) -> "Comparison":
    """Two to four takes side by side."""
    from reka_notebook.notebook.compare import Comparison

    return Comparison(takes, controller(), main_namespace(), embed)


def _take(take: Take) -> dict[str, Any]:
    from reka_notebook.notebook.output import bundle
    from reka_notebook.notebook.views import endpoint_title

    if not has_front_end():
        return {"text/plain": repr(take)}
    return bundle(take, endpoint_title(take.request.endpoint, controller().catalogue), main_namespace())


def _job(job: Job) -> dict[str, Any]:
    from reka_notebook.notebook.job_output import job_html

    if job.take is not None:
        return _take(job.take)
    return {"text/plain": repr(job), **({"text/html": job_html(job)} if has_front_end() else {})}
