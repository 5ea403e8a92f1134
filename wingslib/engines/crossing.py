"""How functions, items and results cross to a worker with a memory of its own: by value, and each bad one by itself."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from typing import Any

from wingslib.engines import worker
from wingslib.engines.worker import ATOMS, Failure, Parcel, Report
from wingslib.errors import ItemError, NotPicklable, ParameterError

LARGE_BYTES = 1_000_000
FAILS = (Exception, SystemExit)
"""What pickling may raise of its own; a real interrupt passes."""


class Pickled:
    """The half of a Backend that packs and unpacks; `destination` is the word for where things go."""

    destination = "a process"

    def encode(self, fn: Callable[[Any], Any]) -> bytes:
        """Pickle the function by value where its module cannot be imported by a worker."""
        try:
            data = worker.by_value(fn)
        except FAILS as error:
            raise ParameterError(
                f"fn is {fn!r}, and it holds something that cannot be sent to {self.destination}: {error}. "
                "Open files, locks and connections belong inside the function."
            ) from error
        if len(data) > LARGE_BYTES:
            warnings.warn(_large(fn, len(data)), RuntimeWarning, stacklevel=6)
        return data

    def pack(self, indices: list[int], items: list[Any]) -> tuple[Parcel, dict[int, ItemError]]:
        """Pickle each item that is no atom."""
        if ATOMS.issuperset(map(type, items)):
            return Parcel(items, []), {}
        parcel, refused = Parcel([], []), dict[int, ItemError]()
        for index, item in zip(indices, items, strict=True):
            try:
                thing = item if type(item) in ATOMS else worker.dumps(item)
            except FAILS as error:
                text = f"item {index} ({worker.short(item)}) cannot be sent to {self.destination}: {error}."
                refused[index] = NotPicklable(f"{text} Send what it is made from instead.", index)
                refused[index].__cause__ = error
                continue
            if type(item) not in ATOMS:
                parcel.pickled.append(len(parcel.things))
            parcel.things.append(thing)
        return parcel, refused

    def part(self, payload: Parcel, positions: list[int]) -> Parcel:
        """Pick these items out of a parcel."""
        return payload.part(positions)

    def unpack(self, indices: list[int], report: Report) -> tuple[list[Any], dict[int, Failure]]:
        """Unpickle the values and errors; what could not be pickled over there is a NotPicklable here."""
        values, pickled = worker.opened(report.values)
        failed = {
            position: Failure(self._error(indices[position], failure), failure.traceback)
            for position, failure in report.failed.items()
        }
        for position in pickled:
            try:
                values[position] = pickle.loads(values[position])  # noqa: S301 (bytes of our own worker)
            except FAILS as error:
                failed[position] = Failure(self._unreadable(indices[position], error), "")
        return values, failed

    def _error(self, index: int, failure: Failure) -> BaseException:
        if failure.error is None:
            return NotPicklable(f"item {index}: {failure.traceback.splitlines()[0]}. Return plain data instead.", index)
        try:
            error: BaseException = pickle.loads(failure.error)  # noqa: S301 (bytes of our own worker)
        except FAILS as reason:
            return self._unreadable(index, reason)
        return error

    @staticmethod
    def _unreadable(index: int, error: BaseException) -> NotPicklable:
        return NotPicklable(f"the result of item {index} cannot be unpickled here: {error}. Return plain data instead.", index)


def _large(fn: Callable[[Any], Any], size: int) -> str:
    code = getattr(fn, "__code__", None)
    names = sorted(name for name in getattr(code, "co_names", ()) if name in getattr(fn, "__globals__", {}))
    came = f" It takes these globals along: {', '.join(names)}." if names else ""
    return f"the function pickles to {size / 1e6:.1f} MB, sent with every chunk.{came} Pass large data as items."
