"""What the tests let workers do; standard library only, because workers import this file."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
import threading
import time
from pathlib import Path


def double(number):
    return 2 * number


async def double_soon(number):
    await asyncio.sleep(0)
    return 2 * number


def fail_on_three(number):
    if number == 3:
        raise KeyError("three")
    return number


async def fail_on_three_soon(number):
    return fail_on_three(number)


def exit_on_three(number):
    if number == 3:
        sys.exit("three")
    return number


def die_on_seven(number):
    if number == 7:
        os._exit(3)
    return number


def die(number):
    os._exit(3)


def kill_itself_on_seven(number):
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def kill_itself_soon(number):
    """Answer, then die while idle."""
    threading.Timer(0.05, os._exit, [3]).start()
    return number


def hang_on_one(number):
    if number == 1:
        time.sleep(30)
    return number


def stop_on_one(number):
    """Be stopped as SIGTERM cannot reach a process: only SIGKILL does."""
    if number == 1:
        os.kill(os.getpid(), signal.SIGSTOP)
    return number


async def hang_on_one_soon(number):
    if number == 1:
        await asyncio.sleep(30)
    return number


def wait_for_thread(event):
    event.wait(30)


def nap(seconds):
    time.sleep(seconds)
    return seconds


async def nap_soon(seconds):
    await asyncio.sleep(seconds)
    return seconds


def spin(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return seconds


def first_fails(mark):
    """Fail the first time it is called for this file, and leave the file behind."""
    if not Path(mark).exists():
        Path(mark).touch()
        raise OSError("not yet")
    return "done"


async def first_fails_soon(mark):
    return first_fails(mark)


def pid(_):
    return os.getpid()


def modules(_):
    return sorted(sys.modules)


def a_lock(number):
    return threading.Lock() if number == 3 else number


class Awkward(Exception):
    """An exception that pickles and does not unpickle: its constructor wants two arguments."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")


def raise_awkward(number):
    if number == 3:
        raise Awkward(7, "seven")
    return number


class Silent:
    """Neither to be pickled nor to be shown."""

    def __reduce__(self):
        raise TypeError("no")

    def __repr__(self):
        raise ValueError("no words")


def silent_on_three(number):
    return Silent() if number == 3 else number


def megabytes(number):
    return bytes(8_000_000)


def same(thing):
    return thing


def place(seconds):
    """Return the process and the interpreter that this runs in, after a while."""
    from concurrent import interpreters

    time.sleep(seconds)
    return os.getpid(), interpreters.get_current().id


def nap_on_one(number):
    """Hang for long enough to be given up; not for ever, because nobody can end it."""
    if number == 1:
        time.sleep(1)
    return number


def load_on_three(job):
    number, module = job
    if number == 3:
        importlib.import_module(module)
    return number


def nested_interpreters(number):
    from wingslib.engines import interpreters

    return interpreters.map(double, [number]).values()
