"""Say what changed from a take to one that came from it."""

from dataclasses import dataclass

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs import Take
from reka_notebook.jobs.lineage.steps import are_alike
from reka_notebook.output.compared.differences import Fact, setting_facts
from reka_notebook.prompts.diff import Piece, diff_prompts


@dataclass(frozen=True)
class Changes:
    """Hold the prompt of the later take in pieces, and the settings that are not the same."""

    prompt: list[Piece]
    settings: list[Fact]
    alike: bool

    @property
    def words(self) -> str:
        """Return what is new in the prompt: the words that the earlier one does not have, or all of it."""
        if not self.alike:
            return "".join(piece.text for piece in self.prompt).strip()
        return " … ".join(piece.text.strip() for piece in self.prompt if piece.differs)


def changes_between(before: Take, after: Take, catalogue: Catalogue) -> Changes:
    """Return what changed; a prompt that is another one altogether differs as a whole."""
    alike = bool(before.prompt) and are_alike(before.prompt, after.prompt)
    pieces = diff_prompts([before.prompt, after.prompt])[1] if alike else [Piece(after.prompt, True)]
    # Tasks have settings of their own: nothing was changed from the one to the other.
    facts = setting_facts([before, after], catalogue) if _task(before) == _task(after) else []
    return Changes([piece for piece in pieces if piece.text], [fact for fact in facts if fact.differs], alike)


def _task(take: Take) -> str:
    return take.request.endpoint.rpartition("/")[2]
