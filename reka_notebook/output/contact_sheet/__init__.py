"""Write takes as one page to look through: it plays, it prints, and needs nothing but a browser."""

from reka_notebook.output.contact_sheet.content import Missing
from reka_notebook.output.contact_sheet.paper import PAPER
from reka_notebook.output.contact_sheet.sheet import ContactSheet

__all__ = ["PAPER", "ContactSheet", "Missing"]
