"""Where do things lie? The project's folders, found from the library's own place, never from the current folder.

Only paths live here; nothing is read or written but the results folder, which is made when first asked for.
"""

from __future__ import annotations

import os
from pathlib import Path

from wingslib.errors import NotAvailable, ParameterError


def project() -> Path:
    """Return the top folder of the checkout; NotAvailable if the library was installed without one."""
    root = Path(__file__).resolve().parent.parent
    if not (root / "notebooks").is_dir():
        raise NotAvailable(f"no notebooks beside {root.name}/wingslib: clone the project and run `make lab` in the clone.")
    return root


def notebooks() -> Path:
    """Return the folder of the notebooks."""
    return project() / "notebooks"


def data() -> Path:
    """Return the folder of the small committed inputs."""
    return project() / "data"


def store() -> Path:
    """Return the file that holds all measurements: `WINGS_STORE`, else results/wings.sqlite."""
    named = os.environ.get("WINGS_STORE")
    return Path(named).expanduser().resolve() if named else project() / "results" / "wings.sqlite"


def results() -> Path:
    """Return the folder that runs write to, where the store lies; make it if it is not there yet."""
    folder = store().parent
    if folder.exists() and not folder.is_dir():
        raise ParameterError(f"{folder} is a file; results need a folder. Move the file away or set WINGS_STORE elsewhere.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParameterError(
            f"{folder} cannot be made ({error.strerror}). Set WINGS_STORE to a file in a folder you own."
        ) from error
    return folder
