"""Measure films, images and sounds: how much moves, how sharp they are, what is probably broken."""

from reka_notebook.media.measures.measures import Measures

__all__ = ["Measures"]
