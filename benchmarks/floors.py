"""Measure the transport itself: a raw websocket, and a widget that only passes bytes on."""

import asyncio
import threading
from concurrent.futures import Future

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler

from benchmarks.chromium import Page

CHUNK = 512 * 1024
BARE = '''import anywidget, os

class Bare(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
        globalThis.bare = model;
        el.innerHTML = "<section aria-label=Studio><textarea></textarea></section>";
    } }"""

    def __init__(self):
        super().__init__()
        self.on_msg(self._received)

    def _received(self, _, wanted, buffers):
        self.send(len(buffers), buffers=[os.urandom(wanted)] if wanted else [])

Bare()'''
RAW = """async ([port, size, chunk]) => {
    const bytes = new Uint8Array(size);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    await new Promise(resolve => socket.onopen = resolve);
    const began = performance.now();
    let answered = 0;
    await new Promise(resolve => {
        socket.onmessage = () => { if ((answered += chunk) >= size) resolve(); };
        for (let at = 0; at < size; at += chunk) socket.send(bytes.subarray(at, at + chunk));
    });
    return performance.now() - began;
}"""
INTO = """async size => {
    const bytes = new Uint8Array(size);
    const chunk = 1 << 22;
    const began = performance.now();
    await new Promise(resolve => {
        let sent = 0, answered = 0;
        const send = () => {
            if (sent < size) bare.send(0, undefined, [bytes.slice(sent, sent += chunk).buffer]);
        };
        const answer = () => {
            if ((answered += chunk) < size) return send();
            bare.off("msg:custom", answer);
            resolve();
        };
        bare.on("msg:custom", answer);
        for (let window = 0; window < 3; window++) send();
    });
    return performance.now() - began;
}"""
OUT = """async size => {
    const began = performance.now();
    await new Promise(resolve => {
        const answer = () => resolve(bare.off("msg:custom", answer));
        bare.on("msg:custom", answer);
        bare.send(size);
    });
    return performance.now() - began;
}"""


class Floors:
    """Time this many bytes on their way without the studio, in milliseconds."""

    def __init__(self, page: Page, size: int) -> None:
        self._page, self._size = page, size

    def into_kernel(self, tries: int) -> list[float]:
        """Time the bytes through a bare anywidget into its kernel."""
        return [float(self._page.evaluate(INTO, self._size)) for _ in range(tries)]

    def out_of_kernel(self, tries: int) -> list[float]:
        """Time the bytes through a bare anywidget into the page."""
        return [float(self._page.evaluate(OUT, self._size)) for _ in range(tries)]

    def websocket(self) -> float:
        """Time the bytes to a websocket server until all are answered."""
        ready: Future[tuple[int, asyncio.AbstractEventLoop]] = Future()

        async def serve() -> None:
            server = HTTPServer(Application([("/", _Answering)], websocket_max_message_size=self._size))
            sockets = bind_sockets(0, "127.0.0.1")
            server.add_sockets(sockets)
            stop = asyncio.Event()
            ready.set_result((sockets[0].getsockname()[1], asyncio.get_running_loop()))
            stopping.append(stop)
            await stop.wait()
            server.stop()

        stopping: list[asyncio.Event] = []
        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        port, loop = ready.result(30)
        took = float(self._page.evaluate(RAW, [port, self._size, CHUNK]))
        loop.call_soon_threadsafe(stopping[0].set)
        thread.join(30)
        return took


class _Answering(WebSocketHandler):
    def check_origin(self, origin: str) -> bool:
        return True

    async def on_message(self, message: str | bytes) -> None:
        await self.write_message(str(len(message)))
