"""Keep the account's list of models: asked for once a day on the engine, and read from the library's folder.

Nobody waits for it who did not ask for it, and a refresh that fails leaves what is there. Each service and account
has a file of its own, with the fingerprint of the key in its name and no key in it.
"""

import hashlib
import logging
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import anyio.to_thread
import msgspec

from reka_notebook import catalogue as catalogues
from reka_notebook.api import ApiError, Client, Patience
from reka_notebook.api.address import is_loopback, origin
from reka_notebook.api.connections import check_surroundings
from reka_notebook.catalogue import Catalogue, UnknownEndpoint
from reka_notebook.catalogue.account.lay_over import lay_over
from reka_notebook.catalogue.account.models import ModelList, read_models
from reka_notebook.config import Settings
from reka_notebook.errors import RekaError
from reka_notebook.forks import renew_in_child
from reka_notebook.jobs.access import no_key
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.gate import gate_of
from reka_notebook.jobs.listeners import Listeners
from reka_notebook.key import Key, find_key
from reka_notebook.library.folder import private_folder, write_whole

log = logging.getLogger("reka_notebook")

DAY = 86_400.0
"""Seconds after which the list is asked for again."""

AGAIN = 900.0
"""Seconds after which it is asked for again where that has failed."""

WITHIN = 20.0
"""Seconds that the service has for its answer."""

SOON = 4.0
"""Seconds that the service has to say that it does not know a key, which a person waits for."""

JUST = 2.0
"""Seconds in which it counts as just asked for: less than anybody waits for it."""

MOST_EARLIER = 60
"""Endpoints that are remembered as having been defaults."""

LARGEST = 4 * 2**20
"""Bytes of a file that is read."""


class AccountModels:
    """Know the models of whichever account the current key belongs to.

    Args:
        settings: The service, the library's folder, and perhaps the key.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._service = origin(settings.base_url)
        self._local = is_loopback(settings.base_url)
        self._folder = settings.home / "models"
        self._key: Key | None = None
        self._read: tuple[tuple[Path, int, int], ModelList | None] | None = None
        self._laid: tuple[Catalogue, ModelList, Catalogue] | None = None
        self._told: set[str] = set()
        self._listeners = Listeners[Catalogue]("the account's models")
        self._renew()
        renew_in_child(self._renew)

    def _renew(self) -> None:
        """Forget what was being asked: this is a child process, and its parent asks."""
        self._lock = threading.Lock()
        self._asking: Future[ModelList] | None = None
        self._tried: tuple[str | None, float] | None = None

    def use_key(self, key: Key) -> None:
        """Speak of this key's account from now on."""
        self._key = key

    def subscribe(self, listener: Callable[[Catalogue], object]) -> Callable[[], None]:
        """Call ``listener(catalogue)`` on the engine when a new list has come; returns what ends it."""
        return self._listeners.add(listener)

    @property
    def catalogue(self) -> Catalogue:
        """Return the endpoints: the catalogue's, laid over the account's list where one is there."""
        known = catalogues.load(self._settings.catalogue, self._settings.learned)
        listed = self.listed
        if listed is None:
            return known
        laid = self._laid
        if laid is None or laid[0] is not known or laid[1] is not listed:
            laid = self._laid = (known, listed, lay_over(known, listed))
        return laid[2]

    @property
    def listed(self) -> ModelList | None:
        """Return the list as it was kept last; None if there is none, or it cannot be read."""
        path = self._path(self._account) if self._account or self._local else self._newest()
        return self._load(path) if path is not None else None

    @property
    def unknown(self) -> bool:
        """Return whether no list is there, and waiting for one now might bring it."""
        return self.listed is None and (self._is_due() or self._has_just_asked)

    def earlier_defaults(self, known: Catalogue, task: str) -> list[str]:
        """Return the endpoints that may have been a task's default before the present one was, the likeliest first."""
        default = known.defaults.get(task)
        if default is None or default.by_hand or default.chosen is None:
            return []
        lists = [self._load(path) for path in self._files()]
        names = [name for listed in lists if listed is not None for name in listed.all_defaults]
        order = dict.fromkeys([*(name for name in names if name.endswith(f"/{task}")), *default.order[:1]])
        return [name for name in order if name != known.default_for(task).id]

    def notice(self, known: Catalogue, task: str) -> str | None:
        """Return, once in this process, that another model than the first choice is a task's default."""
        said = known.default_notice(task)
        if said is None or said in self._told:
            return None
        self._told.add(said)
        return said

    def ask_soon(self) -> None:
        """Ask for the list on the engine if it is more than a day old and a key is at hand; do not wait for it."""
        if self._is_due():
            self.ask()

    def ask(self, *, keyring: bool = False) -> Future[ModelList]:
        """Ask for the list now, or join who does, and return what will have it; it fails with a ``RekaError``.

        Args:
            keyring: Whether the keyring may be asked for the key.
        """
        with self._lock:
            if self._asking is None or self._asking.done():
                self._asking = Future()
                self._tried = (self._account, time.monotonic())
                try:
                    engine().start(self._ask, self._asking, keyring)
                except RuntimeError as error:  # no thread can be had now
                    self._asking.set_exception(RekaError(f"The list of models was not asked for: {error}."))
            return self._asking

    def wait(self, seconds: float) -> None:
        """Ask for the list and wait for it this long, whatever comes of it. Not to be called on the engine."""
        with suppress(RekaError, TimeoutError):
            self.ask().result(seconds)

    def wait_for(
        self, name: str, seconds: float, *, task: str | None = None, with_image: bool = False
    ) -> None:
        """Wait for the first list this long where a model is named that nobody knows yet; not on the engine."""
        if self.unknown and not engine().in_thread:
            try:
                self.catalogue.choose(name, task=task, with_image=with_image)
            except UnknownEndpoint:
                self.wait(seconds)

    async def refuses(self, key: Key) -> bool:
        """Return whether the service says that it does not know a key; false where it cannot be asked just now."""
        client: Client | None = None
        try:
            check_surroundings(self._settings.base_url)
            client = await anyio.to_thread.run_sync(self._client, key)
            await client.models(patience=Patience(total=1.0, within=SOON, unreachable=1))
        except RekaError as error:
            return isinstance(error, ApiError) and error.is_wrong_key
        finally:
            if client is not None:
                await client.close()
        return False

    async def _ask(self, asked: Future[ModelList], keyring: bool) -> None:
        try:
            asked.set_result(await self._fetch(keyring))
        except RekaError as error:
            log.info("the account's models are not known anew: %s", error)
            asked.set_exception(error)
        finally:
            if not asked.done():
                asked.set_exception(RekaError("The list of models was not read."))

    async def _fetch(self, keyring: bool) -> ModelList:
        key = await anyio.to_thread.run_sync(self._require_key, keyring)
        # In a thread, because it takes a while the first time, for which the loop would stand still.
        client = await anyio.to_thread.run_sync(self._client, key)
        try:
            body = await client.models(patience=Patience(total=5.0, within=WITHIN, unreachable=1))
        finally:
            await client.close()
        found = await anyio.to_thread.run_sync(read_models, body)
        if found is None:
            raise RekaError("The service's answer has no list of models that can be read.")
        kept = await anyio.to_thread.run_sync(self._keep, found, key)
        self._listeners.tell(self.catalogue)
        return kept

    def _require_key(self, keyring: bool) -> Key | None:
        check_surroundings(self._settings.base_url)
        found = self._key_at_hand() or find_key(keyring=keyring and not self._local)
        if found is None and not self._local:
            raise no_key(keyring=keyring)
        self._key = found
        return found

    def _client(self, key: Key | None) -> Client:
        known = catalogues.load(self._settings.catalogue, self._settings.learned)
        return Client(
            self._settings.base_url,
            key,
            known.routes,
            known.phase,
            header=self._settings.key_header,
            gate=gate_of(self._settings, key),
        )

    def _keep(self, found: ModelList, key: Key | None) -> ModelList:
        """Write the list down, with what is the default by it and what was before."""
        path = self._path(key.fingerprint if key is not None else None)
        before = self._load(path)
        known = lay_over(catalogues.load(self._settings.catalogue, self._settings.learned), found)
        defaults = tuple(known.default_for(task).id for task, one in known.defaults.items() if one.chosen)
        earlier = [name for name in before.all_defaults if name not in defaults] if before is not None else []
        kept = msgspec.structs.replace(
            found,
            fetched=time.time(),
            defaults=defaults,
            earlier_defaults=tuple(reversed(earlier[:MOST_EARLIER])),
        )
        private_folder(self._folder)
        write_whole(path, msgspec.json.format(msgspec.json.encode(kept)))
        return kept

    def _is_due(self) -> bool:
        account = self._account
        if account is None and not self._local:
            return False
        if self._tried is not None:
            before, when = self._tried
            if before == account and time.monotonic() - when < AGAIN:
                return False
        listed = self.listed
        return listed is None or not 0 <= time.time() - listed.fetched < DAY

    @property
    def _has_just_asked(self) -> bool:
        """Return whether an answer is still out, and so new that nobody has given up waiting for it."""
        asking, tried = self._asking, self._tried
        if asking is None or asking.done() or tried is None:
            return False
        return time.monotonic() - tried[1] < JUST

    @property
    def _account(self) -> str | None:
        key = self._key_at_hand()
        return key.fingerprint if key is not None else None

    def _key_at_hand(self) -> Key | None:
        """Return the key where it costs nothing to find it: no keyring is asked."""
        try:
            return find_key(self._settings.api_key, keyring=False) or self._key
        except RekaError:  # said by whoever needs it
            return None

    def _path(self, account: str | None) -> Path:
        return self._folder / f"{self._stem}-{account or 'no-key'}.json"

    @property
    def _stem(self) -> str:
        host = re.sub(r"[^a-z0-9]+", "-", self._service.partition("//")[2].lower()).strip("-")[:60]
        return f"{host}-{hashlib.sha256(self._service.encode()).hexdigest()[:8]}"

    def _files(self) -> list[Path]:
        """Return the lists of this service, of every account, newest first."""
        try:
            dated = [(path.stat().st_mtime, path) for path in self._folder.glob(f"{self._stem}-*.json")]
        except OSError:
            return []
        return [path for _, path in sorted(dated, reverse=True)]

    def _newest(self) -> Path | None:
        """Return the list that came last: the account is not known before its key is needed."""
        return next(iter(self._files()), None)

    def _load(self, path: Path) -> ModelList | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        version = (path, stat.st_mtime_ns, stat.st_size)
        if self._read is None or self._read[0] != version:
            self._read = (version, _decode(path) if stat.st_size <= LARGEST else None)
        return self._read[1]


def _decode(path: Path) -> ModelList | None:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=ModelList)
    except (OSError, msgspec.DecodeError):  # a ValidationError is one, too
        return None
    return found if found.models else None
