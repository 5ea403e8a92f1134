"""Items that tell who worked on them: a letter notes which process opens it."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

COMPANY_SECONDS = 3.0


@dataclass(frozen=True)
class Letter:
    """An item that is opened to get its number; each opening leaves a file in `folder`."""

    index: int
    number: int
    folder: str

    def open(self) -> int:
        """Return the number inside.

        The first letter that a child process opens waits for a second process to open one, for 3 s at most: else a
        worker that is up early could open all before the others have started.
        """
        mine = f"-{os.getpid()}-"
        first = not any(mine in path.name for path in Path(self.folder).iterdir())
        Path(self.folder, f"{self.index}{mine}{time.monotonic_ns()}").touch()
        if first and multiprocessing.parent_process() is not None:
            self._wait_for_company()
        return self.number

    def _wait_for_company(self) -> None:
        deadline = time.monotonic() + COMPANY_SECONDS
        while time.monotonic() < deadline and len(openers(self.folder)) < 2:
            time.sleep(0.005)


def openers(folder: str) -> Counter[int]:
    """Return how many letters each process has opened, by process id."""
    return Counter(int(path.name.split("-")[1]) for path in Path(folder).iterdir())
