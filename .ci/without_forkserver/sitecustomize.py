"""Hides the start method forkserver from every Python process that has this folder on its PYTHONPATH.

So the tests see what a system without it, such as Windows, would show them. multiprocessing offers forkserver where
sockets can send open files; it looks once, when it is imported. From Python 3.14 it lists the method all the same.
"""

from __future__ import annotations

import socket

found = socket.CMSG_LEN
del socket.CMSG_LEN
from multiprocessing import context  # noqa: E402

socket.CMSG_LEN = found
context._concrete_contexts.pop("forkserver")
