"""Make a studio's sweeps, where its form holds alternatives or several values of an option."""

import secrets
import threading
from collections.abc import Awaitable, Callable, Collection, Sequence

import anyio.to_thread

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, PreparedRequest, Sweep, SweepRequest, Take, controller, plan_sweep
from reka_notebook.jobs.sweep_status import MANY
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.measured.effects import effects_view
from reka_notebook.widgets.studio.plan import make_plan
from reka_notebook.widgets.studio.service import AtService
from reka_notebook.widgets.studio.slots import ImageSlots
from reka_notebook.widgets.studio.sweep_request import request_of, settings_of
from reka_notebook.widgets.views import sweep_view

SHOWN = 8
"""Sweeps that are shown; the oldest that is done gives way."""


class Sweeps(AtService):
    """Count, begin, pause, resume and cancel the sweeps of one studio.

    Args:
        slots: Where the form's images lie.
        notebook_file: The notebook that asks, if it is known.
        show: Told of all sweeps, after every change.
        one: Makes the one take of a form that has no axes.
        begun: Told of a prompt that was sent, if it was one of the form's, and of what is kept already.
        over: Told of the jobs of a sweep that was taken off the list.
        mark: Adds whose settings the form was filled with.
    """

    def __init__(
        self,
        controller: Controller,
        slots: ImageSlots,
        notebook_file: str | None,
        *,
        show: Callable[[list[protocol.Sweep]], None],
        one: Callable[[PreparedRequest, str | None, bool], Awaitable[protocol.GenerateValue]],
        begun: Callable[[str | None, Sequence[Take]], None],
        over: Callable[[Collection[str]], None],
        mark: Callable[[SweepRequest], SweepRequest] = lambda sweep: sweep,
    ) -> None:
        self._controller = controller
        self._slots = slots
        self._notebook_file = notebook_file
        self._show = show
        self._one = one
        self._begun = begun
        self._over = over
        self._mark = mark
        self._sweeps: dict[str, tuple[Sweep, SweepRequest]] = {}
        self._lock = threading.RLock()

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests about sweeps."""
        return {
            protocol.Plan: self._plan,
            protocol.SweepBegin: self._begin,
            protocol.SweepControl: self._control,
            protocol.Effects: self._effects,
        }

    async def _plan(self, request: protocol.Plan, buffers: Sequence[bytes]) -> Reply:
        return await anyio.to_thread.run_sync(make_plan, self._controller, self._slots, request), ()

    async def _begin(self, request: protocol.SweepBegin, buffers: Sequence[bytes]) -> Reply:
        sweep = await anyio.to_thread.run_sync(self._prepare, request)
        if not sweep.requests:
            raise RekaError("Everything is left out. Nothing was sent. Take one of them in again.")
        if len(sweep.requests) == 1:
            one = await self._one(sweep.requests[0], request.prompt, request.again)
            return protocol.SweepValue(None, one, 0), ()
        return await self._ask(sweep, max(MANY, request.agreed), request.prompt, again=request.again), ()

    async def begin(self, sweep: SweepRequest, agreed: int) -> protocol.SweepValue:
        """Make what no form has asked for, if so many new takes were agreed to; else say how many they are."""
        if len(sweep.requests) > 1:
            return await self._ask(sweep, agreed, None)
        plan = await anyio.to_thread.run_sync(plan_sweep, self._controller, sweep)
        if plan.new > agreed:
            return protocol.SweepValue(None, None, plan.new)
        return protocol.SweepValue(None, await self._one(sweep.requests[0], None, False), plan.new)

    async def _ask(
        self, sweep: SweepRequest, agreed: int, prompt: str | None, *, again: bool = False
    ) -> protocol.SweepValue:
        plan = await anyio.to_thread.run_sync(plan_sweep, self._controller, sweep)
        new = plan.count if again else plan.new
        await anyio.to_thread.run_sync(self._check_budget, sweep, again)
        if new > agreed:
            return protocol.SweepValue(None, None, new)
        name = await anyio.to_thread.run_sync(self._start, sweep, prompt, again)
        return protocol.SweepValue(name, None, new)

    def _check_budget(self, sweep: SweepRequest, again: bool) -> None:
        """Check that all of a sweep fits, before any of it is sent: one that stops half way is no use to compare."""
        controller()  # which tells of a budget that was configured since
        self._controller.check_budget(sweep.requests, fresh=again)

    def _start(self, asked: SweepRequest, prompt: str | None, again: bool) -> str:
        name = secrets.token_hex(4)
        sweep = Sweep(self._controller, asked, fresh=again, notebook_file=self._notebook_file)
        with self._lock:
            done = [old for old, (other, _) in self._sweeps.items() if other.status.done]
            for old in done[: max(0, len(self._sweeps) + 1 - SHOWN)]:
                self._drop(old)
            self._sweeps[name] = (sweep, asked)
        sweep.subscribe(lambda _: self._changed())
        sweep.start()
        self._replace(name)
        self._begun(prompt, [position.take for position in sweep.status.positions if position.take])
        self._changed()
        return name

    def _replace(self, name: str) -> None:
        """Take what has ended off the list, where all of it has a position in a newer one: no take is shown twice."""
        with self._lock:
            newer = {position.job for position in self._sweeps[name][0].status.positions}
            for old, (sweep, _) in list(self._sweeps.items()):
                status = sweep.status
                if old != name and status.done and {position.job for position in status.positions} <= newer:
                    del self._sweeps[old]

    async def _control(self, request: protocol.SweepControl, buffers: Sequence[bytes]) -> Reply:
        with self._lock:
            sweep, _ = self._sweeps.get(request.sweep, (None, None))
        if sweep is None:
            raise RekaError("The kernel does not know this sweep any more. What it made is among the takes.")
        match request.do:
            case "dismiss":
                if sweep.status.done:
                    self._drop(request.sweep)
                    self._changed()
            case "pause":
                sweep.pause()
            case "resume":
                sweep.resume()
            case "cancel":
                await anyio.to_thread.run_sync(sweep.cancel)
            case "retry":
                await anyio.to_thread.run_sync(self._retry, sweep)
        return protocol.Nothing(), ()

    async def _effects(self, request: protocol.Effects, buffers: Sequence[bytes]) -> Reply:
        with self._lock:
            sweep, _ = self._sweeps.get(request.sweep, (None, None))
        if sweep is None:
            raise RekaError("The kernel does not know this sweep any more.")
        return await anyio.to_thread.run_sync(effects_view, sweep, self._controller), ()

    def retry_job(self, job: str) -> str | None:
        """Ask once more for a job of a sweep, in its position; return the new one, ``None`` if it is in no sweep.

        Raises:
            RekaError: If that does not fit a budget. Nothing was sent.
        """
        with self._lock:
            sweeps = [sweep for sweep, _ in self._sweeps.values()]
        for sweep in sweeps:
            jobs = [position.job for position in sweep.status.positions]
            if job in jobs:
                self._retry(sweep, job)
                return sweep.status.positions[jobs.index(job)].job or job
        return None

    def _retry(self, sweep: Sweep, job: str | None = None) -> None:
        """Retry one job of a sweep, or all that it lacks, if all of that fits every budget."""
        controller()  # which tells of a budget that was configured since
        self._controller.check_budget(sweep.missing(job))
        before = {position.job for position in sweep.status.positions if position.job}
        sweep.retry(job)
        self._over(before - {position.job for position in sweep.status.positions})

    def has(self, job: str) -> bool:
        """Return whether a job belongs to one of the sweeps."""
        with self._lock:
            sweeps = [sweep for sweep, _ in self._sweeps.values()]
        return any(position.job == job for sweep in sweeps for position in sweep.status.positions)

    def _drop(self, name: str) -> None:
        with self._lock:
            sweep, _ = self._sweeps.pop(name)
        self._over({position.job for position in sweep.status.positions if position.job})

    def _changed(self) -> None:
        with self._lock:
            shown = [
                sweep_view(name, asked, sweep.status)
                for name, (sweep, asked) in reversed(self._sweeps.items())
            ]
            self._show(shown)

    def _prepare(self, form: protocol.SweepBegin) -> SweepRequest:
        images = self._slots.asked(form.images, form.frames)
        sweep = request_of(
            form.prompt,
            settings_of(form),
            images,
            self._controller.catalogue,
            takes=form.takes,
            left_out=form.left_out,
        )
        return self._mark(sweep)
