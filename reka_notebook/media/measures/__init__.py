"""Measure films, images and sounds: how much moves, how sharp they are, what is probably broken."""

from reka_notebook.media.measures.flags import flags
from reka_notebook.media.measures.measure import measure
from reka_notebook.media.measures.measures import Measures
from reka_notebook.media.measures.table import MEASURES, SIDE, VERSION, Measure

__all__ = ["MEASURES", "SIDE", "VERSION", "Measure", "Measures", "flags", "measure"]
