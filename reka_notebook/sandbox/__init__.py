"""Serve a Reka on localhost: the same API, with results drawn by plain rules; no key and no network.

    with Sandbox(speed=10) as url:
        ...

It never pretends to be a model: its pictures and videos say "sandbox" in a corner. ``Fault`` says what can be
made to go wrong. Starlette, uvicorn, PyAV and Pillow are imported when a sandbox is started, not before.
"""

from reka_notebook.sandbox.errors import SandboxError
from reka_notebook.sandbox.faults import Fault, Faults
from reka_notebook.sandbox.ledger import Charge, Refused, Seen
from reka_notebook.sandbox.server import Sandbox, serve

__all__ = ["Charge", "Fault", "Faults", "Refused", "Sandbox", "SandboxError", "Seen", "serve"]
