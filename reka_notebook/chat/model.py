"""Choose the chat model that is asked, and find its address and its key."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from reka_notebook.api.address import is_loopback, origin
from reka_notebook.catalogue import Catalogue
from reka_notebook.catalogue.chat.model import REKA, ChatModel, Purpose, Sight
from reka_notebook.config import BASE_URL
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller
from reka_notebook.key import Key
from reka_notebook.text import did_you_mean


@dataclass(frozen=True)
class Line:
    """Hold where a chat model is asked, and with which key.

    Attributes:
        url: The whole address of its chat route.
        header: The header that has the key.
        here: Whether that is this machine, where nothing is charged.
        by_account: Whether it is charged to the account of the key in use, and counts against its limit.
    """

    url: str
    key: Key | None
    header: str
    here: bool
    by_account: bool

    @property
    def host(self) -> str:
        """Return where it leads, as a person names it."""
        return urlsplit(self.url).hostname or ""


def choose(
    catalogue: Catalogue, name: str | None, purpose: Purpose, sees: tuple[Sight, ...] = ()
) -> ChatModel:
    """Return the chat model of a name, or the first that is for the purpose and sees one of ``sees``.

    Raises:
        RekaError: If there is none.
    """
    if name is not None:
        found = catalogue.chat.get(name.strip())
        if found is None:
            known = list(catalogue.chat)
            raise RekaError(
                f"Unknown chat model {name!r}. {did_you_mean(name, known)} Others can be added to your catalogue.json, "
                "under chat."
            )
        return found
    fitting = [one for one in catalogue.chat.values() if purpose in one.purposes]
    seeing = [one for one in fitting if not sees or set(sees) & set(one.sees)]
    if not (seeing or fitting):
        raise RekaError(
            "The catalogue has no chat model for this. Nothing was sent. Add one under chat in your catalogue.json."
        )
    return (seeing or fitting)[0]


def is_here(control: Controller, model: ChatModel) -> bool:
    """Return whether a model is asked on this machine."""
    return is_loopback(url_of(control, model))


def is_by_account(model: ChatModel) -> bool:
    """Return whether a model is charged to the account of the key in use."""
    return model.key == REKA


def line_to(control: Controller, model: ChatModel, prompt_for_key: Callable[[], str] | None = None) -> Line:
    """Return where a model is asked, with which key.

    Reka's key goes to Reka's own address, to the base URL's own origin, and to where a person's own file says so.
    Where the base URL is a server on this machine, that one is asked in Reka's place.

    Raises:
        RekaError: If there is no key, or none that may go there. Nothing was sent.
    """
    url, header = url_of(control, model), control.settings.key_header
    key: Key | None = None
    if model.key == REKA:
        if not _may_have_key(model, url, control.service):
            raise RekaError(
                f"The key in use is for {control.service}, and {model.name} is asked at {origin(url)}. Nothing was "
                "sent. If the key may go there, say so in your catalogue.json: "
                f'{{"chat": {{"{model.name}": {{"key": "reka"}}}}}}.'
            )
        control.require_key(prompt_for_key)
        key = control.key
    elif model.key is not None:
        key, header = _own_key(model), "Authorization"
    return Line(url, key, header, is_loopback(url), is_by_account(model))


def url_of(control: Controller, model: ChatModel) -> str:
    """Return the address that a model is asked at: its own, or that of a server on this machine in Reka's place."""
    return url_at(model, control.service)


def url_at(model: ChatModel, service: str) -> str:
    """Return the same, where the base URL has this origin."""
    if is_loopback(service) and model.key == REKA:
        return f"{service}{urlsplit(model.url).path}"
    return model.url


def describe_key(model: ChatModel, service: str) -> str:
    """Return in a few words which key goes to a model, where the base URL has this origin."""
    if model.key is None:
        return "no key is sent"
    if model.key != REKA:
        return f"the key in the variable {model.key}{'' if os.getenv(model.key) else ', which is not set'}"
    url = url_at(model, service)
    if not _may_have_key(model, url, service):
        return f"none: your API key is for {urlsplit(service).netloc} alone"
    return f"your API key goes to {urlsplit(url).netloc}"


def _may_have_key(model: ChatModel, url: str, service: str) -> bool:
    return origin(url) == service or model.own_key or service == origin(BASE_URL)


def _own_key(model: ChatModel) -> Key:
    name = model.key or ""
    if not os.getenv(name, "").strip():
        raise RekaError(
            f"{model.name} is asked with the key in the variable {name}, which is not set. Nothing was sent. "
            "Set it before Jupyter starts."
        )
    return Key(os.getenv(name, ""), name)
