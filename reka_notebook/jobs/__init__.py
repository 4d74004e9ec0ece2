"""Run jobs: one engine thread submits, waits, fetches and resumes."""

from reka_notebook.display import formatters
from reka_notebook.jobs.controller import Controller, controller
from reka_notebook.jobs.errors import JobCancelled, JobError, JobExpired, JobFailed, SweepFailed
from reka_notebook.jobs.job import Job, JobStatus
from reka_notebook.jobs.prepared import PreparedRequest, prepare
from reka_notebook.jobs.sweep import Sweep
from reka_notebook.jobs.sweep_request import SweepRequest, prepare_sweep
from reka_notebook.jobs.sweep_status import SweepPlan, SweepPosition, SweepStatus, plan_sweep
from reka_notebook.jobs.take import Take, TakeFile
from reka_notebook.jobs.takes import Takes
from reka_notebook.library.states import State
from reka_notebook.text import format_duration

__all__ = [
    "Controller",
    "Job",
    "JobCancelled",
    "JobError",
    "JobExpired",
    "JobFailed",
    "JobStatus",
    "PreparedRequest",
    "State",
    "Sweep",
    "SweepFailed",
    "SweepPlan",
    "SweepPosition",
    "SweepRequest",
    "SweepStatus",
    "Take",
    "TakeFile",
    "Takes",
    "controller",
    "format_duration",
    "formatters",
    "plan_sweep",
    "prepare",
    "prepare_sweep",
]
