"""Start Python as a fork of a process that has imported what others have written: most of what a command costs.

A process so begun is a child of the tests' process like any other, in a session, a folder and an environment of its
own, and imports all of reka_notebook itself. What is asked for in a way that a fork cannot have, such as on a terminal,
or with other variables for Python itself, is started as ever; so is all elsewhere than on Linux, and where ``forks`` is
off.
"""

import atexit
import ctypes
import gc
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

THEIRS = ["IPython.core.interactiveshell", "anyio._backends._asyncio", "anyio.from_thread", "anywidget"]
THEIRS += ["av.subtitles.stream", "cryptography.hazmat.primitives.ciphers.algorithms", "fastjsonschema"]
THEIRS += ["filecmp", "filelock", "httpcore", "httpx", "ipywidgets", "keyring", "msgspec", "numpy", "stamina"]
THEIRS += ["multiprocessing.pool", "platformdirs.unix", "rich.console", "sqlite3", "statistics"]
THEIRS += ["sqlalchemy.dialects.sqlite", "sqlalchemy.ext.compiler", "urllib.request"]
THEIRS += ["PIL.ImageCms", "PIL.ImageStat", "PIL.features"]
THEIRS += [f"PIL.{name}ImagePlugin" for name in ("Bmp", "Gif", "Jpeg", "Png", "Ppm")]
"""What a command imports while it makes a video."""

KERNEL = "ipykernel_launcher"
OF_KERNELS = ["IPython.core.completerlib", "IPython.core.magics.extension", "IPython.extensions.storemagic"]
OF_KERNELS += [f"ipykernel.{name}" for name in ("control", "debugger", "heartbeat", "parentpoller")]
OF_KERNELS += [f"keyring.backends.{name}" for name in ("SecretService", "kwallet", "libsecret", "macOS")]
OF_KERNELS += ["difflib", "psutil", "tornado.platform.asyncio", "tornado.queues"]
OF_KERNELS += ["wcwidth", "zmq.utils.garbage"]
"""What a kernel imports besides: not its application, which looks at the environment when it is imported."""

READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "TZ", "OPENBLAS", "OMP", "LD_", "MALLOC")
"""What Python and its packages look at once, as they start."""

READ_LATER = ("PYTHON_KEYRING_BACKEND", "PYTHONPATH")

_SUBREAPER = 36
"""What Linux calls the wish to be the parent of grandchildren whose own parent has ended."""

forks = sys.platform == "linux"
"""Whether processes are forked."""


class Popen(subprocess.Popen[Any]):
    """Start a process as ``subprocess.Popen`` does, as a fork where it is one of Python that can be."""

    def _execute_child(self, args: Any, executable: Any, preexec_fn: Any, close_fds: Any, *more: Any) -> None:
        pass_fds, cwd, env, _, _, shell, *streams = more[:12]
        named = dict(os.environ if env is None else env)
        theirs = [
            own if own >= 0 else usual for usual, own in enumerate((streams[0], streams[3], streams[5]))
        ]
        # Without what comes after the streams and the signals, such as another user; a session of its own it has.
        rare = {*more[13:17], *more[18:]} - {None, -1}
        usual = not (executable or preexec_fn or pass_fds or shell or rare)
        asked = asked_for(args, named) if usual and forks and not any(map(os.isatty, theirs)) else None
        if asked is None:
            super()._execute_child(args, executable, preexec_fn, close_fds, *more)  # type: ignore[misc]
            return
        nursery = _nursery(asked["what"] == KERNEL)
        self.pid = nursery.start({**asked, "env": named, "cwd": os.path.abspath(cwd or ".")}, theirs)
        self._child_created = True
        self._close_pipe_fds(*streams)  # type: ignore[attr-defined]


def run(
    args: list[Any],
    *,
    capture_output: bool = False,
    check: bool = False,
    timeout: float = 300,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Run a command as ``subprocess.run`` does."""
    if capture_output:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Popen(args, **options) as process:
        try:
            said = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    done = subprocess.CompletedProcess(args, process.returncode, *said)
    if check:
        done.check_returncode()
    return done


def asked_for(args: Any, env: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what Python is asked to run, or None where a fork cannot be that."""
    if not isinstance(args, list) or args[0] != sys.executable:
        return None
    how, *rest = (str(word) for word in args[1:] if word != "-Xfrozen_modules=off")
    if how not in ("-m", "-c"):
        if how.startswith("-"):
            return None
        how, rest = "", [how, *rest]
    if any(
        value != _environment.get(name)
        for name, value in env.items()
        if name.startswith(READ_AT_THE_START) and name not in READ_LATER
    ):
        return None
    folders = [folder for folder in env.get("PYTHONPATH", "").split(os.pathsep) if folder]
    if any((Path(folder) / "sitecustomize.py").exists() for folder in folders):
        return None
    return {"how": how, "what": rest[0], "arguments": rest[1:], "folders": folders}


_environment = {name: value for name, value in os.environ.items() if name not in READ_LATER}


class _Nursery:
    """Keep a process that forks.

    Args:
        imports: What it imports first.
    """

    def __init__(self, imports: list[str]) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno()), *imports],
            # numpy's threads begin when it is imported; a debugger that is says much.
            env=_environment | {"OPENBLAS_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for it
        )
        theirs.close()
        atexit.register(self._close, os.getpid())

    def _close(self, process: int) -> None:
        """End it with the tests' process; not with a fork of that."""
        if os.getpid() == process:
            self._socket.close()
            self._process.wait(30)

    def start(self, asked: dict[str, Any], streams: list[int]) -> int:
        """Start a process, and return its PID."""
        system = ctypes.CDLL(None)
        with self._lock:
            system.prctl(_SUBREAPER, 1)
            try:
                socket.send_fds(self._socket, [json.dumps(asked).encode()], streams)
                heard = self._socket.recv(100)
            finally:
                system.prctl(_SUBREAPER, 0)
        if not heard:
            raise RuntimeError("The process that forks others has ended.")
        return int(heard)


_kept: dict[bool, _Nursery] = {}


def _nursery(of_kernels: bool) -> _Nursery:
    if of_kernels not in _kept:
        _kept[of_kernels] = _Nursery(THEIRS + OF_KERNELS if of_kernels else THEIRS)
    return _kept[of_kernels]


def serve(ours: socket.socket) -> dict[str, Any] | None:
    """Fork whenever it is asked for; return what was asked in each child, and None at the end."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(ours, 2**20, 3)
        if not message:
            return None
        told, tell = os.pipe()
        between = os.fork()
        if between == 0:
            if os.fork():
                os._exit(0)  # its end makes the child one of the tests' process
            os.setsid()
            os.write(tell, str(os.getpid()).encode())  # only now may others signal to its group
            for place, descriptor in enumerate(descriptors):
                os.dup2(descriptor, place)
            os.closerange(3, 1 + max(ours.fileno(), told, tell, *descriptors))
            return dict(json.loads(message))
        os.waitpid(between, 0)
        ours.send(os.read(told, 100))
        for descriptor in (told, tell, *descriptors):
            os.close(descriptor)


def become(asked: dict[str, Any]) -> None:
    """Run what was asked for, as Python does when it starts."""
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    how, what = asked["how"], asked["what"]
    first = {"-m": asked["cwd"], "-c": "", "": str(Path(what).parent)}[how]
    sys.path[:0] = [first, *asked["folders"]]
    sys.argv = [how or what, *asked["arguments"]]
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    module = sys.modules["__main__"] = ModuleType("__main__")
    if not how:
        module.__file__ = what
    code = what if how else Path(what).read_text("utf-8")
    exec(compile(code, what if not how else "<string>", "exec"), module.__dict__)


def main(descriptor: int, imports: list[str]) -> None:
    """Import what others import, and be one of them in each child."""
    sys.path.remove(str(Path(__file__).parent))  # of a script, and no command has it
    for name in imports:
        with suppress(ImportError):  # of another platform or version
            importlib.import_module(name)
    assert len(os.listdir("/proc/self/task")) == 1, "of several threads, a fork has only one"
    assert "reka_notebook" not in sys.modules, "a command imports all of it itself"
    gc.collect()
    gc.freeze()
    asked = serve(socket.socket(fileno=descriptor))
    if asked is not None:
        become(asked)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
