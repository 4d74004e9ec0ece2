"""Takes the roles out of docstrings where MkDocs shows them: ``:class:`Job``` is read as ``Job``."""

import re

ROLE = re.compile(r":(?:class|meth|func|data|mod|attr):(<code>)(?:reka_notebook\.|~)?")


def on_page_content(html: str, **_: object) -> str:
    """A page's HTML without them; MkDocs calls it for every page."""
    return ROLE.sub(r"\1", html)
