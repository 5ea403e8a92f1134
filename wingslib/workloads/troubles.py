"""Ways in which a server goes wrong after it has taken a request: each ends with its connection.

A server has them at /trouble/<name>. What waits does so until the client leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from asyncio import StreamReader, StreamWriter

DRIP_SECONDS = 1.0
_PROMISE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 1000\r\n\r\n"


async def hang(reader: StreamReader, writer: StreamWriter) -> None:
    """Never answer."""
    await reader.read()


async def stall(reader: StreamReader, writer: StreamWriter) -> None:
    """Begin an answer and never end it."""
    writer.write(_PROMISE + b"a beginning")
    await reader.read()


async def drip(reader: StreamReader, writer: StreamWriter) -> None:
    """Send a byte a second, so that no single read takes long."""
    writer.write(_PROMISE)
    left = False
    while not left:
        writer.write(b".")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(), DRIP_SECONDS)
            left = True


async def reset(reader: StreamReader, writer: StreamWriter) -> None:
    """Break the connection off, as a machine does that has lost it."""
    linger = struct.pack("ii", 1, 0)  # on, for 0 seconds: then a close is a reset
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def cut(reader: StreamReader, writer: StreamWriter) -> None:
    """Promise more than is sent, and close."""
    writer.write(_PROMISE + b"a beginning")


async def close_half(reader: StreamReader, writer: StreamWriter) -> None:
    """Say in the middle of an answer that no more comes, and keep listening."""
    writer.write(_PROMISE + b"a beginning")
    writer.write_eof()
    await reader.read()


async def garble(reader: StreamReader, writer: StreamWriter) -> None:
    """Send bytes that are not the UTF-8 that was announced."""
    writer.write(_PROMISE.replace(b"1000", b"4") + b"\xff\xfe\xfa\xfb")


TROUBLES = {
    "hang": hang,
    "stall": stall,
    "drip": drip,
    "reset": reset,
    "cut": cut,
    "half-close": close_half,
    "garble": garble,
}
