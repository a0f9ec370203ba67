"""A program of its own: a picture on stdin, its thumbnail on stdout. Nothing but pixels gets through.

A decoder is the part of a server that hostile pictures are made for. So it runs apart, without environment or open
files, with little time and memory, and ends after one picture; whatever goes wrong, there is no thumbnail. Out comes a
line "WIDTH HEIGHT" and a WebP made from pixels alone: no EXIF, no place, no profile, no comment, no second frame.

Started by path, not as a module: it imports nothing of the server.
"""

from __future__ import annotations

import io
import resource
import sys
from contextlib import suppress

EDGE_PX = 480
"""The longer edge: 240 on the screen, twice as fine for sharp ones."""
MAX_PIXELS = 40_000_000
"""A photo of 40 megapixels is 160 MB decoded; a bomb claims more."""
MAX_BYTES = 32 * 1024 * 1024
CPU_S = 5
MEMORY_BYTES = 768 * 1024 * 1024
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def confine() -> None:
    """Before the first byte of the picture is looked at. Where a system knows no such limit the others hold."""
    for what, limit in (
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def thumbnail(content: bytes) -> tuple[int, int, bytes]:
    """(width, height, WebP). Raises whatever the decoder raises, ValueError for too many pixels."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - after the limits

    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        # For JPEG: decoded at a fraction of its size.
        picture.draft("RGB", (2 * EDGE_PX, 2 * EDGE_PX))
        upright = ImageOps.exif_transpose(picture)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        small = upright.convert(mode)
    small.thumbnail((EDGE_PX, EDGE_PX))
    pixels = Image.new(mode, small.size)
    pixels.paste(small)
    out = io.BytesIO()
    pixels.save(out, "WEBP", quality=80)
    return pixels.width, pixels.height, out.getvalue()


def main() -> int:
    confine()
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return 1
    try:
        width, height, made = thumbnail(content)
    except Exception:  # noqa: BLE001 - of a hostile picture everything is to be expected
        return 1
    sys.stdout.buffer.write(f"{width} {height}\n".encode() + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
