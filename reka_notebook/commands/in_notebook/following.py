"""A job that a line asks about: seen in the line's output until it ends, while the notebook goes on."""

from IPython.core.getipython import get_ipython

from reka_notebook.jobs import Job
from reka_notebook.notebook.front_end import has_front_end
from reka_notebook.notebook.live_output import LiveOutput


def follow(job: Job) -> bool:
    """Show a job where its progress can be shown; ``False`` in a plain terminal."""
    shell = get_ipython()
    if shell is None or not has_front_end():
        return False
    shown = LiveOutput(shell, job, alone=True)
    shown.begin()
    shown.go_on_alone()
    return True
