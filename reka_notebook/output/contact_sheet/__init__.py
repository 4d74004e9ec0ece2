"""Write takes as one page to look through: it plays, it prints, and needs nothing but a browser."""

from reka_notebook.output.contact_sheet.sheet import ContactSheet, Missing

__all__ = ["ContactSheet", "Missing"]
