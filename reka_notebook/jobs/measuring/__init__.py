"""Measure takes: in the background when they are kept, and at once where somebody asks."""

from reka_notebook.jobs.measuring.background import Measuring, Standing
from reka_notebook.jobs.measuring.quiet import hold_back

__all__ = ["Measuring", "Standing", "hold_back"]
