"""Progress bars for engines and comparisons. They appear only for what takes longer than a second."""

from __future__ import annotations

import os
from typing import Any

SILENT = "WINGS_PROGRESS"


class Bar:
    """A progress callable `(done, total | None)`; it closes at the end, and a later run opens a new one."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._bar: Any = None

    def __call__(self, done: int, total: int | None) -> None:
        """Show that `done` of `total` items are done."""
        if os.environ.get(SILENT) == "off":
            return
        if self._bar is None:
            self._bar = _opened(self.label, total)
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if total is not None and done >= total:
            self.close()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _opened(label: str, total: int | None) -> Any:
    from tqdm.auto import tqdm

    return tqdm(desc=label, total=total, leave=False, delay=1)


def progress_bar(label: str) -> Bar:
    """Return a callable for `progress=`: a widget in a notebook, a line in a terminal, nothing with WINGS_PROGRESS=off.

    Headless runs set that variable, so that a compared cell has no bar in its output.
    """
    return Bar(label)
