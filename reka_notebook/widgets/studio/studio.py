"""Explore a prompt in a widget: the studio."""

import contextlib
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import anywidget
import msgspec
import traitlets
from IPython import display as ipython

from reka_notebook.catalogue.tasks import task_for
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Job, PreparedRequest, State, Take, controller, prepare
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.files import with_sound
from reka_notebook.jobs.measuring import asked
from reka_notebook.jobs.models.default import FIRST, configured_model
from reka_notebook.jobs.prepared import prepare_again
from reka_notebook.library import GenerationRequest, TakeRecord
from reka_notebook.media import SourceImage
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.notebook_file import notebook_file
from reka_notebook.output.starter import is_gateway
from reka_notebook.prompts import as_text
from reka_notebook.widgets import protocol
from reka_notebook.widgets.bundle import static
from reka_notebook.widgets.chat.handlers import ChatHelp
from reka_notebook.widgets.exact import settings_from_browser
from reka_notebook.widgets.judging.handlers import JudgeSide
from reka_notebook.widgets.preview import preview
from reka_notebook.widgets.rpc import Reply, Rpc
from reka_notebook.widgets.studio.chain.handlers import ChainSide
from reka_notebook.widgets.studio.chain.reuse import Reuse
from reka_notebook.widgets.studio.details import TakeDetails
from reka_notebook.widgets.studio.instead import instead_of_studio
from reka_notebook.widgets.studio.measured.handlers import MeasureSide
from reka_notebook.widgets.studio.model_menu import ModelMenu
from reka_notebook.widgets.studio.outputs import endpoint_at_first
from reka_notebook.widgets.studio.python_api import FromPython
from reka_notebook.widgets.studio.recall import form_of, images_of
from reka_notebook.widgets.studio.service import ServiceSide
from reka_notebook.widgets.studio.sharing.handlers import Sharing
from reka_notebook.widgets.studio.slots import ImageSlots, TakePictures, images_for
from reka_notebook.widgets.studio.sprites import Sprites
from reka_notebook.widgets.studio.sweeps import Sweeps
from reka_notebook.widgets.studio.team import TeamSide
from reka_notebook.widgets.studio.wall import Wall
from reka_notebook.widgets.views import aspect_among, job_view
from reka_notebook.widgets.widget_view import widget_view

if TYPE_CHECKING:
    from reka_notebook.library.team.changes import Changed

TAKES_SHOWN = 60

TOGETHER = 0.5
"""Seconds for which what others of a team make is gathered before it is shown: a batch may make many in a second."""

REST = 4
"""So many times as long as it took to read what they made, the database is left alone."""

_studios: "weakref.WeakSet[Studio]" = weakref.WeakSet()
_studios_lock = threading.RLock()  # a studio that garbage collection finds meanwhile closes itself


class Studio(FromPython, ServiceSide, anywidget.AnyWidget):
    """Drop an image, write a prompt, watch it being made, look at the takes.

    Args:
        image: Anything that ``reka_notebook.media.load`` takes.
        prompt: What the prompt begins with.
        model: The model chosen at first; else the default.
        settings: The endpoint's own options, by name.
    """

    endpoints: traitlets.List[Any] = traitlets.List().tag(sync=True)
    service = traitlets.Dict().tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    images: traitlets.List[Any] = traitlets.List().tag(sync=True)
    jobs: traitlets.List[Any] = traitlets.List().tag(sync=True)
    takes_shown: traitlets.List[Any] = traitlets.List().tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)
    day = traitlets.Dict().tag(sync=True)
    measuring = traitlets.Dict().tag(sync=True)
    sweeps: traitlets.List[Any] = traitlets.List().tag(sync=True)
    selection: traitlets.List[Any] = traitlets.List().tag(sync=True)
    opened = traitlets.Unicode().tag(sync=True)
    sheet = traitlets.Unicode().tag(sync=True)
    instead = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        image: Any = None,
        prompt: str = "",
        *,
        model: str | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self._ends: list[Callable[[], object]] = []  # where what follows fails, it is closed all the same
        self._esm = static("studio.js")
        self.sheet = static("reka.css")
        self.instead = f"reka-instead-{secrets.token_hex(4)}"
        self._controller: Controller = controller()
        self._heard: list[Controller] = []
        self._lock = threading.RLock()
        self._reading = threading.Lock()
        self._others_due, self._others_took = False, 0.0
        gateway = is_gateway()
        self._slots = ImageSlots(self._controller.library, self._show_images, as_text=gateway)
        self._notebook_file = notebook_file()
        self._team = TeamSide(self._controller, lambda: self._show_takes())
        self._measured = MeasureSide(self._controller, self._show_measuring)
        self._wall = Wall(self._controller, self._notebook_file, self._marked, self._team, self._measured)
        self._reuse = Reuse()
        self._sweeps = Sweeps(
            self._controller,
            self._slots,
            self._notebook_file,
            show=self._show_sweeps,
            one=self._make,
            begun=self._asked_with,
            over=self._forget,
            mark=self._reuse.mark_all,
        )
        self._jobs: dict[str, Job] = {job.id: job for job in self._controller.active}
        self._reused: list[Take] = []
        self._begin()
        task = task_for("video", image is not None)
        named = self._controller.settings.model
        if chosen := model or configured_model(self._controller.catalogue, named, task):
            self._controller.models.wait_for(chosen, FIRST)
        catalogue = self._controller.catalogue
        endpoint = (
            catalogue.choose(chosen, with_image=image is not None)
            if chosen
            else endpoint_at_first(catalogue, with_image=image is not None)
        )
        prompt = as_text(prompt)
        self._menu = ModelMenu(
            self._controller, endpoint, self._show_endpoints, prompt=prompt, by_default=not chosen
        )
        self._menu.fill()
        self._details = TakeDetails(self._controller)
        self._sharing = Sharing(self._controller, self._fill_from_file)
        self._chat = ChatHelp(self._controller, self._slots, self._take)
        self._judge = JudgeSide(self._controller)
        self._show_form(protocol.Form(endpoint.id, prompt, settings or {}))
        self._begin_service()
        if image is not None:
            self.image = image
        self._show_jobs()
        self._show_takes()
        Rpc(
            self,
            {
                protocol.Ping: self._ping,
                protocol.Late: self._late,
                protocol.Generate: self._generate,
                protocol.Cancel: self._cancel,
                protocol.Dismiss: self._dismiss,
                protocol.Retry: self._retry,
                protocol.RecallJob: self._recall_job,
                **self._slots.handlers,
                protocol.ImagesRestore: self._images_restore,
                **self._steering,
                **self._service_handlers,
                **self._details.handlers,
                **self._sharing.handlers,
                **self._chat.handlers,
                **self._judge.handlers,
                **Sprites(self._controller).handlers,
                **TakePictures(self._slots, self._controller.library, self._take).handlers,
                **self._sweeps.handlers,
                **ChainSide(self._controller, self._slots, self._sweeps, self._wall.views).handlers,
                protocol.Preview: self._preview,
                protocol.Recall: self._recall,
                protocol.ShowTake: self._show_take,
                **self._wall.handlers,
                **self._team.handlers,
                **self._measured.handlers,
                **self._menu.handlers,
            },
            as_text=gateway,
        )
        # Last, so that the browser hears of it once, with all that it shows.
        super().__init__()
        with _studios_lock:
            _studios.add(self)
        self._listen()
        self._ends += [*self._follow_session(), with_sound.subscribe(self._made_here)]
        self._ends.append(asked.subscribe(self._measured.heard_elsewhere))
        engine().start(self._look_around)

    def _listen(self) -> None:
        """Hear of the jobs and the models of the service in use."""
        control = self._controller
        if control not in self._heard:
            self._heard.append(control)
            self._ends += [control.subscribe(self._changed), control.models.subscribe(self._show_models)]
            self._ends.append(control.measuring.listeners.add(self._measured.heard))
            if control.library.changes is not None:
                self._ends.append(control.library.changes.subscribe(self._heard_of_others))

    def _turn_to(self, new: Controller) -> None:
        """Use another service from now on. Jobs that were asked for before are shown until they end."""
        self._controller = new
        for part in (
            self._wall,
            self._team,
            self._measured,
            self._sweeps,
            self._menu,
            self._details,
            self._sharing,
            self._chat,
            self._judge,
        ):
            part.turn_to(new)
        self._listen()
        self._show_active()

    def close(self) -> None:
        """Close the studio, in the browser too; its jobs go on."""
        for end in self._ends:
            end()
        with _studios_lock:
            _studios.discard(self)
        super().close()

    def _ipython_display_(self, **_: Any) -> None:
        """Show the studio, and beside it words for places where no widget is drawn."""
        if not has_front_end():
            print(repr(self))
            return
        view, metadata = widget_view(self)
        ipython.display(view | {"text/plain": repr(self)}, metadata=metadata, raw=True)
        ipython.display(instead_of_studio(self.instead), raw=True)

    def __repr__(self) -> str:
        return "<Studio: run its cell to see it>"  # read where no kernel shows it: in a PDF, on a code host

    # --- what is shown ------------------------------------------------------------------------------------------

    def _changed(self, job: Job) -> None:
        """Show where a job stands. Called on the engine's loop, which must not wait for the library."""
        with self._lock:
            self._jobs[job.id] = job
            if job.status.done and self._is_elsewhere(job):
                del self._jobs[job.id]
            self._show_jobs()
        if job.status.done:
            self._count_day_soon()
        if job.has_wrong_key:
            engine().start(self._note_wrong_key, job)
        if job.status.state is State.KEPT:
            engine().start(self._show_kept_take, job)

    def _heard_of_others(self, changed: "Changed") -> None:
        """Show what others of a team have made or marked, on an open wall: once for all that comes meanwhile."""

        async def show() -> None:
            await anyio.sleep(max(TOGETHER, REST * self._others_took))
            self._others_due = False
            began = time.monotonic()
            with contextlib.suppress(
                RekaError
            ):  # a database that is away is said where something is asked of it
                await anyio.to_thread.run_sync(self._show_takes)
            self._others_took = time.monotonic() - began
            self._count_day_soon()

        if changed.takes or changed.anything:
            self._measured.heard_elsewhere()
        if (changed.takes or changed.collections or changed.anything) and not self._others_due:
            self._others_due = True
            engine().start(show)

    def _made_here(self, _: TakeRecord) -> None:
        """Show a take that Python has made without a job: a video with another sound."""

        async def show() -> None:
            await anyio.to_thread.run_sync(self._show_takes)

        engine().start(show)

    async def _show_kept_take(self, job: Job) -> None:
        """Show the take of a job in place of the job."""
        try:
            await anyio.to_thread.run_sync(self._show_takes)
        finally:
            with self._lock:
                self._jobs.pop(job.id, None)
                self._show_jobs()

    def _show_active(self) -> None:
        with self._lock:
            self._jobs.update((job.id, job) for job in self._controller.active if not job.status.done)
            self._show_jobs()

    def _show_jobs(self) -> None:
        with self._lock:
            ordered = sorted(self._jobs.values(), key=lambda job: (job.status.done, job.status.started))
            self.jobs = msgspec.to_builtins(
                [job_view(job, elsewhere=self._is_elsewhere(job)) for job in ordered]
            )

    def _is_elsewhere(self, job: Job) -> bool:
        """Return whether another studio has asked for a job; shown here too, as that one may have lost its cell."""
        with _studios_lock:
            others = [studio for studio in _studios if studio is not self]
        return not self._asks_for(job) and (
            bool(job.by_other) or any(studio._asks_for(job) for studio in others)
        )

    def _asks_for(self, job: Job) -> bool:
        return self._events.has_asked_for(job.id) or self._sweeps.has(job.id)

    def _show_takes(self) -> None:
        """Read the newest takes and show them. Not to be called on the engine's loop."""
        with self._reading:  # one at a time, so that what was read last is shown last
            newest = self._controller.takes(TAKES_SHOWN)
            counts = self._wall.counts()
            there = {take.id for take in newest}
            reused = [take for take in self._reused if take.id not in there]
            views = self._wall.views([*reused, *newest])
            self.counts = msgspec.to_builtins(counts)
            self.takes_shown = msgspec.to_builtins(views)

    def _marked(self, record: TakeRecord) -> None:
        self._reused = [
            self._controller.take(record, from_earlier=True) if take.id == record.id else take
            for take in self._reused
        ]
        self._show_takes()

    def _show_endpoints(self, endpoints: list[protocol.Endpoint]) -> None:
        self.endpoints = msgspec.to_builtins(endpoints)

    def _show_models(self, _: object = None) -> None:
        """Show the account's models, and begin with one that it has if nobody has written yet."""
        form = self._menu.replaced(msgspec.convert(self.form, protocol.Form))
        self._menu.fill()
        if form is not None:
            self._show_form(form)

    def _show_sweeps(self, sweeps: list[protocol.Sweep]) -> None:
        self.sweeps = msgspec.to_builtins(sweeps)

    def _show_measuring(self, measuring: protocol.Measuring) -> None:
        self.measuring = msgspec.to_builtins(measuring)

    def _show_images(self, images: list[protocol.Image]) -> None:
        self.images = msgspec.to_builtins(images)

    async def _look_around(self) -> None:
        """Do what may take a moment: ask the keyring and for the models, take over the jobs of a dead kernel."""
        self._show_active()  # those that began, and below what was kept, before this studio listened
        await anyio.to_thread.run_sync(self._look_at_service)
        self._show_models()  # of which account is known by now
        self._count_day_soon()
        self._controller.models.ask_soon()
        with contextlib.suppress(RekaError):  # a library that cannot be used now is said when it is needed
            await anyio.to_thread.run_sync(self._show_takes)
            await anyio.to_thread.run_sync(self._controller.take_over)

    # --- what the browser asks ----------------------------------------------------------------------------------

    async def _ping(self, request: protocol.Ping, buffers: Sequence[bytes]) -> Reply:
        # What a view shows after a reload is as old as the last change, and a host may hold changes back.
        if self._jobs:
            self._show_jobs()
        if self._obstacle or self._lacks_key:  # which a person may have seen to meanwhile
            await anyio.to_thread.run_sync(self._look_at_service)
        return protocol.Nothing(), ()

    async def _late(self, request: protocol.Late, buffers: Sequence[bytes]) -> Reply:
        return protocol.LateValue(static("late.js"), static("late.css")), ()

    async def _generate(self, request: protocol.Generate, buffers: Sequence[bytes]) -> Reply:
        images = await anyio.to_thread.run_sync(self._slots.asked, request.images, request.frames)
        endpoint = self._controller.catalogue.endpoint(request.endpoint)
        prepared = await anyio.to_thread.run_sync(
            lambda: prepare(
                self._controller.catalogue,
                request.prompt,
                images_for(endpoint, images),
                model=request.endpoint,
                values=settings_from_browser(request.settings, request.endpoint, self._controller.catalogue),
            )
        )
        return await self._make(self._reuse.mark(prepared), request.prompt, request.again), ()

    async def _make(
        self, prepared: PreparedRequest, prompt: str | None, again: bool
    ) -> protocol.GenerateValue:
        controller()  # which tells of a budget that was configured since
        job = await anyio.to_thread.run_sync(
            lambda: self._controller.submit(prepared, fresh=again, notebook_file=self._notebook_file)
        )
        if prompt is not None:
            self._prompts.remember(prompt)
        await anyio.to_thread.run_sync(self._asked_for, job)
        kept = job.take is not None and job.take.from_earlier
        return protocol.GenerateValue(job.id, kept, self._team.told(job))

    def _asked_for(self, job: Job) -> None:
        """Show the take of a job that was kept already, and tell listeners."""
        if job.take is not None and job.take.from_earlier:
            self._show_kept([job.take])
            self._count_day_soon()
        self._events.asked(job)

    def _asked_with(self, prompt: str | None, kept: Sequence[Take]) -> None:
        """Show what was kept already of a sweep that was begun among the takes, however old it is."""
        if prompt is not None:
            self._prompts.remember(prompt)
        if kept:
            self._show_kept(kept)

    def _show_kept(self, takes: Sequence[Take]) -> None:
        with self._lock:
            again = {take.id for take in takes}
            others = (take for take in self._reused if take.id not in again)
            self._reused = [*takes, *others][:TAKES_SHOWN]
        self._show_takes()

    async def _cancel(self, request: protocol.Cancel, buffers: Sequence[bytes]) -> Reply:
        job = self._jobs.get(request.job)
        if job is None or job.status.done:
            return protocol.CancelValue("It has ended already."), ()
        await anyio.to_thread.run_sync(job.cancel)
        return protocol.CancelValue("Cancelling…"), ()

    async def _dismiss(self, request: protocol.Dismiss, buffers: Sequence[bytes]) -> Reply:
        self._forget({request.job})
        return protocol.Nothing(), ()

    def _forget(self, jobs: Collection[str]) -> None:
        """Take jobs that have ended off the list."""
        with self._lock:
            ended = [id_ for id_ in jobs if id_ in self._jobs and self._jobs[id_].status.done]
            for id_ in ended:
                del self._jobs[id_]
            if ended:
                self._show_jobs()

    async def _preview(self, request: protocol.Preview, buffers: Sequence[bytes]) -> Reply:
        return await preview(self._controller.library, request.digest)

    async def _recall(self, request: protocol.Recall, buffers: Sequence[bytes]) -> Reply:
        take = await anyio.to_thread.run_sync(self._take, request.take)
        form = form_of(take.request, seed=request.seed, by=request.by[:64])
        self._reuse.remember(take.record.job)
        return await anyio.to_thread.run_sync(self._fill, form, take.request), ()

    async def _images_restore(self, request: protocol.ImagesRestore, buffers: Sequence[bytes]) -> Reply:
        self._reuse.forget()  # what was put back into the form is taken out of it again
        return await self._slots.handlers[protocol.ImagesRestore](request, buffers)

    async def _recall_job(self, request: protocol.RecallJob, buffers: Sequence[bytes]) -> Reply:
        record = await anyio.to_thread.run_sync(self._controller.library.jobs.get, request.job)
        form = form_of(record.request, seed=True, by=request.by[:64])
        self._reuse.remember(record)
        return await anyio.to_thread.run_sync(self._fill, form, record.request), ()

    def _fill(self, form: protocol.Form, request: GenerationRequest) -> protocol.Form:
        """Show a request in the form, and its images in their slots."""
        sources = images_of(request, self._controller.library)
        self._slots.replace(sources, aspect_among(request.input.values()))
        return self._show_form(form)

    def _fill_from_file(self, form: protocol.Form, images: Mapping[str, SourceImage]) -> protocol.Form:
        """Show what a file was made with in the form, and its images in their slots."""
        self._reuse.forget()
        self._slots.replace(images, aspect_among(form.settings.values()))
        return self._show_form(form)

    async def _retry(self, request: protocol.Retry, buffers: Sequence[bytes]) -> Reply:
        job = await anyio.to_thread.run_sync(self._sweeps.retry_job, request.job)
        if job is None:
            value = await self._make(
                await anyio.to_thread.run_sync(self._prepared_again, request.job), None, False
            )
        else:
            value = protocol.GenerateValue(job, kept=False)
        if value.job != request.job:
            self._forget({request.job})
        return value, ()

    def _prepared_again(self, job: str) -> PreparedRequest:
        record = self._controller.library.jobs.get(job)
        again = prepare_again(record.request, self._controller.catalogue, self._controller.library)
        return replace(again, reused=record.reused)

    async def _show_take(self, request: protocol.ShowTake, buffers: Sequence[bytes]) -> Reply:
        await anyio.to_thread.run_sync(lambda: self._show_kept([self._take(request.take)]))
        return protocol.Nothing(), ()

    def _take(self, take: str) -> Take:
        record = self._controller.library.takes.get(take)
        if record is None:
            raise RekaError("This take is not in the library any more.")
        return self._controller.take(record)
