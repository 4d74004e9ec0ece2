"""Run a JupyterHub whose users share a team's library, by the configuration that the documentation gives."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from .server import EXTENSIONS, USER_SETTINGS

ROOT = Path(__file__).parents[2]
PROXY = ROOT / "js" / "node_modules" / ".bin" / "configurable-http-proxy"
PAGE = ROOT / "docs" / "jupyterhub.md"
CONFIG = re.compile(r"```python title=\"jupyterhub_config.py\"\n(.*?)```", re.DOTALL)

FOR_TESTS = """
HOMES = Path(os.environ["HOMES"])
c.Spawner.environment = json.loads(os.environ["GIVEN"])
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(HOMES / "{username}")
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True", "--LanguageServerManager.autodetect=False"]
c.Spawner.cmd = [os.environ["SINGLEUSER"]]
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.JupyterHub.db_url = "sqlite:///:memory:"
c.ConfigurableHTTPProxy.command = [os.environ["PROXY"]]
"""
"""What a test has in place of a real way to sign in and to start servers: any name, and processes on this machine."""


class HubServer:
    """Run JupyterHub as a process, with a home of its own for each user.

    Args:
        home: A folder for all of it.
        hub: What the hub's environment has, for the documented configuration.
        users: What the environment of each user's server has.
    """

    def __init__(self, home: Path, hub: dict[str, str], users: dict[str, str]) -> None:
        self.homes = home / "homes"
        self.log = home / "hub.log"
        self._home, self._environment = home, {**hub, "GIVEN": json.dumps(users)}
        self.homes.mkdir(parents=True)
        config = CONFIG.search(PAGE.read_text("utf-8"))
        assert config, "the page has a jupyterhub_config.py"
        (home / "jupyterhub_config.py").write_text(config[1] + FOR_TESTS, "utf-8")

    def add_user(self, name: str) -> Path:
        """Make a user's home, in which Lab asks no questions, and return it."""
        home = self.homes / name
        (home / ".local" / "share" / "jupyter").mkdir(parents=True)
        (home / ".local" / "share" / "jupyter" / "labextensions").symlink_to(EXTENSIONS)
        for extension, settings in USER_SETTINGS.items():
            path = home.joinpath(
                ".jupyter", "lab", "user-settings", "@jupyterlab", f"{extension}.jupyterlab-settings"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings), "utf-8")
        return home

    def start(self) -> None:
        """Start the hub and wait until it answers.

        :raises RuntimeError: it does not.
        """
        ports = _free_ports(3)
        self.url = f"http://127.0.0.1:{ports[0]}"
        options = {
            "JupyterHub.bind_url": f"{self.url}/",
            "JupyterHub.hub_port": ports[1],
            "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{ports[2]}",
        }
        command = [
            sys.executable,
            "-m",
            "jupyterhub",
            *(f"--{name}={value}" for name, value in options.items()),
        ]
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        beside = Path(sys.executable).with_name("jupyterhub-singleuser")
        given = {
            "SINGLEUSER": str(beside),
            "HOMES": str(self.homes),
            "PROXY": str(PROXY),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._home,
                env={**kept, "HOME": str(self._home), **given, **self._environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/hub/api/", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"JupyterHub did not start:\n{self.log.read_text('utf-8')[-2000:]}")

    def stop(self) -> None:
        """End the hub, with the proxy and the users' servers."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
