"""What the trials let an item do to its worker; standard library only, because workers import this file."""

from __future__ import annotations

import asyncio
import ctypes
import os
import re
import resource
import signal
import sys
import threading
import time

from tests.engines import work


def at(places, hurt, item):
    """Return the item, but first be `hurt` if it is one of `places`."""
    if item in places:
        hurt()
    return item


async def at_soon(places, hurt, item):
    """The same for coroutines."""
    await asyncio.sleep(0)
    return at(places, hurt, item)


def exit_at_once():
    os._exit(3)


def exit_as_if_well():
    os._exit(0)


def be_killed():
    os.kill(os.getpid(), signal.SIGKILL)


def touch_null():
    ctypes.string_at(0)


def abort():
    os.abort()


def leave():
    sys.exit("enough")


def starve():
    """Ask for more memory than the worker may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000, hard))
    try:
        bytearray(1_000_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def sleep():
    time.sleep(60)


def spin():
    end = time.monotonic() + 60
    while time.monotonic() < end:
        pass


def hold_the_gil():
    """Stay in a C call in which no other thread of this process runs."""
    re.match("(a+)+$", 32 * "a" + "!")


def sleep_with_the_gil():
    ctypes.PyDLL(None).sleep(60)


def stop():
    """Be stopped as SIGTERM cannot reach a process: only SIGKILL does."""
    os.kill(os.getpid(), signal.SIGSTOP)


def ignore_and_sleep():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)


class Own(BaseException):
    """An exception that is no Exception."""


class Plain(Exception):
    """An exception of a module of its own."""


class Locked(Exception):
    """An exception that holds what cannot be pickled."""

    def __init__(self, text):
        super().__init__(text)
        self.lock = threading.Lock()


def fail(kind, *arguments):
    raise kind(*arguments)


def fail_in_a_group():
    raise ExceptionGroup("two", [ValueError(1), TypeError(2)])


def fail_with_cause():
    try:
        fail(KeyError, "below")
    except KeyError as error:
        raise ValueError("above") from error


class Loading:
    """A thing that calls `act(*arguments)` where it is unpickled."""

    def __init__(self, act, *arguments):
        self.recipe = act, arguments

    def __reduce__(self):
        return self.recipe


class Dumping:
    """A thing that calls `act(*arguments)` when it is pickled."""

    def __init__(self, act, *arguments):
        self.recipe = act, arguments

    def __reduce__(self):
        act, arguments = self.recipe
        return act(*arguments)


def lock():
    return threading.Lock()


def generator():
    return (number for number in range(3))


def handle():
    return open(os.devnull)


def deep():
    """Return a list nested deeper than pickle goes."""
    nest = []
    for _ in range(100_000):
        nest = [nest]
    return nest


def broken_on_loading():
    return Loading(fail, ValueError, "cannot be loaded")


def exits_on_loading():
    return Loading(leave)


def dies_on_loading():
    return Loading(exit_at_once)


def exits_on_dumping():
    return Dumping(leave)


def made(places, make, item):
    """Return what `make` makes if the item is one of `places`, else the item."""
    return make() if item in places else item


def raised(places, error, item):
    """Raise what `error` makes if the item is one of `places`."""
    if item in places:
        raise error()
    return item


def locked():
    return Locked("with a lock")


def awkward():
    return work.Awkward(7, "seven")


def kind(item):
    return type(item).__name__
