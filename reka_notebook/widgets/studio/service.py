"""Let a studio have an API key, turn to a sandbox and back, and say the numbers of the day."""

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import anyio.to_thread
import msgspec

from reka_notebook import keychain, own_sandbox
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Job, controller
from reka_notebook.jobs.controller import WRONG_KEY, key_given
from reka_notebook.jobs.engine import engine
from reka_notebook.key import Key, key_in_environment
from reka_notebook.library.spending.limit import BudgetStatus, tightest
from reka_notebook.library.spending.today import Today
from reka_notebook.text import dollars
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.views import service_view

QUICK = 5.0
"""How many times faster than real jobs the sandbox is that a person tries for want of a key: ten seconds a video."""

FIRST_LOOK = 0.25
"""Seconds that a studio waits for the keyring before it is shown; what it says later moves the form."""


class AtService:
    """Do a part of a studio's work at the service that it uses."""

    _controller: Controller

    def turn_to(self, controller: Controller) -> None:
        """Use another service from now on; what was asked for stays where it was asked."""
        self._controller = controller


class ServiceSide:
    """Say where a studio's requests go, and change it: part of the studio."""

    service: Any
    day: Any
    _controller: Controller
    _look_around: Callable[[], Any]
    _turn_to: Callable[[Controller], None]
    _obstacle: str | None = None
    _lacks_key = False

    def _begin_service(self) -> None:
        self._counting = threading.Lock()
        self._counted_before = False
        control = self._controller
        if control.sandbox or key_in_environment() or keychain.answers_within(FIRST_LOOK):
            self._look_at_service()  # so that the form is whole when it is first seen
        else:
            self.service = msgspec.to_builtins(service_view(control.settings, control.sandbox))
        self.day = msgspec.to_builtins(protocol.Day(0, 0, None, None, None))

    def _follow_session(self) -> Iterable[Callable[[], object]]:
        """Follow keys that are typed in and sandboxes that are started, wherever that is; return what ends it."""
        return key_given.add(self._key_given), own_sandbox.turned.add(self._session_turned)

    @property
    def _service_handlers(self) -> dict[type[protocol.Request], Handler]:
        return {protocol.UseKey: self._use_key, protocol.UseSandbox: self._use_sandbox}

    # --- where requests go --------------------------------------------------------------------------------------

    def _look_at_service(self) -> None:
        """Find out whether requests can be made, and show it. It may ask the keyring, which takes its time."""
        control = self._controller
        flaw = control.key_flaw()
        self._lacks_key = flaw is not None
        self._obstacle = flaw if self._lacks_key else control.obstacle()
        self.service = msgspec.to_builtins(
            service_view(
                control.settings,
                control.sandbox,
                self._obstacle or None,
                lacks_key=self._lacks_key,
                keyring_problem=keychain.obstacle() if self._lacks_key else None,
                own_sandbox=own_sandbox.is_at(control.settings.base_url),
            )
        )

    def _key_given(self, service: str) -> None:
        if service == self._controller.service:
            engine().start(self._look_around)

    async def _note_wrong_key(self, job: Job) -> None:
        await anyio.to_thread.run_sync(self._controller.note_wrong_key, job.id)
        await anyio.to_thread.run_sync(self._look_at_service)

    def _session_turned(self, _: str) -> None:
        new = controller()
        if new is self._controller or new.settings.home != self._controller.settings.home:
            return
        self._turn_to(new)
        engine().start(self._look_around)

    async def _use_key(self, request: protocol.UseKey, buffers: Sequence[bytes]) -> Reply:
        # Never in a variable of a frame that may be printed: a key hides itself, and so does the request.
        key = Key(request.key)
        if await self._controller.models.refuses(key):
            raise RekaError(WRONG_KEY)
        await anyio.to_thread.run_sync(self._take_key, key, request.keep)
        return protocol.Nothing(), ()

    def _take_key(self, key: Key, keep: bool) -> None:
        if keep:
            keychain.keep(key.reveal())
        self._controller.use_key(key, kept=keep)
        self._look_at_service()

    async def _use_sandbox(self, request: protocol.UseSandbox, buffers: Sequence[bytes]) -> Reply:
        turn = partial(own_sandbox.start, speed=QUICK) if request.on else own_sandbox.stop
        await anyio.to_thread.run_sync(turn)
        await anyio.to_thread.run_sync(self._look_at_service)
        return protocol.Nothing(), ()

    # --- the numbers of the day ---------------------------------------------------------------------------------

    def _count_day_soon(self) -> None:
        """Count the day anew, for any thread: once for all that ends meanwhile."""
        if not self._counted_before:
            self._counted_before = True
            engine().start(self._count_day)

    async def _count_day(self) -> None:
        self._counted_before = False
        await anyio.to_thread.run_sync(self._show_day)

    def _show_day(self) -> None:
        with self._counting:  # one at a time, so that what was read last is shown last
            controller()  # which tells of a budget that was configured since
            control = self._controller
            self.day = msgspec.to_builtins(day_view(control.today(), tightest(control.budgets())))


def day_view(today: Today, budget: BudgetStatus | None) -> protocol.Day:
    """Return the numbers of the day for the browser."""
    spent = None
    if today.spent is not None and budget is None:
        spent = f"{'' if today.billed else 'about '}{dollars(today.spent)}"
    return protocol.Day(
        made=today.made,
        reused=today.reused,
        spent=spent,
        per_second=dollars(today.per_second) if today.per_second else None,
        budget=_budget_view(budget) if budget is not None else None,
    )


def _budget_view(status: BudgetStatus) -> protocol.DayBudget:
    of = status.budget
    when = {"day": "", "month": " this month", None: ""}[of.period]
    return protocol.DayBudget(
        words=f"{dollars(status.used)} of {dollars(of.dollars).removesuffix('.00')}{when}",
        share=round(min(1.0, status.used / of.dollars), 4) if of.dollars else 1.0,
    )
