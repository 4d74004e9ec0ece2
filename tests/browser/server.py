"""Run a JupyterLab with folders and a port of its own, and nothing of the person who runs the tests."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

STARTUP = '''\
"""Before the first cell: what a test wants this kernel's environment to be, from beside its notebook."""
import json, os, pathlib
wanted = pathlib.Path("environment.json")
if wanted.exists():
    os.environ.update(json.loads(wanted.read_text("utf-8")))
del json, os, pathlib, wanted
'''

FORKED_KERNELS = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.forked_kernels import use
use()
del sys.path[0]
"""

NO_BUILD_CHECK = """
c.ServerApp.tornado_settings = {"page_config_data": {"buildAvailable": False, "buildCheck": False}}
"""
"""Every page that is loaded would have the server start Node.js, to ask whether Lab itself is to be built again."""

EXTENSIONS = Path(__file__).parents[2] / "js" / "labextension"
"""Of the checkout, whatever the environment has that the tests run in."""

NOT_OF_LAB = (
    "@jupyter-notebook/lab-extension",
    "@voila-dashboards/jupyterlab-preview",
    "jupyterlab-jupytext",
)
"""What the other hosts that are tested bring for Lab. Few have it there, and each page that is loaded would run it."""

USER_SETTINGS: dict[str, dict[str, Any]] = {
    # A fresh Lab asks whether it may fetch news; the question lies over the studio.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Saving is what some tests are about, so nothing saves but them.
    "docmanager-extension/plugin": {"autosave": False},
}


class LabServer:
    """Run JupyterLab as a process. Its root folder holds a folder for each test.

    Args:
        home: A folder for all of it.
        forked_kernels: Whether its kernels may be forks.
    """

    def __init__(self, home: Path, forked_kernels: bool = False) -> None:
        self.root = home / "notebooks"
        self.log = home / "lab.log"
        self._home = home
        self._runtime = home / "runtime"
        for folder in (self.root, self._runtime, home / "home"):
            folder.mkdir(parents=True)
        (home / "data").mkdir()
        (home / "data" / "labextensions").symlink_to(EXTENSIONS)
        startup = home / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00-environment.py").write_text(STARTUP, "utf-8")
        (home / "config").mkdir()
        configuration = NO_BUILD_CHECK + (FORKED_KERNELS if forked_kernels else "")
        (home / "config" / "jupyter_server_config.py").write_text(configuration, "utf-8")
        (home / "config" / "labconfig").mkdir()
        disabled = {"disabledExtensions": dict.fromkeys(NOT_OF_LAB, True)}
        (home / "config" / "labconfig" / "page_config.json").write_text(json.dumps(disabled), "utf-8")
        for name, settings in USER_SETTINGS.items():
            path = home / "config" / "lab" / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings), "utf-8")

    def start(self) -> None:
        """Start the server and wait until it answers.

        :raises RuntimeError: it does not.
        """
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(), env=self._environment(), stdout=log, stderr=subprocess.STDOUT
            )
        self.url = self._wait_for_url().rstrip("/")

    def stop(self) -> None:
        """End the server, its kernels first."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _command(self) -> list[str]:
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": 0,
            "ServerApp.root_dir": self.root,
            "ServerApp.terminals_enabled": False,
            "IdentityProvider.token": "",
            "LabApp.expose_app_in_browser": True,
            "LabApp.extension_manager": "readonly",
            "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "LanguageServerManager.autodetect": False,
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        return [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *flags]

    def _environment(self) -> dict[str, str]:
        own = ("JUPYTER", "IPYTHON", "REKA", "JPY", "XDG", "PYTEST")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        return kept | {
            "HOME": str(self._home / "home"),
            "IPYTHONDIR": str(self._home / "ipython"),
            "JUPYTER_CONFIG_DIR": str(self._home / "config"),
            "JUPYTER_DATA_DIR": str(self._home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self._runtime),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "REKA_NOTEBOOK_MEASURE": "off",
        }

    def _wait_for_url(self) -> str:
        description = self._runtime / f"jpserver-{self._process.pid}.json"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                url: str = json.loads(description.read_text("utf-8"))["url"]
                with urllib.request.urlopen(f"{url}api/status", timeout=5):
                    return url
            except (OSError, ValueError):
                time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text('utf-8')[-2000:]}")
