"""Decide when to ask the service about a job next; docs/polling.md explains how."""

from reka_notebook.jobs.polling.delay import back_off, expected_duration
from reka_notebook.jobs.polling.history import History
from reka_notebook.jobs.polling.poller import Poller

__all__ = ["History", "Poller", "back_off", "expected_duration"]
