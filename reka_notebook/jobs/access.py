"""Hold the API keys that this process has used with one service, and a client for each.

A job is done to its end with the key that it was asked with. Another key would be charged a second time, or
would be told that there is no such request and take the job for gone.
"""

import threading

from reka_notebook import catalogue as catalogues
from reka_notebook import keychain
from reka_notebook.api import AuthenticationFailed, Client
from reka_notebook.config import Settings
from reka_notebook.forks import keep_for_good, renew_in_child
from reka_notebook.jobs.engine import engine
from reka_notebook.jobs.gate import gate_of
from reka_notebook.key import HOW, Key
from reka_notebook.library import JobRecord

SANDBOX = "To try it without a key: %reka sandbox on."


class Access:
    """Make clients when they are first needed, for any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.gate = gate_of(settings)
        """The request budget of the key in use."""
        self._key: Key | None = None
        self._keys: dict[str | None, Key | None] = {None: None}
        self._clients: dict[str | None, Client] = {}
        self._lock = threading.Lock()
        renew_in_child(self._renew)

    def _renew(self) -> None:
        """Make new connections: this is a child process, and the existing ones carry its parent's requests."""
        keep_for_good(self._clients)
        self._clients = {}
        self._lock = threading.Lock()

    @property
    def account(self) -> str | None:
        """Return the fingerprint of the key that new jobs are asked with; ``None`` if there is no key."""
        return self._key.fingerprint if self._key is not None else None

    @property
    def accounts(self) -> list[str]:
        """Return the fingerprints of every key that this process has used."""
        return [account for account in self._keys if account is not None]

    def use_key(self, key: Key) -> None:
        """Ask with this key from now on. Jobs under way go on with the key that they were asked with."""
        with self._lock:
            self._key = self._keys[key.fingerprint] = key
            self.gate = gate_of(self._settings, key)

    def may_do(self, record: JobRecord) -> bool:
        """Return whether this process has the key that a job was asked with.

        Anybody may do a job without an account: it was asked without a key, or by a version that did not
        write it. If the service accepted a job and refused its key afterwards, another key may go on with it,
        as that can no longer be charged for the job.
        """
        return record.account is None or record.account in self._keys or _is_refused(record)

    def client_for(self, record: JobRecord) -> Client:
        """Return the client that sends the key of a job."""
        return self._client(self.account if record.account is None or _is_refused(record) else record.account)

    def client(self) -> Client:
        """Return the client that sends the key in use."""
        return self._client(self.account)

    def _client(self, account: str | None) -> Client:
        with self._lock:
            client = self._clients.get(account)
            if client is None:
                key = self._keys[account]
                client = self._clients[account] = Client(
                    self._settings.base_url,
                    key,
                    catalogues.load(self._settings.catalogue).routes,
                    self._meaning,
                    header=self._settings.key_header,
                    gate=gate_of(self._settings, key),
                )
                engine().closing(client.close)
            return client

    def _meaning(self, word: str) -> str | None:
        """Return the phase of a status word, by the catalogue as it is now: a person may correct it meanwhile."""
        return catalogues.load(self._settings.catalogue).phase(word)


def no_key(*, keyring: bool = True) -> AuthenticationFailed:
    """Return the error that says that there is no key, and how to give one.

    Args:
        keyring: Whether it was looked for in the keyring.
    """
    words = ("Nothing was sent.", keychain.problem() if keyring else None, f"{HOW}.", SANDBOX)
    return AuthenticationFailed(
        "There is no API key for Reka's service", advice=" ".join(word for word in words if word)
    )


def _is_refused(record: JobRecord) -> bool:
    return record.key_refused is not None and record.request_id is not None
