"""Have a chat model vote on the takes that somebody judges, while their page shows how far it is."""

from collections.abc import Callable

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take
from reka_notebook.jobs.engine import engine
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.study.voting import Tally, VotePlan, choose_judge, plan_votes
from reka_notebook.text import many
from reka_notebook.widgets import protocol


class Asking:
    """Ask a chat model for its votes, for one page.

    Args:
        takes: Returns the takes that still exist.
        judgements: Returns all judgements of them, the models' among them.
    """

    def __init__(
        self,
        controller: Controller,
        takes: Callable[[], list[Take]],
        judgements: Callable[[], list[JudgementRecord]],
    ) -> None:
        self._controller, self._takes, self._judgements = controller, takes, judgements
        self._plan: VotePlan | None = None
        self._asked: VotePlan | None = None
        self._tally = Tally()
        self._running = False
        self._problem = ""

    def plan(self) -> protocol.VotesPlanValue:
        """Return what would be asked. Nothing is sent.

        Raises:
            RekaError: If no chat model can look at these takes.
        """
        takes, every = self._takes(), self._judgements()
        model = choose_judge(self._controller, takes, None).name
        person = self._controller.library.person
        own = [one for one in every if one.person == person and not one.model]
        votes = [one for one in every if one.person == person and one.model == model]
        plan = plan_votes(self._controller, takes, own, votes, model=model, pairs=None)
        self._plan = plan
        return protocol.VotesPlanValue(plan.words, len(plan.asked))

    def begin(self) -> protocol.VotesValue:
        """Begin to ask what was planned last, once: a page that hears no answer may say this again.

        Raises:
            RekaError: If nothing was planned.
        """
        if self._plan is None and self._asked is None:
            raise RekaError("Nothing is planned yet, so nothing was asked. Try again.")
        if self._plan is not None and not self._running:
            self._asked, self._plan = self._plan, None
            self._running, self._problem, self._tally = True, "", Tally()
            engine().start(self._ask, self._asked)
        return self.so_far()

    async def _ask(self, plan: VotePlan) -> None:
        try:
            await self._tally.ask(self._controller, plan)
        except RekaError as error:
            self._problem = str(error)
        finally:
            self._running = False

    def so_far(self, *, stop: bool = False) -> protocol.VotesValue:
        """Return how far it is.

        Args:
            stop: Whether to ask nothing more.
        """
        tally, running = self._tally, self._running
        tally.stopped = tally.stopped or stop
        asked = len(self._asked.asked) if self._asked else 0
        if running:
            words = f"{tally.answered} of {many(asked, 'question')} answered"
            words += "; stops after this one" if tally.stopped else ""
        elif self._problem:
            words = self._problem
        else:
            votes = f"{many(len(tally.kept), 'vote')} saved"
            unread = (
                f"; {many(tally.unreadable, 'answer')} did not say which is better"
                if tally.unreadable
                else ""
            )
            words = f"{'Stopped: ' if tally.answered < asked else ''}{votes}{unread}. {tally.cost}"
        return protocol.VotesValue(asked, tally.answered, running, words, bool(self._problem))
