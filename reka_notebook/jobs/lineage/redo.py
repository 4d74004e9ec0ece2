"""Make a step of a chain again, from the take that is picked now in the step before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from reka_notebook import media
from reka_notebook.catalogue import Catalogue
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.used_images import framing_of
from reka_notebook.jobs.lineage.steps import Chain, Step, is_current
from reka_notebook.jobs.prepared import PreparedRequest, kept_image, use_of
from reka_notebook.jobs.sweep_request import SweepRequest
from reka_notebook.jobs.take import Take, frame_of
from reka_notebook.library import ImageUse, JobRecord, Library
from reka_notebook.library.lineage.lineage import Node
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.prompts import LARGEST, Axis


@dataclass(frozen=True)
class Renewal:
    """Say what stands against a step that is based on an older pick.

    Attributes:
        why: What that means, in a sentence.
        pick: The take that it would be made from; ``None`` where something has to be done first.
        again: The takes whose requests would be made again.
    """

    why: str
    pick: Node | None = None
    again: Sequence[Node] = ()


def renewal_of(step: Step, chain: Chain) -> Renewal | None:
    """Return what it takes to bring a step up to date; ``None`` if it is, as far as is known."""
    before = step.before
    if not step.older or before is None:
        return None
    pick = before.picked
    if before.older:
        return Renewal(f"Based on an older pick. Redo {before.title} first.")
    if pick is None or not is_current(chain.steps, pick.id):
        return Renewal(f"Based on an older pick. Pick one of the newer takes of {before.title}.")
    if step.with_sound:
        return Renewal(
            f"Based on an older pick. Put the sound under the picked take of {before.title} again."
        )
    return Renewal(f"Another take of {before.title} is picked now.", pick, step.shown[:LARGEST])


def prepare_redo(step: Step, chain: Chain, library: Library, catalogue: Catalogue) -> SweepRequest:
    """Prepare the requests of a step with the picture of what is picked now.

    Raises:
        RekaError: There is nothing to redo, or the new picture does not fit a request.
    """
    renewal = renewal_of(step, chain)
    if renewal is None or renewal.pick is None or step.before is None:
        raise RekaError("There is nothing to redo: nothing else is picked further up. Nothing was sent.")
    pick = Take(library.take(renewal.pick.id), library)
    earlier = {node.id for node in step.before.nodes}
    prepared: dict[str, PreparedRequest] = {}
    for record in library.takes.some([node.id for node in renewal.again]):
        one = _with_pick(record.job, pick, earlier, library, catalogue)
        prepared.setdefault(one.request.content_key, one)
    requests = tuple(reversed(prepared.values()))
    if not requests:
        raise RekaError("All takes of this step are rejected or removed: there is nothing to redo.")
    if len(requests) == 1:
        return SweepRequest((), requests)
    return SweepRequest((Axis("words 1", _names(requests), words=True),), requests)


def _names(requests: Sequence[PreparedRequest]) -> tuple[str, ...]:
    """Return what sets requests apart: their prompts, counted where they are the same."""
    names = list[str]()
    for one in requests:
        name = one.request.prompt or one.endpoint.title
        same = sum(other == name or other.startswith(f"{name} · ") for other in names)
        names.append(f"{name} · {same + 1}" if same else name)
    return tuple(names)


def _with_pick(
    job: JobRecord, pick: Take, earlier: set[str], library: Library, catalogue: Catalogue
) -> PreparedRequest:
    parents = {(one.role, one.place): one for one in job.parents or ()}
    images, sources = dict[str, list[ImageUse]](), list[media.SourceImage]()
    for role, uses in job.request.images.items():
        images[role] = []
        for place, use in enumerate(uses):
            parent = parents.get((role, place))
            if parent is not None and parent.take in earlier:
                source = media.framed(_picture(pick, parent), framing_of(use))
            else:
                source = kept_image(use, library)
            sources.append(source)
            images[role].append(use_of(source))
    request = structs.replace(job.request, images=images)
    return PreparedRequest(request, catalogue.endpoint(request.endpoint), tuple(sources))


def _picture(pick: Take, parent: Parent) -> media.SourceImage:
    """Return of a take what was used of the other one: the same moment, as far as it is that long."""
    at = parent.at
    if at is not None and pick.file.duration is not None and at > pick.file.duration:
        at = None
    return frame_of(pick, at)
