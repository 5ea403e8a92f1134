"""Drive JupyterLab in a headless Chromium, on ports, settings and folders of its own.

Lab's own state is asked for, not its looks: `window.jupyterapp` runs commands whose promise settles when they are done,
and cells are read from the notebook's model. The server is without a token and for loopback tests only.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

CHROME = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
WIDGET = "window.jupyterapp.shell.currentWidget"
NEWS = "set/@jupyterlab/apputils-extension/notification.jupyterlab-settings"


@contextlib.contextmanager
def jupyterlab(root: pathlib.Path) -> Iterator[str]:
    """Serve `root` with JupyterLab and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with open(pathlib.Path(folder, "lab.log"), "w+") as log:
            server = subprocess.Popen(command(root, port), env=environment(folder), stdout=log, stderr=subprocess.STDOUT)
            try:
                wait(server, f"http://127.0.0.1:{port}/api/status", pathlib.Path(log.name))
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(30)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: str) -> dict[str, str]:
    """Return an environment with empty settings, without news and with no layout kept."""
    news = pathlib.Path(folder, NEWS)
    news.parent.mkdir(parents=True)
    news.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    return {**os.environ, "JUPYTERLAB_SETTINGS_DIR": f"{folder}/set", "JUPYTERLAB_WORKSPACES_DIR": f"{folder}/ws"}


def command(root: pathlib.Path, port: int) -> list[str]:
    """Return how the server is started."""
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
        f"--ServerApp.root_dir={root}",
    ]


def wait(server: subprocess.Popen[bytes], address: str, log: pathlib.Path) -> None:
    """Return when the server answers."""
    for _ in range(240):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        assert server.poll() is None, log.read_text()
        time.sleep(0.25)
    raise AssertionError(f"no answer within a minute:\n{log.read_text()}")


def open_notebook(page: Any, base: str, name: str) -> None:
    """Open a notebook, without a layout of before, and wait for its kernel."""
    page.goto(f"{base}/lab/tree/{name}?reset")
    page.wait_for_function(f"window.jupyterapp && {WIDGET}?.context?.isReady", timeout=90_000)
    page.wait_for_function(f"{WIDGET}.sessionContext?.session?.kernel?.status === 'idle'", timeout=90_000)


def run_all(page: Any, seconds: float) -> object:
    """Run all cells; return True, False if one raised, or "timeout"."""
    script = """ms => Promise.race([window.jupyterapp.commands.execute('notebook:run-all-cells'),
                                    new Promise(r => setTimeout(() => r('timeout'), ms))])"""
    return page.evaluate(script, seconds * 1000)


def cells(page: Any) -> list[dict[str, Any]]:
    """Return the cells of the model: also those that are scrolled out of sight."""
    found: list[dict[str, Any]] = page.evaluate(f"{WIDGET}.content.model.sharedModel.cells.map(c => c.toJSON())")
    return found


def move(page: Any, knob: Any, steps: int) -> None:
    """Move a slider by the keyboard, which hits exact steps, and wait until it is there."""
    knob.scroll_into_view_if_needed()
    before = knob.get_attribute("aria-valuenow")
    knob.focus()
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
    page.wait_for_function("([e, v]) => e.getAttribute('aria-valuenow') !== v", arg=[knob.element_handle(), before])
