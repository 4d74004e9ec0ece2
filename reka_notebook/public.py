"""Offer a few verbs over the controller to Python, as ``reka_notebook``."""

import operator
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reka_notebook.catalogue.tasks import USUAL_OUTPUT, task_for
from reka_notebook.chat import suggest
from reka_notebook.config import settings
from reka_notebook.errors import RekaError
from reka_notebook.errors.advice import for_reader
from reka_notebook.jobs import Job, PreparedRequest, Take, Takes, controller, prepare
from reka_notebook.jobs.account.found import resume_request
from reka_notebook.jobs.collection import Collection
from reka_notebook.jobs.models.default import FIRST, configured_model, names_in, unused_default, with_default
from reka_notebook.jobs.prepared import has_image, kept_or_given
from reka_notebook.key import ask_for_key
from reka_notebook.kinds import KINDS
from reka_notebook.library import TakeFilter
from reka_notebook.library.take_filter import VERDICTS, WantedVerdict
from reka_notebook.output import formatters as rich_display
from reka_notebook.output.notebook_file import notebook_file
from reka_notebook.widgets.judging import register as judging

__all__ = ["cancel", "collection", "collections", "compare", "resume", "studio", "submit", "suggest", "takes"]

if TYPE_CHECKING:
    from reka_notebook.output.compared.comparison import Comparison
    from reka_notebook.widgets.studio.studio import Studio


def submit(
    prompt: str,
    image: Any = None,
    *,
    model: str | None = None,
    task: str | None = None,
    end_image: Any = None,
    fresh: bool = False,
    take: int = 1,
    undeclared: Mapping[str, Any] | None = None,
    webhook_url: str | None = None,
    **options: Any,
) -> Job:
    """Ask for a video, an image, speech or boxes, and return the ``Job`` at once; await it to have its take.

    What is made follows from the task, else from the model where that makes one thing only, else it is a video. With
    an image that is image-to-video, or an edit; without one text-to-video, or text-to-image.

    The same request is never paid for twice. If its take is kept, the job gives that; if it is being made,
    this joins it. The first call of all waits a moment for the account's list of models, unless it
    names one that is known.

    Args:
        image: A path, bytes, open file, URL, ``data:`` URI, PIL image, NumPy array or tensor, matplotlib
            figure, upload widget or its value, or a take (its last frame); ``take:ID`` for the last frame of
            a take in the library, ``take:ID@1.5`` for that at 1.5 s; ``sha256:…`` for an image that the library
            has; a list of these where the model takes several; ``None`` for endpoints that need none.
        model: ``kling-v3-pro``, or with a task ``kling-v3-pro/text-to-video``.
        task: ``image-to-video``, ``text-to-video``, ``text-to-image``, ``edit``, ``text-to-speech`` or
            ``image-to-bbox``.
        end_image: The frame to end on, if the endpoint has one.
        fresh: Whether to make another take even if one is kept.
        take: Which of the takes of the same request.
        undeclared: Input fields that the catalogue does not know, sent as they are.
        webhook_url: An http(s) URL that the service calls when the request has ended. It belongs to no request's
            identity: the same request with another webhook gives the same take.
        options: The endpoint's own (``duration=8``), checked before anything is sent.

    Raises:
        RekaError: If the request cannot be made; nothing was sent.
    """
    control = controller()
    control.models.ask_soon()
    images = {"start": _kept(image), "end": _kept(end_image)}

    def read(model: str | None) -> PreparedRequest:
        return prepare(
            control.catalogue,
            prompt,
            images,
            model=model,
            task=task,
            values=options,
            undeclared=undeclared,
            take=take,
            webhook_url=webhook_url,
        )

    line: str | None = None
    known = control.catalogue
    with_image = has_image(known, images.values(), undeclared)
    wanted = known.check_task(task) if task else task_for(USUAL_OUTPUT, with_image)
    if named := model or configured_model(known, settings().model, wanted):
        control.models.wait_for(named, FIRST, task=task, with_image=with_image)
        prepared = read(named)
    else:
        prepared, line = with_default(control, read, lambda one: [one], wanted, fresh=fresh, wait=FIRST)
        unused = unused_default(known, names_in(settings().model), wanted)
        line = "\n".join(filter(None, (unused, line)))
    if line:
        print(for_reader(line), file=sys.stderr)
    return control.submit(prepared, fresh=fresh, prompt_for_key=ask_for_key, notebook_file=notebook_file())


def _kept(image: Any) -> Any:
    return kept_or_given(image, controller().library)


def cancel(job: str) -> Job:
    """Ask for a job to be cancelled, by its ID or the beginning of the ID."""
    return controller().cancel(job)


def resume(job: str | None = None, *, request_id: str | None = None) -> Job:
    """Go on waiting for a job that expired, or that another process left.

    Args:
        job: Its ID, or the beginning of the ID.
        request_id: In place of it, the service's ID of a request of your account. One that this library does
            not have is brought in: from another machine, or from a library that is lost. Nothing is charged by
            that. The first call asks the service, and waits for its answer.

    Raises:
        RekaError: If there is no such job or request, or it ended without a take.
    """
    if (job is None) == (request_id is None):
        raise TypeError("resume() takes the ID of a job, or request_id=")
    if request_id is not None:
        return resume_request(controller(), request_id, notebook_file=notebook_file())
    return controller().resume(job or "")


def takes(
    limit: int = 60,
    *,
    kind: str | None = None,
    verdict: WantedVerdict | None = None,
    mine: bool = False,
    person: str | None = None,
    collection: str | None = None,
) -> Takes:
    """Return the takes kept last, newest first: a list that shows itself as a grid, see ``reka_notebook.Takes``.

    Args:
        limit: So many at most.
        kind: Only those that are a ``video``, an ``image``, ``audio`` or ``boxes``.
        verdict: Only those that are ``picked``, ``rejected`` or ``unjudged`` (neither of the two, and not rated);
            all of them if not given, rejected ones too.
        mine: Only those that you asked for, in a team's library.
        person: Only those that a person of the team asked for.
        collection: Only those in a collection.

    Raises:
        RekaError: If there is no such kind, verdict or collection.
    """
    kinds = [name for name in KINDS if name != "other"]
    if kind not in (None, *kinds):
        raise RekaError(f"The kind of takes is {', '.join(kinds[:-1])} or {kinds[-1]}, and not {kind!r}.")
    if verdict not in (None, *VERDICTS):
        raise RekaError(
            f"The verdict of takes is {', '.join(VERDICTS[:-1])} or {VERDICTS[-1]}, and not {verdict!r}."
        )
    control = controller()
    library = control.library
    if collection is not None:
        library.collections.get(collection)
    wanted = TakeFilter(
        kind=kind, verdict=verdict, person=library.whose(mine=mine, person=person), collection=collection
    )
    return Takes(control.take(record) for record in library.takes.find(wanted, limit=operator.index(limit)))


def collection(name: str) -> Collection:
    """Return a named set of takes, which is made when the first take is added; see ``reka_notebook.Collection``."""
    return Collection(name, lambda: controller().library)


def collections() -> list[Collection]:
    """Return your collections, and those that others share."""
    return [collection(found.name) for found in controller().library.collections.all()]


def compare(*takes: "Take | str", embed: bool | None = None) -> "Comparison":
    """Show two to four takes side by side, as a cell's last value: plain HTML that stays in the notebook.

    Args:
        takes: Takes, their IDs, or the start of an ID.
        embed: ``True`` embeds their files in the notebook whatever their size, ``False`` puts them beside
            it.

    Raises:
        RekaError: If there are too few or too many, or something that cannot be compared.
    """
    return rich_display.compare(takes, embed)


def studio(image: Any = None, prompt: str = "", **options: Any) -> "Studio":
    """Return the studio, to be shown as a cell's last value; see ``reka_notebook.Studio``."""
    from IPython.core.getipython import get_ipython

    from reka_notebook.widgets.studio.studio import Studio

    shell = get_ipython()
    if shell and shell.extension_manager:  # the cells that it copies and inserts begin with a magic
        shell.extension_manager.load_extension("reka_notebook")
    return Studio(image, prompt, **options)


rich_display.register()
judging.register()
