"""Measure takes: in the background once they are made, or at once on request."""

from reka_notebook.jobs.measuring.background import Measuring, Standing
from reka_notebook.jobs.measuring.quiet import hold_back

__all__ = ["Measuring", "Standing", "hold_back"]
