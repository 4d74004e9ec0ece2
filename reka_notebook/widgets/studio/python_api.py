"""Let Python use a studio: its form, the selected takes, and what it makes."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from reka_notebook.catalogue import Endpoint, InvalidInput, check_input
from reka_notebook.catalogue.tasks import OUTPUTS, TASKS, task_for
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Job, Take
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.jobs.prepared import kept_or_given
from reka_notebook.key import ask_for_key
from reka_notebook.media import SourceImage, load
from reka_notebook.prompts import as_text
from reka_notebook.webhook import check_webhook
from reka_notebook.widgets import protocol
from reka_notebook.widgets.exact import settings_for_browser, settings_from_browser
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.chain.reuse import Reuse
from reka_notebook.widgets.studio.model_menu import ModelMenu
from reka_notebook.widgets.studio.outputs import endpoint_for, is_served, output_named
from reka_notebook.widgets.studio.prompt_history import Prompts
from reka_notebook.widgets.studio.slots import ImageSlots, place_named
from reka_notebook.widgets.studio.sweep_request import count_of, request_of
from reka_notebook.widgets.studio.wall import Wall

JobListener = Callable[[Job], object]
TakeListener = Callable[[Take], object]


class Events:
    """Tell listeners of the jobs that one studio asked for, and of no others."""

    def __init__(self) -> None:
        self._on_job = Listeners[Job]("the studio")
        self._on_take = Listeners[Take]("the studio")
        self._asked: set[str] = set()
        self._followed: set[str] = set()
        self._lock = threading.Lock()

    def on_job(self, listener: JobListener) -> Callable[[], None]:
        """Call ``listener(job)`` at every change; return a function that ends this."""
        return self._on_job.add(listener)

    def on_take(self, listener: TakeListener) -> Callable[[], None]:
        """Call ``listener(take)`` for every take; return a function that ends this."""
        return self._on_take.add(listener)

    def has_asked_for(self, job: str) -> bool:
        """Return whether the studio has ever asked for this job."""
        return job in self._asked

    def asked(self, job: Job) -> None:
        """Follow a job that the studio has asked for to its end."""
        with self._lock:
            self._asked.add(job.id)
            if job.id in self._followed:
                return
            self._followed.add(job.id)
        job.subscribe(self._changed)
        self._changed(job)

    def _changed(self, job: Job) -> None:
        over = job.status.done
        with self._lock:
            if job.id not in self._followed:  # its end was told already, by another thread
                return
            if over:
                self._followed.discard(job.id)
        self._on_job.tell(job)
        if over and job.take is not None:
            self._on_take.tell(job.take)


LONGEST_DRAFT = 400_000
"""Characters of a draft that are taken from a page."""

FEW = 4
"""Selected takes that are kept for the next page at once."""

SETTLED = 1.0
"""Seconds without a change after which more than that are: all of them go to every page each time."""


class FromPython:
    """Offer what a person does with a studio in code; every view of the studio shows it at once.

    What is being typed stays in the browser until the person pauses, leaves the form or presses Generate.
    Then it is sent, and read here: after a click into another cell, that cell sees all of it.
    """

    form: Any
    endpoints: Any
    selection: Any
    opened: Any
    _controller: Controller
    _slots: ImageSlots
    _reuse: Reuse
    _wall: Wall
    _notebook_file: str | None
    _asked_for: Callable[[Job], None]
    _menu: ModelMenu
    _show_models: Callable[[], None]

    def _begin(self) -> None:
        self._events = Events()
        self._prompts = Prompts(self._controller.library)
        self._selected: list[str] = []

    # --- the form -----------------------------------------------------------------------------------------------

    @property
    def prompt(self) -> str:
        """Return the prompt in the form."""
        return self._now().prompt

    @prompt.setter
    def prompt(self, prompt: str) -> None:
        self._write(prompt=as_text(prompt))

    @property
    def model(self) -> str:
        """Return the chosen endpoint, as ``kling-v3-pro/image-to-video``; to set it, the model's name is enough."""
        return self._now().endpoint

    @model.setter
    def model(self, model: str) -> None:
        known, now = self._controller.catalogue, self._now()
        output, with_image = known.endpoint(now.endpoint).output, self.image is not None
        name = model.strip()
        # What the menu offers counts too: the default of a task that no list tells of.
        tasks = known.tasks_of(name) or [one["task"] for one in self.endpoints if one["model"] == name]
        task = task_for(output, with_image) if output in OUTPUTS else None
        # For what the form makes, if the model can; else the form makes what the model can.
        alike = [one for one in tasks if TASKS[one].output == output] or tasks
        self._turn_to_endpoint(known.endpoint(model, task if task in alike or not alike else alike[0]))

    @property
    def output(self) -> str:
        """Return what the form makes: ``video``, ``image``, ``audio`` or ``boxes``; set it to turn the form to another.

        ``speech`` is another word for ``audio``. The endpoint follows from this and from whether there is an image:
        the model's own where it has one for that, else the default.
        """
        return self._controller.catalogue.endpoint(self._now().endpoint).output

    @output.setter
    def output(self, output: str) -> None:
        known = self._controller.catalogue
        now = known.endpoint(self._now().endpoint)
        wanted = output_named(output)
        if wanted != now.output:
            self._turn_to_endpoint(self._endpoint_for(wanted, self.image is not None, now.model))

    def _endpoint_for(self, output: str, with_image: bool, model: str) -> Endpoint:
        control = self._controller
        return endpoint_for(control.catalogue, output, with_image, model, control.settings.model)

    def _turn_to_endpoint(self, endpoint: Endpoint) -> None:
        fitting = {name: value for name, value in self._now().settings.items() if name in endpoint.options}
        self._write(endpoint=endpoint.id, settings=fitting, models=[])

    def _follow_image(self) -> None:
        """Turn to the endpoint for what is there now that the start image has come or gone."""
        known = self._controller.catalogue
        now, with_image = known.endpoint(self._now().endpoint), self.image is not None
        if is_served(now, with_image) or now.output not in OUTPUTS:
            return
        found = self._endpoint_for(now.output, with_image, now.model)
        # An image that is there is not left out; where it has gone, another may be on its way.
        if is_served(found, with_image) and (with_image or found.model == now.model):
            self._turn_to_endpoint(found)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the options that are set, by name; set them all at once: ``studio.settings = {"duration": 8}``."""
        return MappingProxyType(self._now().settings)

    @settings.setter
    def settings(self, settings: Mapping[str, Any]) -> None:
        endpoint = self._controller.catalogue.endpoint(self._now().endpoint)
        self._write(settings=_checked(endpoint, settings))

    @property
    def image(self) -> SourceImage | None:
        """Return the start image; set it to anything that ``submit`` takes, or to ``None``.

        A list holds several, for an endpoint that takes many.
        """
        return self._slots.at("start")

    @image.setter
    def image(self, image: Any) -> None:
        images = image if isinstance(image, list | tuple) else [image]
        for name in sorted(self._slots.all, reverse=True):  # as those behind one move up
            if name.startswith("start#"):
                self._slots.clear(name)
        for number, one in enumerate(images, 1):
            self._put_into(place_named("start", number), one)
        self._follow_image()

    @property
    def end_image(self) -> SourceImage | None:
        """Return the image to end on, if the endpoint has a slot for one."""
        return self._slots.at("end")

    @end_image.setter
    def end_image(self, image: Any) -> None:
        self._put_into("end", image)

    # --- what it makes ------------------------------------------------------------------------------------------

    def generate(self, *, fresh: bool = False, webhook_url: str | None = None) -> Job:
        """Generate what the form asks for, or show the take that is kept, as the button does.

        Args:
            fresh: Whether to make another take even if one is kept.
            webhook_url: What the service calls when the request has ended; that of the settings if not given.

        Raises:
            RekaError: If the request cannot be made; nothing was sent.
        """
        if webhook_url is not None:
            check_webhook(webhook_url)
        self._menu.wait()
        self._show_models()
        form, catalogue = self._now(), self._controller.catalogue
        settings = {form.endpoint: form.settings}
        count = count_of(form.prompt, settings, catalogue) * (1 + len(form.models))
        if count > 1:
            raise RekaError(
                f"The form makes {count} at once, and this asks for one. Press Generate in the studio, or leave out "
                "the alternatives and the other models."
            )
        (prepared,) = request_of(form.prompt, settings, self._slots.all, catalogue).requests
        self._prompts.remember(form.prompt)
        job = self._controller.submit(
            self._reuse.mark(replace(prepared, webhook_url=webhook_url)),
            fresh=fresh,
            prompt_for_key=ask_for_key,
            notebook_file=self._notebook_file,
        )
        self._asked_for(job)
        return job

    @property
    def selected(self) -> Take | list[Take] | None:
        """Return the take that is looked at; a list if several are selected, ``None`` if none is."""
        self._settle()
        found = [self._controller.library.takes.get(take) for take in self._selected]
        takes = [self._controller.take(record) for record in found if record is not None]
        return takes if len(takes) > 1 else (takes[0] if takes else None)

    @property
    def takes(self) -> list[Take]:
        """Return the takes kept last, newest first."""
        return self._controller.takes()

    def on_job(self, listener: JobListener) -> Callable[[], None]:
        """Call ``listener(job)`` at every change of a job that this studio asked for; return a function that ends this.

        The listener is called on the thread that does the jobs, so it must not wait for one. An error in it
        is logged.
        """
        return self._events.on_job(listener)

    def on_take(self, listener: TakeListener) -> Callable[[], None]:
        """Call ``listener(take)`` for every take that this studio asked for, made now or kept from earlier.

        Return a function that ends this. The listener is called as the one of ``on_job`` is.
        """
        return self._events.on_take(listener)

    # --- the browser's part -------------------------------------------------------------------------------------

    @property
    def _steering(self) -> dict[type[protocol.Request], Handler]:
        return {
            protocol.Draft: self._draft,
            protocol.Selected: self._select,
            protocol.History: self._prompts.answer,
        }

    async def _draft(self, request: protocol.Draft, buffers: Sequence[bytes]) -> Reply:
        form = protocol.Form(
            request.endpoint,
            as_text(request.prompt),
            settings_for_browser(request.settings),
            request.models,
            request.by[:64],
        )
        if len(msgspec.json.encode(form)) > LONGEST_DRAFT:
            raise RekaError("The form is too long to be sent to the kernel.")
        self.form = msgspec.to_builtins(form)
        return protocol.Nothing(), ()

    async def _select(self, request: protocol.Selected, buffers: Sequence[bytes]) -> Reply:
        self.opened = request.open or ""
        self._selected = now = request.takes or ([request.open] if request.open else [])
        if len(request.takes) > FEW:
            await anyio.sleep(SETTLED)
            if self._selected is not now:
                return protocol.Nothing(), ()
        seen = await anyio.to_thread.run_sync(self._seen, request.takes)
        if self._selected is now:  # else a newer one has overtaken it
            self.selection = seen
        return protocol.Nothing(), ()

    def _seen(self, takes: Sequence[str]) -> list[Any]:
        """Return takes as the browser shows them, without those that are no longer there."""
        records = self._controller.library.takes.some(takes)
        shown = [self._controller.take(record) for record in records]
        return list(msgspec.to_builtins(self._wall.views(shown)))

    def _now(self) -> protocol.Form:
        self._settle()
        form = msgspec.convert(self.form, protocol.Form)
        meant = settings_from_browser(form.settings, form.endpoint, self._controller.catalogue)
        return msgspec.structs.replace(form, settings=meant)

    def _settle(self) -> None:
        """Let what the browser has sent before this be done first; none of that takes time."""
        engine().call(lambda: None)

    def _write(self, **changes: Any) -> None:
        self._show_form(msgspec.structs.replace(self._now(), **changes, by=""))

    def _show_form(self, form: protocol.Form) -> protocol.Form:
        """Show a form in every view, and return it as the browser has it."""
        shown = msgspec.structs.replace(form, settings=settings_for_browser(form.settings))
        self.form = msgspec.to_builtins(shown)
        return shown

    def _put_into(self, slot: str, image: Any) -> None:
        if image is None:
            self._slots.clear(slot)
        else:
            self._slots.put(slot, load(kept_or_given(image, self._controller.library)))


def _checked(endpoint: Endpoint, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as typed values; whatever the form lacks is only refused by Generate."""
    words = {endpoint.prompt_field: "-"} if endpoint.prompt_field else {}
    try:
        checked = check_input(endpoint, {**words, **settings}, list(endpoint.images))
    except InvalidInput as error:
        if error.field in settings:
            raise
        return dict(settings)
    return {name: value for name, value in checked.items() if name in settings}
