"""Start kernels as forks of one process that has imported what each of them imports: most of what they cost.

A kernel so begun is a process of its own, in a session, a folder and an environment of its own. It runs ipykernel's
application from its first line on, and imports all of reka_notebook itself; only the packages that others have
written are there already. A kernel that is asked for in another way than Jupyter's usual one, or with other variables
for Python itself, is started as ever.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

LAUNCHER = "ipykernel_launcher"
KERNELS = ["ipykernel_launcher", "ipykernel.ipkernel", "ipykernel.kernelapp", "debugpy"]
OURS = ["anywidget", "av", "httpx", "ipywidgets", "msgspec", "numpy", "PIL.Image", "rich.console", "stamina"]
OURS += ["sqlalchemy.dialects.sqlite"]
"""What every kernel imports, and what reka_notebook does while it makes a video."""

READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "TZ", "OPENBLAS", "OMP")
"""What Python and its packages look at once, as they start."""

REAL = "real-kernel"
"""A file in a folder where kernels are started as ever."""


class Kernel:
    """Know a forked kernel as ``subprocess.Popen`` would: it is asked by its PID, and for how it ended."""

    stdin = stdout = stderr = None

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._nursery.ended(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        :raises subprocess.TimeoutExpired: it has not come in so many seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(LAUNCHER, timeout or 0)
            time.sleep(0.01)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """Keep the process that forks, and hear from it how its kernels ended."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, __file__, str(theirs.fileno())]
        self._process = subprocess.Popen(
            command,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # numpy's, which begin when it is imported
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for it
        )
        theirs.close()
        self._variables = read_at_the_start(os.environ)
        self._ended: dict[int, int] = {}
        self.at_work = True
        """Whether kernels are forked for now."""

    def fits(self, command: list[str], env: dict[str, str], options: dict[str, Any]) -> bool:
        """Return whether a kernel that is asked for in this way can be a fork."""
        return (
            os.path.realpath(command[0]) == os.path.realpath(sys.executable)
            and LAUNCHER in command
            and read_at_the_start(env) == self._variables
            and all(options.get(name) is None for name in ("stdin", "stdout", "stderr"))
        )

    def start(self, command: list[str], env: dict[str, str], cwd: str | None) -> Kernel:
        """Start a kernel."""
        arguments = command[command.index(LAUNCHER) + 1 :]
        asked = {"arguments": arguments, "env": env, "cwd": os.path.abspath(cwd or ".")}
        socket.send_fds(self._socket, [json.dumps(asked).encode()], [1, 2])
        while "began" not in (said := self._hear()):
            pass
        return Kernel(self, said["began"])

    def ended(self, pid: int) -> int | None:
        """Return how a kernel ended, or None while it runs."""
        while select.select([self._socket], [], [], 0)[0]:
            self._hear()
        return self._ended.get(pid)

    def _hear(self) -> dict[str, int]:
        """Return what the process says next, and remember it if that is an end."""
        heard = self._socket.recv(1000)
        if not heard:
            raise RuntimeError("The process that forks kernels has ended.")
        said: dict[str, int] = json.loads(heard)
        if "ended" in said:
            self._ended[said["ended"]] = said["code"]
        return said

    def close(self) -> None:
        """End it; kernels that are left notice that, and end too."""
        self._socket.close()
        self._process.wait(30)


def read_at_the_start(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a fork cannot have otherwise."""
    return {
        name: value
        for name, value in env.items()
        if name.startswith(READ_AT_THE_START) and name != "PYTHON_KEYRING_BACKEND"
    }


def use() -> Nursery:
    """Let Jupyter start its kernels so in this process, from now on."""
    import jupyter_client.provisioning.local_provisioner as provisioner

    nursery, real = Nursery(), provisioner.launch_kernel

    def launch(cmd: list[str], env: dict[str, str] | None = None, cwd: Any = None, **more: Any) -> Any:
        given = dict(os.environ if env is None else env)
        if nursery.at_work and nursery.fits(cmd, given, more) and not Path(cwd or ".", REAL).exists():
            # As its real launcher says: by this a kernel finds the server that it is of.
            return nursery.start(cmd, given | {"JPY_PARENT_PID": str(os.getpid())}, cwd and str(cwd))
        return real(cmd, env=env, cwd=cwd, **more)

    provisioner.launch_kernel = launch  # type: ignore[assignment]
    return nursery


def serve(ours: socket.socket) -> dict[str, Any] | None:
    """Fork whenever it is asked for; return what was asked in each child, and None at the end."""
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([ours, wake], [], [])
        if wake in ready:
            os.read(wake, 100)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            said = {"ended": pid, "code": os.waitstatus_to_exitcode(status)}
            ours.send(json.dumps(said).encode())
        if ours not in ready:
            continue
        message, descriptors, _, _ = socket.recv_fds(ours, 2**20, 2)
        if not message:
            return None
        seen, begun = os.pipe()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            os.close(begun)  # only now may others signal to its group
            for place, descriptor in enumerate(descriptors, 1):
                os.dup2(descriptor, place)
            os.closerange(3, 1 + max(ours.fileno(), wake, woken, seen, *descriptors))
            return dict(json.loads(message))
        os.close(begun)
        os.read(seen, 1)
        for descriptor in (seen, *descriptors):
            os.close(descriptor)
        ours.send(json.dumps({"began": pid}).encode())


def main(descriptor: int) -> None:
    """Import what kernels import, and be one in each child."""
    sys.path.remove(str(Path(__file__).parent))  # of a script, and no kernel has it
    for name in KERNELS + OURS:
        with suppress(ImportError):  # of another version of ipykernel
            importlib.import_module(name)
    assert len(os.listdir("/proc/self/task")) == 1, "of several threads, a fork has only one"
    assert "reka_notebook" not in sys.modules, "a kernel imports all of it itself"
    gc.collect()
    gc.freeze()
    asked = serve(socket.socket(fileno=descriptor))
    if asked is not None:
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        # Read from the environment when it was imported.
        sys.argv = [LAUNCHER, *asked["arguments"], f"--IPKernelApp.parent_handle={os.getppid()}"]
        importlib.import_module("ipykernel.kernelapp").launch_new_instance()


if __name__ == "__main__":
    main(int(sys.argv[1]))
