"""Describe catalogue, jobs, images and takes as the browser needs them."""

import re
from collections.abc import Iterable

import msgspec

from reka_notebook import catalogue, jobs, media
from reka_notebook.config import Settings
from reka_notebook.errors.advice import without_options
from reka_notebook.library import GenerationRequest
from reka_notebook.output.headings import heading_of
from reka_notebook.text import shown_name
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio import form as fields


def endpoint_view(
    endpoint: catalogue.Endpoint, *, default: bool, missing: str | None = None
) -> protocol.Endpoint:
    """Return an endpoint for the form; ``missing`` says that the account does not have it."""
    return protocol.Endpoint(
        id=endpoint.id,
        title=endpoint.title,
        model=endpoint.model,
        task=endpoint.task,
        output=endpoint.output,  # type: ignore[arg-type]
        images=[
            protocol.ImageSlot(slot.name, fields.slot_title(endpoint, slot.name), slot.required, slot.many)
            for slot in endpoint.images.values()
        ],
        prompt=fields.prompt_of(endpoint),
        fields=fields.fields_of(endpoint),
        assumed=fields.assumed_of(endpoint),
        correction=fields.correction_of(endpoint),
        note=" ".join(filter(None, (missing, endpoint.note))) or None,
        default=default,
        absent=missing is not None,
    )


def service_view(
    settings: Settings,
    sandbox: bool,
    problem: str | None = None,
    *,
    lacks_key: bool = False,
    keyring_problem: str | None = None,
    own_sandbox: bool = False,
) -> protocol.Service:
    """Return where requests go, and what keeps them from going."""
    return protocol.Service(
        name="Sandbox" if sandbox else "Reka",
        url=settings.base_url,
        sandbox=sandbox,
        problem=problem,
        lacks_key=lacks_key,
        keyring_problem=keyring_problem,
        own_sandbox=own_sandbox,
    )


def image_view(
    slot: str, source: media.SourceImage, sends: str, framing: protocol.Framing | None
) -> protocol.Image:
    """Return an image in its slot."""
    size = len(source.data) if source.data is not None else None
    name = shown_name(source.name)
    return protocol.Image(slot, source.digest, name, source.width, source.height, size, sends, framing)


def aspect_among(values: Iterable[object]) -> str | None:
    """Return the aspect ratio among a request's values, whatever the endpoint calls it."""
    return next(
        (value for value in values if isinstance(value, str) and re.fullmatch(r"\d+:\d+", value)), None
    )


def is_tall(request: GenerationRequest) -> bool:
    """Return whether what a request makes will be higher than wide: as it asks, else as its first image is."""
    use = next((use for uses in request.images.values() for use in uses), None)
    aspect = aspect_among(request.input.values()) or (use and use.pad and use.pad[0])
    if aspect:
        across, _, down = aspect.partition(":")
        return int(across) < int(down)
    if use is None or not use.width or not use.height:
        return False
    width, height = use.crop[2:] if use.crop else (use.width, use.height)
    return width < height


LOG = 20
"""Lines of a job's log that are shown, the last ones; and of a line, ten times as many characters."""


def job_view(job: jobs.Job, *, elsewhere: bool = False) -> protocol.Job:
    """Return a job's row; ``elsewhere`` says that another studio has asked for it."""
    status = job.status
    note = status.note or (f"{job.by_other} asked for this." if job.by_other and not status.done else None)
    return protocol.Job(
        id=job.id,
        endpoint=job.request.endpoint,
        title=job.title,
        prompt=job.request.prompt,
        state=status.state.value,
        stage=status.stage,
        trouble=status.trouble is not None and not status.done,
        queue_position=status.queue_position,
        elapsed=round(status.elapsed, 2),
        expected=status.expected,
        image=next((use.digest for use in job.request.images.get("start", ()) if use.url is None), None),
        error=status.error and without_options(status.error),
        note=note and without_options(note),
        can_cancel=not status.done and not status.cancelling,
        log=[line[: 10 * LOG] for line in status.logs[-LOG:]],
        elsewhere=elsewhere,
        tall=is_tall(job.request),
    )


LEFT_OUT = protocol.SweepPosition(prompt="", state="left_out", stage="Left out", job=None, error=None)


def _position(one: jobs.PreparedRequest, position: jobs.SweepPosition) -> protocol.SweepPosition:
    return protocol.SweepPosition(
        prompt=one.request.prompt,
        state=position.state.value if position.state else "waiting",
        stage=position.stage,
        job=position.job,
        error=position.error and without_options(position.error),
    )


def sweep_view(name: str, request: jobs.SweepRequest, status: jobs.SweepStatus) -> protocol.Sweep:
    """Return a sweep's grid: a request for each cell, and a position for each request."""
    heading = heading_of(request.requests[0].endpoint)
    return protocol.Sweep(
        id=name,
        endpoint=request.requests[0].endpoint.id,
        title=", ".join(dict.fromkeys(one.endpoint.title for one in request.requests)),
        columns=request.columns(heading),
        rows=request.rows(heading),
        positions=[
            LEFT_OUT if at is None else _position(request.requests[at], status.positions[at])
            for at in request.order
        ],
        words=status.words,
        finished=status.finished,
        done=status.done,
        paused=status.paused,
        cancelled=status.cancelled,
        note=status.note,
    )


def _file_view(file: jobs.TakeFile) -> protocol.TakeFile:
    facts = file.facts
    return protocol.TakeFile(
        kind=file.kind,  # type: ignore[arg-type]
        media_type=facts.media_type,
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
        fps=facts.fps,
        has_audio=facts.has_audio,
        bytes=facts.bytes,
        file=file.file_name,
    )


def take_view(
    take: jobs.Take,
    title: str,
    notebook_file: str | None = None,
    team: protocol.OfTeam | msgspec.UnsetType = msgspec.UNSET,
    measured: protocol.Measured | msgspec.UnsetType = msgspec.UNSET,
) -> protocol.Take:
    """Return a take on the wall of a studio in this notebook."""
    file, request = take.file, take.request
    return protocol.Take(
        id=take.id,
        endpoint=request.endpoint,
        number=request.take,
        title=title,
        prompt=take.prompt,
        settings={name: value for name, value in request.input.items() if name not in ("prompt", "text")},
        kind=take.kind,  # type: ignore[arg-type]
        media_type=file.media_type,
        width=file.width,
        height=file.height,
        duration=file.duration,
        fps=file.fps,
        has_audio=file.has_audio,
        bytes=file.bytes,
        created=take.record.kept,
        took=take.record.took,
        file=take.file_name,
        others=[_file_view(file) for file in take.files[1:]],
        remarks=list(take.remarks),
        kept_already=take.from_earlier,
        pinned=take.record.pinned,
        rating=take.rating,
        verdict=take.verdict,  # type: ignore[arg-type]
        note=take.note,
        # A notebook of the same path on another's machine is another one.
        here=notebook_file is not None
        and take.record.job.notebook == notebook_file
        and (team is msgspec.UNSET or team.mine),
        team=team,
        measured=measured,
    )
