"""Explore image-to-video prompts in a notebook."""

from reka_notebook._version import __version__

__all__ = ["__version__"]
