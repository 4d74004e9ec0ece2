"""Run uvicorn in a thread, and end it quickly."""

from __future__ import annotations

import asyncio
import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from reka_notebook.sandbox.errors import SandboxError
from reka_notebook.sandbox.rendering.renderer import Renderer

PATIENCE = 10.0
"""Seconds that the server has to start."""
KEEP_ALIVE = 75
"""Seconds after which an idle connection is closed."""


class Loop:
    """Run the thread that serves. ``stopping`` is set, on its event loop, when it is to end."""

    def __init__(self, listener: socket.socket, renderer: Renderer) -> None:
        self.stopping = asyncio.Event()
        self._listener = listener
        self._renderer = renderer
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: ASGIApp) -> None:
        """Start serving, and return when requests are being answered."""
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        server = _Server(config, self.stopping, self._ready)
        self._thread = threading.Thread(target=self._run, args=(server,), name="sandbox", daemon=True)
        self._thread.start()
        if not self._ready.wait(PATIENCE):
            raise SandboxError("The sandbox did not start.")

    def stop(self) -> None:
        """Stop serving, and return when the thread is gone."""
        if self._loop and self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self.stopping.set)
            self._thread.join()
        self._renderer.stop()

    def _run(self, server: _Server) -> None:
        asyncio.run(self._serve(server))

    async def _serve(self, server: _Server) -> None:
        self._loop = asyncio.get_running_loop()
        server.renderer = self._renderer
        await server.serve([self._listener])


class _Server(uvicorn.Server):
    """End when told to; uvicorn's own end waits for connections and ticks ten times a second."""

    renderer: Renderer

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event, ready: threading.Event) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._ready = ready

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        self._ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection, let the requests under way finish, and leave."""
        for server in self.servers:
            server.close()
        self.renderer.stop()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)
