"""A process that decodes pictures, under limits of memory and time, so that this one lives on.

One child serves many pictures. It is given the file's bytes and a scale, and gives back pixels.
When a picture kills it or keeps it too long, that picture is refused and the next one gets a
new child. See docs/why/picture-worker.md for what is decoded here and what is not.

    request:   length, scale          (>Qd)   then the file's bytes
    answer:    0, mode, width, height, full width, full height, format (>B4sIIII4s) then pixels
               1, length              (>BI)   then a message
"""

from __future__ import annotations

import atexit
import contextlib
import os
import struct
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING

from sharekit.composer import decode
from sharekit.composer.decode import Header
from sharekit.errors import RenderError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["decode_apart"]

MEMORY = 1_000_000_000
"""Bytes of address space."""
SECONDS = 5
"""CPU seconds a picture may cost; three times as many may pass by the clock."""

_REQUEST = struct.Struct(">Qd")
_STATUS = struct.Struct(">B")
_PICTURE = struct.Struct(">4sIIII4s")
_LENGTH = struct.Struct(">I")


class _Child:
    """The decoding process, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def decode(self, data: bytes, name: str, scale: float) -> tuple[Image, Header]:
        with self._lock:
            child = self._running()
            watch = threading.Timer(SECONDS * 3, child.kill)
            watch.start()
            try:
                return _ask(child, data, name, scale)
            except (OSError, struct.error, EOFError) as error:
                self._stop()
                raise RenderError(
                    f"picture {name} takes over {SECONDS} s or {MEMORY // 1_000_000} MB to decode",
                    code="picture-too-costly",
                    hint="Save it anew as a JPEG or PNG.",
                ) from error
            finally:
                watch.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sharekit.composer.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            atexit.register(self._stop)
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        atexit.unregister(self._stop)
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()


_child = _Child()


def decode_apart(data: bytes, name: str, scale: float = 1.0) -> tuple[Image, Header]:
    """As `decode.decode`, in the decoding process. Raises `RenderError`."""
    return _child.decode(data, name, scale)


def _ask(
    child: subprocess.Popen[bytes], data: bytes, name: str, scale: float
) -> tuple[Image, Header]:
    from PIL import Image

    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(_REQUEST.pack(len(data), scale) + data)
    child.stdin.flush()
    (failed,) = _STATUS.unpack(_exactly(child.stdout, _STATUS.size))
    if failed:
        (length,) = _LENGTH.unpack(_exactly(child.stdout, _LENGTH.size))
        reason = _exactly(child.stdout, length).decode()
        raise RenderError(f"picture {name} {reason}", code="picture-unreadable", hint=decode.HINT)
    fields = _PICTURE.unpack(_exactly(child.stdout, _PICTURE.size))
    mode = fields[0].decode().strip()
    width, height, full_width, full_height = fields[1:5]
    pixels = _exactly(child.stdout, width * height * len(mode))
    image = Image.frombytes(mode, (width, height), pixels)
    return image, Header(fields[5].decode().strip(), full_width, full_height)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise EOFError
    return data


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until *requests* ends."""
    while head := requests.read(_REQUEST.size):
        length, scale = _REQUEST.unpack(head)
        _allow_seconds()
        try:
            answer = _picture(_exactly(requests, length), scale)
        except RenderError as error:
            reason = error.message.removeprefix("picture  ").encode()
            answer = _STATUS.pack(1) + _LENGTH.pack(len(reason)) + reason
        answers.write(answer)
        answers.flush()


def _picture(data: bytes, scale: float) -> bytes:
    """The answer for one picture: no larger than *scale* asks, so that little is handed over."""
    image, head = decode.decode(data, "", scale)
    # What decoding could not make smaller. Whole steps only: the last, fine one is the composer's.
    across, down = image.width / head.width, image.height / head.height
    if scale and (steps := int(min(across, down) / scale)) > 1:
        image = image.reduce(steps)
    fields = (
        image.mode.encode().ljust(4),
        *image.size,
        head.width,
        head.height,
        head.format.encode().ljust(4),
    )
    return _STATUS.pack(0) + _PICTURE.pack(*fields) + image.tobytes()


def _allow_seconds() -> None:
    """Let this process use `SECONDS` more of CPU time from here on."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + SECONDS + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _main() -> None:
    if sys.platform != "win32":
        import resource

        # Not every system keeps this limit (macOS does not); the pixel cap holds everywhere.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    _main()
