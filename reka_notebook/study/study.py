"""Find out which takes are preferred, and why."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from reka_notebook.display import Displayed, formatters
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Sweep, Take, Takes, controller
from reka_notebook.jobs.tables.varied import find_varied
from reka_notebook.library import TakeFilter
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.media.measures import Measures
from reka_notebook.study.frames import frame_of
from reka_notebook.study.names import names_of
from reka_notebook.study.pairing import Progress, check_kinds, next_pair, progress
from reka_notebook.study.records import Effect, Explanation, Ranked
from reka_notebook.text import did_you_mean, many

if TYPE_CHECKING:
    from reka_notebook.study.factors import Judged, Separated
    from reka_notebook.study.voting import Votes

NO_NUMPY = "Saying what won needs numpy: pip install 'reka-notebook[study]'. Your judgements are saved."


class Findings(NamedTuple):
    """Hold what a study has found so far.

    Args:
        ranking: The takes, the best first.
        effects: What difference each varied alternative makes, against one other where there are up to five.
        overall: How each of three or more alternatives does against all the others together.
        notes: What cannot be said, in sentences.
        judged: How many judgements this rests on.
        labels: What distinguishes each take from the others, by its ID.
    """

    ranking: list[Ranked]
    effects: list[Effect]
    overall: list[Effect]
    notes: list[str]
    judged: int
    labels: dict[str, str]


class Agreement(NamedTuple):
    """Hold how often a chat model agrees with a person, in the pairs that both have judged.

    Args:
        pairs: How many pairs both have judged.
        same: How many of them they judged alike.
        chance: The share of pairs that they would judge alike by chance, each with as many ties as there were.
        sentence: This in words.
    """

    pairs: int
    same: int
    chance: float
    sentence: str

    @property
    def kappa(self) -> float | None:
        """Return Cohen's kappa: 1 if they always agree, 0 if no more often than by chance; ``None`` if unknown."""
        if not self.pairs or self.chance == 1:
            return None
        return (self.same / self.pairs - self.chance) / (1 - self.chance)


class Study(Displayed):
    """Compare takes by judgements: rank them, and say what made the difference.

    A study shows itself as a picture that stays in the notebook. Judgements are kept in the library, so a study of the
    same takes tomorrow knows them.

    Args:
        takes: Takes or their IDs: a list, what ``takes()`` returns, a collection, or a sweep. A text is a search for
            the takes whose prompts contain all its words.
        person: Whose judgements count, in a team's library; yours, if not given.
        everybody: Whether everybody's judgements count.
        model: The chat model whose votes count instead of a person's judgements. The two are never mixed.

    Attributes:
        takes: The takes that are compared.

    Raises:
        RekaError: If there are fewer than two takes, they are of several kinds, or one is not in the library.
    """

    def __init__(
        self,
        takes: "Iterable[Take | str] | Sweep | str",
        *,
        person: str | None = None,
        everybody: bool = False,
        model: str = "",
    ) -> None:
        if person is not None and everybody:
            raise RekaError("Give either person= or everybody=True, not both.")
        self._controller = controller()
        self._sweep = (
            takes.request if isinstance(takes, Sweep) else takes.sweep if isinstance(takes, Takes) else None
        )
        self.takes: Sequence[Take] = formatters.listed(_found(takes, self._controller))
        if len(self.takes) < 2:
            raise RekaError(f"A study needs at least two takes, but {_so_few(takes, len(self.takes))}.")
        check_kinds([take.kind for take in self.takes])
        self.model = model
        self.person = None if everybody else self._controller.library.person if person is None else person
        self._findings: tuple[object, Findings] | None = None

    @property
    def judgements(self) -> list[JudgementRecord]:
        """Return the judgements that count, oldest first."""
        return [one for one in self._every() if self._counts(one, self.model)]

    def _every(self) -> list[JudgementRecord]:
        return self._controller.library.judgements.among([take.id for take in self.takes])

    def _counts(self, one: JudgementRecord, model: str) -> bool:
        return one.model == model and self.person in (None, one.person)

    @property
    def progress(self) -> Progress:
        """Return how many judgements there are, and about how many more would probably decide the ranking."""
        return progress([take.id for take in self.takes], self.judgements)

    def next_pair(self, rng: Random | None = None) -> tuple[Take, Take] | None:
        """Return the two takes whose judgement tells the most, left and right at random.

        Args:
            rng: Decides between equally good pairs; pass a seeded one to get the same pairs again.
        """
        by_id = {take.id: take for take in self.takes}
        pair = next_pair(by_id, self.judgements, rng or Random())  # noqa: S311
        return None if pair is None else (by_id[pair[0]], by_id[pair[1]])

    def add(self, left: "Take | str", right: "Take | str", preferred: "Take | str | None") -> None:
        """Add a judgement of yours, made by a rule in code or elsewhere.

        Args:
            left: A take of the study, or its ID.
            right: Another one.
            preferred: Which of the two is preferred; ``None`` for a tie.

        Raises:
            RekaError: If a take is not in the study, the preferred one is neither of the two, or your judgements do
                not count in this study.
        """
        self._check_yours()
        known = {take.id for take in self.takes}
        ids = [take.id if isinstance(take, Take) else take for take in (left, right, preferred)]
        for one in ids[:2]:
            if one not in known:
                raise RekaError(f"Take {one} is not in this study. study.takes lists those that are.")
        self._controller.library.judgements.add(str(ids[0]), str(ids[1]), ids[2])

    def take_back(self) -> bool:
        """Take back your last judgement of these takes, and return whether there was one.

        Raises:
            RekaError: If your judgements do not count in this study.
        """
        self._check_yours()
        library = self._controller.library
        own = [one for one in self._every() if one.person == library.person and not one.model]
        return bool(own) and library.judgements.take_back(own[-1].id)

    def _check_yours(self) -> None:
        """Check that your judgements count in this study: if not, judging it would never end."""
        if self.model or self.person not in (None, self._controller.library.person):
            whose = self.model or self.person
            raise RekaError(
                f"Only the judgements of {whose} count in this study. To judge, make your own: Study(takes)."
            )

    def judge(self) -> Any:
        """Return a view that shows two takes at a time, without names, and asks which is better.

        Raises:
            RekaError: If this is not a notebook, the takes cannot be judged against each other, or your judgements do
                not count in this study.
        """
        self._check_yours()
        return formatters.judge(self.takes, self._repr_mimebundle_)

    def ask_model(
        self, model: str | None = None, *, pairs: int | None = None, dry_run: bool = False
    ) -> "Votes | str":
        """Have a chat model vote on pairs of the takes, each in both orders, without their names.

        What is asked and what it is expected to cost is printed first; the returned votes say what it did cost. Pairs
        that you have judged come first, to show the `agreement`. The model is not asked twice for the same vote. Its
        votes are kept under its name, and count only in ``Study(takes, model=…)``.

        Args:
            model: The chat model's name in the catalogue; if not given, the first that can look at such takes.
            pairs: How many pairs to ask about; 10, if not given.
            dry_run: Whether to send nothing, and only return in words what would be asked and what it would cost.

        Raises:
            RekaError: If the model cannot look at the takes, the budget does not allow it, or there is no answer. The
                votes until then are kept.
        """
        from reka_notebook.study.voting import Votes, ask_votes, choose_judge, plan_votes

        control = self._controller
        name = choose_judge(control, self.takes, model).name
        every = self._every()
        own, votes = ([one for one in every if self._counts(one, whose)] for whose in ("", name))
        plan = plan_votes(control, self.takes, own, votes, model=name, pairs=pairs)
        if dry_run:
            return plan.words
        print(plan.words)
        tally = ask_votes(control, plan)
        return Votes(name, tally.kept, tally.unreadable, tally.cost, self.agreement(name).sentence)

    def ranking(self) -> Any:
        """Return the takes, best first, as a pandas or polars data frame, or a list if neither is installed.

        See `findings` for the records themselves.

        Raises:
            RekaError: If numpy is not installed.
        """
        return frame_of(self.findings.ranking, Ranked)

    def effects(self, *, measures: bool = False) -> Any:
        """Return what difference each varied alternative makes, as a data frame or a list.

        Args:
            measures: Whether to return the differences that measures make instead; see `explain`.

        Raises:
            RekaError: If numpy is not installed.
        """
        return self.explain() if measures else frame_of(self.findings.effects, Effect)

    def explain(self, *measures: str) -> Any:
        """Return whether takes with a higher measure are preferred, as a data frame or a list.

        Takes that are not measured yet are measured first.

        Args:
            measures: Names of measures, such as ``motion``; all of them, if none is given.

        Raises:
            RekaError: If there is no such measure, or numpy is not installed.
        """
        return frame_of(self.explanations(*measures), Explanation)

    def explanations(self, *measures: str) -> list[Explanation]:
        """Return the records of `explain`."""
        known = Measures.__struct_fields__
        for name in measures:
            if name not in known:
                raise RekaError(f"There is no measure {name!r}. {did_you_mean(name, known)}")
        _check_numpy()
        from reka_notebook.study.ranking import explain

        ids = [take.id for take in Takes(self.takes).measure()]
        measured = self._controller.library.measures.some(ids)
        return explain(
            [take.record for take in self.takes], measured, self._judged(self.judgements), measures or known
        )

    @property
    def findings(self) -> Findings:
        """Return what the study has found so far, as records; they are worked out again after each judgement.

        Raises:
            RekaError: If numpy is not installed.
        """
        judgements = self.judgements
        if self._findings is None or self._findings[0] != judgements:
            self._findings = (judgements, self._find(self._judged(judgements)))
        return self._findings[1]

    def _find(self, judged: "Sequence[Judged]") -> Findings:
        _check_numpy()
        from reka_notebook.study.factors import effects_of
        from reka_notebook.study.ranking import rank

        factors, labels = self._varied
        effects = effects_of(factors.factors, len(self.takes), judged)
        ranking = rank([take.record for take in self.takes], judged)
        return Findings(ranking, effects.compared, effects.overall, factors.notes, len(judged), labels)

    @cached_property
    def _varied(self) -> "tuple[Separated, dict[str, str]]":
        """Return what was varied, and the names of the takes: no judgement changes them."""
        from reka_notebook.study.factors import separate

        requests = [take.request for take in self.takes]
        catalogue = self._controller.catalogue
        factors = separate(find_varied(requests, catalogue, self._sweep))
        return factors, names_of(self.takes, catalogue)

    def _judged(self, judgements: Sequence[JudgementRecord]) -> "list[Judged]":
        from reka_notebook.study.factors import Judged

        places = {take.id: place for place, take in enumerate(self.takes)}
        points = {True: 1.0, False: 0.0}
        return [
            Judged(
                places[one.left],
                places[one.right],
                0.5 if one.preferred is None else points[one.preferred == one.left],
            )
            for one in judgements
        ]

    def agreement(self, model: str) -> Agreement:
        """Return how often a chat model prefers what you do, in the pairs that both have judged.

        A pair that was judged several times counts once, by the most frequent judgement.

        Raises:
            RekaError: If no model is named.
        """
        if not isinstance(model, str) or not model.strip():
            raise RekaError("Name the chat model, as in study.agreement('reka-edge-2603').")
        every = self._every()
        own, other = (_preferences(one for one in every if self._counts(one, name)) for name in ("", model))
        both = own.keys() & other.keys()
        same = sum(own[pair] == other[pair] for pair in both)
        if not both:
            return Agreement(0, 0, 0.0, f"{self._whose} and {model} have judged no pair in common.")
        ties, others = (sum(found[pair] is None for pair in both) / len(both) for found in (own, other))
        chance = ties * others + (1 - ties) * (1 - others) / 2
        by_chance = f"chance alone would give about {chance:.0%}" if chance < 1 else "each of them a tie"
        said = f"{model} agrees in {same} of {many(len(both), 'pair')} ({same / len(both):.0%}); {by_chance}."
        return Agreement(len(both), same, chance, said)

    @property
    def _whose(self) -> str:
        """Return whose judgements count, as the beginning of a sentence."""
        if self.person is None:
            return "People"
        return "You" if self.person == self._controller.library.person else self.person

    def __len__(self) -> int:
        return len(self.takes)

    def __repr__(self) -> str:
        return f"<Study of {many(len(self), 'take')}, {many(len(self.judgements), 'judgement')}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return formatters.study(self)


def _check_numpy() -> None:
    try:
        import numpy  # noqa: F401
    except ImportError:
        raise RekaError(NO_NUMPY) from None


def _found(takes: "Iterable[Take | str] | Sweep | str", control: Controller) -> list[Take]:
    """Return the takes, each once."""
    if isinstance(takes, str):
        words = takes.split()
        if not words:
            raise RekaError(
                'A search needs a word that is in the takes\' prompts; Study(takes(kind="video")) has all videos.'
            )
        return [control.take(record) for record in control.library.takes.find(TakeFilter(words=words))]
    given: Iterable[Take | str] = takes.takes if isinstance(takes, Sweep) else takes
    if not isinstance(given, Iterable) or isinstance(given, Take):
        raise RekaError(f"A study compares several takes or their IDs, and this is a {type(given).__name__}.")
    found: dict[str, Take] = {}
    for one in given:
        if not isinstance(one, Take | str):
            raise RekaError(f"A study compares takes or their IDs, and this is a {type(one).__name__}.")
        take = _by_id(one, control) if isinstance(one, str) else one
        found[take.id] = take
    return list(found.values())


def _by_id(text: str, control: Controller) -> Take:
    """Return a take by its ID or the start of it; one whose files were removed keeps its place by the whole ID."""
    removed = control.library.takes.some([text])
    return control.take(removed[0] if removed else control.library.take(text))


def _so_few(takes: object, count: int) -> str:
    if isinstance(takes, str):
        return f"the search {takes!r} finds {many(count, 'take')}"
    made = "has made" if isinstance(takes, Sweep) else "there is" if count == 1 else "there are"
    return (
        f"the sweep {made} {many(count, 'take')} so far"
        if isinstance(takes, Sweep)
        else f"{made} {count or 'none'}"
    )


def _preferences(judgements: Iterable[JudgementRecord]) -> dict[frozenset[str], str | None]:
    """Return the take preferred most often in each pair; ``None`` for a tie."""
    points: dict[frozenset[str], dict[str, int]] = {}
    for one in judgements:
        pair = points.setdefault(frozenset((one.left, one.right)), {one.left: 0, one.right: 0})
        if one.preferred is not None:
            pair[one.preferred] += 1
    return {
        pair: None if len(set(counts.values())) == 1 else max(counts, key=counts.__getitem__)
        for pair, counts in points.items()
    }
