"""What the tests of patterns let workers do, and the engines that they do it on; workers import this file."""

from __future__ import annotations

import os
import time

from wingslib.engines import processes, serial, threads

SYNC = {"serial": (serial, {}), "threads": (threads, {"workers": 3}), "processes": (processes, {"workers": 2})}
"""The sync engines by name, with the options that they need."""


def double(number):
    """Return twice the number."""
    return 2 * number


def same(thing):
    """Return the thing."""
    return thing


def brackets(left, right):
    """Join two texts so that the order of joining can be read."""
    return f"({left}{right})"


def add(left, right):
    """Return the sum."""
    return left + right


def fail_on_13(number):
    """Fail for 13."""
    if number == 13:
        raise LookupError("thirteen")
    return number


def nap_by_number(number):
    """Wait longer for some than for others."""
    time.sleep(0.002 * (number % 3))
    return number


def pid(number):
    """Return the process that this runs in."""
    return os.getpid()


def die_on_13(number):
    """End the process for 13."""
    if number == 13:
        os._exit(3)
    return number


def leave_on_13(number):
    """End the process for 13 as if all were well."""
    if number == 13:
        os._exit(0)
    return number


def exit_on_13(number):
    """Ask the interpreter to end for 13."""
    if number == 13:
        raise SystemExit("thirteen")
    return number
