"""The controller: one engine thread that submits, waits, fetches and resumes."""

from reka_notebook.jobs.ask import Ask, ask
from reka_notebook.jobs.controller import Controller, controller
from reka_notebook.jobs.errors import JobCancelled, JobError, JobExpired, JobFailed
from reka_notebook.jobs.formatters import formatters
from reka_notebook.jobs.job import Job
from reka_notebook.jobs.states import State
from reka_notebook.jobs.status import JobStatus, duration_words
from reka_notebook.jobs.sweep import Sweep
from reka_notebook.jobs.sweep_plan import SweepPlan, sweep_plan
from reka_notebook.jobs.sweep_status import SweepPlace, SweepStatus
from reka_notebook.jobs.take import Take

__all__ = [
    "Ask",
    "Controller",
    "Job",
    "JobCancelled",
    "JobError",
    "JobExpired",
    "JobFailed",
    "JobStatus",
    "State",
    "Sweep",
    "SweepPlace",
    "SweepPlan",
    "SweepStatus",
    "Take",
    "ask",
    "controller",
    "duration_words",
    "formatters",
    "sweep_plan",
]
