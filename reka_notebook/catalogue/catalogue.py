"""Find endpoints and routes by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from reka_notebook.catalogue.account.models import ListedModel, task_of
from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.catalogue.defaults import USUAL_TASK, Default
from reka_notebook.catalogue.endpoint import MODEL, Endpoint, Mark
from reka_notebook.catalogue.errors import OtherOutput, UnknownEndpoint
from reka_notebook.catalogue.status_words import folded, without_type
from reka_notebook.catalogue.tasks import TASKS, USUAL_OUTPUT, task_for
from reka_notebook.errors import RekaError
from reka_notebook.kinds import kind_of
from reka_notebook.text import did_you_mean, nearest

UNKNOWN_TASK = "unknown"
"""The task of a request that was found at the service, which does not tell what it is."""

SHOWN = 20
"""Models that an error lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Hold the endpoints of the service.

    ``endpoints`` are those a person can choose, by ID (``model/task``), in the order to show them.
    ``templates``, by task, serve any model that is not among them. ``routes`` are path templates: models,
    requests, status, result and cancel, the last three with ``{request_id}``; ``route_marks`` says how each
    is known. ``statuses`` are the words that a status may be, each with its phase: queued, running, done,
    failed or cancelled. ``defaults`` says, by task, which endpoint is used where none is named.
    ``chat`` are the chat models by name, which help with a prompt and look at a take.

    Where the account's list of models was laid over it: ``absent`` are the endpoints that the list does not
    have, ``aliases`` the endpoints by the list's spelling where it is another, ``unplaced`` the models of which
    no usable task is known, and ``fetched`` when the list came, in seconds since 1970.
    """

    endpoints: Mapping[str, Endpoint]
    templates: Mapping[str, Endpoint]
    routes: Mapping[str, str]
    route_marks: Mapping[str, Mark]
    statuses: Mapping[str, str]
    status_marks: Mapping[str, Mark]
    defaults: Mapping[str, Default]
    chat: Mapping[str, ChatModel] = field(default_factory=lambda: MappingProxyType({}))
    absent: frozenset[str] = frozenset()
    aliases: Mapping[str, Endpoint] = field(default_factory=lambda: MappingProxyType({}))
    unplaced: tuple[ListedModel, ...] = ()
    fetched: float | None = None

    @property
    def default(self) -> Endpoint:
        """Return the endpoint used when neither a model nor a task is named."""
        return self.default_for(USUAL_TASK)

    def default_for(self, task: str) -> Endpoint:
        """Return the endpoint used for a task when no model is named.

        Raises:
            UnknownEndpoint: If no model for the task is known.
        """
        default = self.defaults.get(task, Default())
        if default.chosen is None:
            message = (
                f"No model for {task} is known. Name one with its task: NAME/{task}. A list of the models that your "
                "account has may tell one."
            )
            raise UnknownEndpoint(message, known=self.endpoints)
        return self.endpoint(default.chosen, task)

    @property
    def default_ids(self) -> set[str]:
        """Return the endpoints that are the default of their task."""
        return {self.default_for(task).id for task, default in self.defaults.items() if default.chosen}

    def default_notice(self, task: str = USUAL_TASK) -> str | None:
        """Say that the first choice for a task's default is not to be had; None where it is the default."""
        order = self.defaults.get(task, Default()).order
        if not order or self.endpoint(order[0], task).id == (chosen := self.default_for(task)).id:
            return None
        return f"{self.endpoint(order[0], task).model} is not in your account's list; using {chosen.model}."

    @property
    def image_fields(self) -> frozenset[str]:
        """Return every name under which some endpoint may take an image."""
        known = (*self.endpoints.values(), *self.templates.values())
        return frozenset(name for one in known for slot in one.images.values() for name in slot.names)

    def tasks_of(self, model: str) -> list[str]:
        """Return the tasks that a model is listed for, of those that a person can ask for."""
        listed = {
            id_.rpartition("/")[2] for id_ in (*self.endpoints, *self.aliases) if id_.startswith(f"{model}/")
        }
        return [task for task in TASKS if task in listed]

    def _may_be_default(self, id_: str) -> bool:
        """Return whether an endpoint is named among the defaults, and no list of models says that it is not there."""
        return self.fetched is None and id_ in self.defaults.get(id_.rpartition("/")[2], Default()).order

    def choose(
        self,
        name: str | None,
        *,
        output: str | None = None,
        task: str | None = None,
        with_image: bool = False,
    ) -> Endpoint:
        """Return the endpoint that somebody means who wants an output, or a task, or names a model.

        Args:
            name: A model, with or without a task; ``None`` for the default.
            output: What is to be made; nothing else is chosen. ``None`` is a video, unless the model or the task
                says otherwise.
            task: What the model is to do, in any spelling; if not given, it follows from the output, the model's
                tasks and whether there is an image.
            with_image: Whether there is one.

        Raises:
            UnknownEndpoint: If there is none; the message names the tasks that the model has.
        """
        named = self.check_task(task) if task is not None else None
        _, slash, behind = (name or "").strip().rpartition("/")
        if slash and named not in (None, behind):
            raise UnknownEndpoint(
                f"{name} names a task itself, which is not {named}: leave out one of the two. Nothing was sent."
            )
        named = behind if slash else named
        if named is not None and named in TASKS and output not in (None, TASKS[named].output):
            raise self._other_output(name or named, [named], output)
        if name is None:
            return self.default_for(named or task_for(output or USUAL_OUTPUT, with_image))
        return self.endpoint(name, named or self._task_of(name.strip(), output, with_image))

    def check_task(self, word: str, output: str | None = None) -> str:
        """Return a task by its name, in any spelling.

        Raises:
            UnknownEndpoint: If there is none, or it does not make ``output``.
        """
        task = task_of(word)
        if task not in self.templates:
            known = [one for one in TASKS if one in self.templates]
            hint = did_you_mean(task, known, otherwise=f"Choose one of: {', '.join(known)}.")
            raise UnknownEndpoint(
                f"There is no task {word!r}. {hint}", nearest=nearest(task, known), known=known
            )
        if task in TASKS and output not in (None, TASKS[task].output):
            raise self._other_output(task, [task], output)
        return task

    def _task_of(self, model: str, output: str | None, with_image: bool) -> str:
        """Return which of its tasks a model is meant to do."""
        tasks = self.tasks_of(model)
        usual = task_for(output or USUAL_OUTPUT, with_image)
        fitting = [task for task in tasks if output in (None, TASKS[task].output)]
        if usual in fitting or not tasks:
            return usual
        if not fitting:
            raise self._other_output(model, tasks, output)
        outputs = dict.fromkeys(TASKS[task].output for task in fitting)
        if len(fitting) > 1 and len(outputs) > 1:
            message = f"{model} has several tasks: {', '.join(fitting)}. Nothing was sent. Name one of them."
            raise UnknownEndpoint(message, nearest=f"{model}/{fitting[0]}", known=self.endpoints)
        return fitting[0] if len(fitting) == 1 else task_for(next(iter(outputs)), with_image)

    def _other_output(self, name: str, tasks: Sequence[str], output: str | None) -> OtherOutput:
        """Return the error for what makes something else than is asked for."""
        outputs = list(dict.fromkeys(TASKS[task].output for task in tasks))
        made = " and ".join(kind_of(one).plural for one in outputs)
        listed = f" Its tasks: {', '.join(tasks)}." if [name] != list(tasks) else ""
        message = (
            f"{name} makes {made}, and no {kind_of(output or USUAL_OUTPUT).plural}.{listed} Nothing was sent."
        )
        return OtherOutput(message, outputs=outputs, known=self.endpoints)

    @property
    def available(self) -> list[Endpoint]:
        """Return the endpoints, without those that the account's list does not have."""
        return [endpoint for id_, endpoint in self.endpoints.items() if id_ not in self.absent]

    def name_of(self, id_: str) -> str:
        """Return an endpoint as it is written on a line: without its task where the model alone means it."""
        model = id_.rpartition("/")[0]
        try:
            return model if self.endpoint(model).id == id_ else id_
        except RekaError:
            return id_

    def phase(self, word: str) -> str | None:
        """Return what a status word means, compared without case and separators; None for an unknown word."""
        phases = _phases(self)
        return phases.get(folded(word)) or phases.get(without_type(word))

    def endpoint(self, name: str, task: str | None = None) -> Endpoint:
        """Return the endpoint called ``kling-v3-pro``, for this ``task``, or ``kling-v3-pro/text-to-video``.

        Without a task, a model is for image to video, or for the only task that it has.
        A model that is not listed is served by its task's template, but only if it is named with its task, or
        the account has it: then the person means it.

        Raises:
            UnknownEndpoint: If there is none, with the nearest name and the list.
        """
        name = name.strip()
        model, slash, named_task = name.rpartition("/")
        if not slash and task is None:
            tasks = self.tasks_of(name)
            task = tasks[0] if len(tasks) == 1 else USUAL_TASK
        id_ = name if slash else f"{name}/{task}"
        if found := self.endpoints.get(id_) or self.aliases.get(id_):
            return found
        untold = any(one.name == name for one in self.unplaced if not one.tasks)
        if not slash and (untold or self._may_be_default(id_)):
            model, named_task = name, id_.rpartition("/")[2]
        if slash and named_task == UNKNOWN_TASK:
            return unknown_endpoint(model)
        template = self.templates.get(named_task) if named_task and model else None
        if template is not None and MODEL.fullmatch(model):
            return from_template(template, model)
        raise self._unknown(name, id_)

    def _unknown(self, name: str, id_: str) -> UnknownEndpoint:
        model, _, task = id_.rpartition("/")
        others = [known.id for known in self.endpoints.values() if known.model == model]
        untold = [model.name for model in self.unplaced if not model.tasks]
        known = [*self.endpoints, *untold]
        if "/" not in name and others:
            message = f"{name} is not listed for {task}. It is for: {', '.join(others)}."
            if task in self.templates and MODEL.fullmatch(name):
                message += f" To try it anyway, name it with its task: {id_}."
            return UnknownEndpoint(message, nearest=others[0], known=known)
        by_name = {f"{one}/{task}": one for one in untold}
        near = nearest(id_, [*self.endpoints, *by_name])
        near = by_name.get(near, near) if near else None
        parts = [f"Unknown model {name!r}."]
        if near:
            parts.append(f"Did you mean {near}?")
        more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
        parts.append(f"Known: {', '.join(known[:SHOWN])}{more}.")
        if "/" not in name and task in self.templates and MODEL.fullmatch(name):
            parts.append(f"To try a model that is not listed, name it with its task: {id_}.")
        return UnknownEndpoint(" ".join(parts), nearest=near, known=known)


def from_template(template: Endpoint, model: str) -> Endpoint:
    """Return the endpoint of ``model`` for the template's task; its title is the model's name, its path assumed."""
    path = template.path.replace("{model}", model) if template.path else None
    marks = {fact: mark for fact, mark in template.marks.items() if fact not in ("title", "path")}
    id_ = f"{model}/{template.task}"
    return replace(template, id=id_, model=model, title=model, path=path, marks=marks, template=template.id)


def unknown_endpoint(model: str) -> Endpoint:
    """Return what stands for the endpoint of a request of which the service does not tell the task.

    Nothing can be sent to it, and what it makes is what its file turns out to be.
    """
    name = model if MODEL.fullmatch(model) else UNKNOWN_TASK
    return Endpoint(
        id=f"{name}/{UNKNOWN_TASK}",
        model=name,
        task=UNKNOWN_TASK,
        title=f"Unknown task, {name}" if name != UNKNOWN_TASK else "Unknown model",
        path=None,
        output="file",
        images=MappingProxyType({}),
        schema=MappingProxyType({"type": "object", "properties": {"prompt": {"type": "string"}}}),
        marks=MappingProxyType({}),
    )


def endpoint_title(endpoint: str, known: Catalogue) -> str:
    """Return what an endpoint is called; its ID if the catalogue no longer has it.

    What is made on this machine, such as ``here/with-sound``, is in no catalogue.
    """
    try:
        return known.endpoint(endpoint).title
    except RekaError:
        here, words = endpoint.startswith("here/"), endpoint.removeprefix("here/").replace("-", " ")
        return words.capitalize() if here else endpoint


@lru_cache(maxsize=8)
def _phases(known: Catalogue) -> Mapping[str, str]:
    """Return the phases by folded word: every answer's status is looked up in them."""
    return {folded(word): phase for word, phase in known.statuses.items()}
