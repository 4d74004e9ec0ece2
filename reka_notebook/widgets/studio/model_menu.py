"""Fill the studio's menu of models, and fill it anew when the account's list comes."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import anyio.to_thread

from reka_notebook.catalogue import Catalogue, Endpoint
from reka_notebook.catalogue.tasks import TASKS
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.models.default import FIRST, configured_endpoint
from reka_notebook.jobs.models.words import count_of
from reka_notebook.library import GenerationRequest
from reka_notebook.widgets import protocol
from reka_notebook.widgets.exact import settings_from_browser
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.service import AtService
from reka_notebook.widgets.views import endpoint_view

MOST_PRICES = 100
"""Of how many models the price is said at a time."""

NOT_LISTED = "This model is not in your account's list, so the service may refuse it."


class ModelMenu(AtService):
    """Offer the endpoints that have a path, those that the account does not have last.

    Args:
        controller: Knows them.
        chosen: The endpoint that the form begins with.
        prompt: The prompt that the form begins with.
        by_default: Nobody has chosen the endpoint.
        show: Called with what the menu offers, when it has changed.
    """

    def __init__(
        self,
        controller: Controller,
        chosen: Endpoint,
        show: Callable[[list[protocol.Endpoint]], None],
        *,
        prompt: str,
        by_default: bool,
    ) -> None:
        self._controller = controller
        self._chosen = chosen
        self._prompt = prompt
        self._by_default = by_default
        self._show = show

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return what answers the browser."""
        return {protocol.RefreshModels: self._refresh, protocol.Prices: self._prices}

    def fill(self) -> None:
        """Show what there is to choose from now."""
        catalogue = self._controller.catalogue
        # A model that was named is offered though nothing lists it: another one would be shown in its place.
        known = {**catalogue.endpoints}
        begun = self._begun_with(catalogue)
        for endpoint in begun.values():
            known.setdefault(endpoint.id, endpoint)
        known |= {endpoint.id: endpoint for endpoint in self._unlisted(known.values())}
        offered = [endpoint for endpoint in known.values() if endpoint.path is not None]
        default = {id_ for id_ in catalogue.default_ids if id_.rpartition("/")[2] not in begun}
        default |= {endpoint.id for endpoint in begun.values()}
        self._show(
            [
                endpoint_view(
                    endpoint,
                    default=endpoint.id in default,
                    missing=NOT_LISTED if endpoint.id in catalogue.absent else None,
                )
                for endpoint in offered
            ]
        )

    def _begun_with(self, catalogue: Catalogue) -> dict[str, Endpoint]:
        """Return the endpoints that a person has named, by the task that the form begins with each for."""
        setting = self._controller.settings.model
        named: dict[str, Endpoint] = {}
        for task in TASKS if setting else ():
            with suppress(RekaError):  # a name that fits nothing is said where it is used
                if (endpoint := configured_endpoint(catalogue, setting, task)) is not None:
                    named[task] = endpoint
        return named | {self._chosen.task: self._chosen}

    def _unlisted(self, known: Collection[Endpoint]) -> list[Endpoint]:
        """Return the defaults of tasks that nothing else is offered for, as a cell would use them.

        The catalogue itself names no endpoint for some tasks, and a service may have no list. One that leaves out
        models of the catalogue is believed in what it has not.
        """
        catalogue = self._controller.catalogue
        if catalogue.absent:
            return []
        served = {endpoint.task for endpoint in known}
        return [
            catalogue.default_for(task)
            for task in TASKS
            if task not in served and (default := catalogue.defaults.get(task)) and default.chosen
        ]

    def wait(self) -> None:
        """Wait a moment for the account's first list, if nobody has chosen a model."""
        models = self._controller.models
        if self._by_default and models.unknown and not engine().in_thread:
            models.wait(FIRST)

    def replaced(self, form: protocol.Form) -> protocol.Form | None:
        """Return the form with the default of now, if its model turns out to be gone and nobody has written yet."""
        catalogue = self._controller.catalogue
        untouched = self._by_default and form.prompt == self._prompt and not (form.settings or form.models)
        if not untouched or form.endpoint != self._chosen.id or form.endpoint not in catalogue.absent:
            return None
        self._chosen = catalogue.default
        return protocol.Form(self._chosen.id, form.prompt, {})

    async def _refresh(self, request: protocol.RefreshModels, buffers: Sequence[bytes]) -> Reply:
        listed = await asyncio.wrap_future(self._controller.models.ask(keyring=True))
        return protocol.RefreshModelsValue(count_of(listed)), ()

    async def _prices(self, request: protocol.Prices, buffers: Sequence[bytes]) -> Reply:
        known = await anyio.to_thread.run_sync(self._known_prices, request.models[:MOST_PRICES])
        return protocol.PricesValue(known), ()

    def _known_prices(self, models: Sequence[protocol.OtherModel]) -> dict[str, str]:
        control, known = self._controller, dict[str, str]()
        for model in models:
            endpoint = control.catalogue.endpoints.get(model.endpoint)
            if endpoint is None:
                continue
            values = settings_from_browser(model.settings, endpoint.id, control.catalogue)
            request = GenerationRequest(endpoint=endpoint.id, input=values)
            expected = control.library.spending.estimate(control.service, [(endpoint, request)])
            if expected.amount is not None:
                known[endpoint.id] = expected.short
        return known
