"""Write a PNG file from an array of pixels, with nothing but zlib."""

from __future__ import annotations

import struct
import zlib

import numpy as np

MOST_COLOURS = 2048
"""Pictures with more colours than this are written without a palette."""

NEAR = 64
RARE = 1e-3
"""How far, in steps of 255 of a channel, a colour may be from the one that stands for it, and of which share of the
pixels all colours may be together for which another one stands."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encode(pixels: np.ndarray, *, dpi: float = 192.0, text: str = "") -> bytes:
    """Encode an RGB image.

    Parameters
    ----------
    pixels : ndarray, shape (height, width, 3), uint8
    dpi : float
        Written into the file, so that a page that looks shows the picture at its intended size.
    text : str
        A description kept inside the file, read by image viewers and screen readers that look for it.

    Returns
    -------
    bytes
        A complete PNG file, with a palette when 256 colours are enough for the picture: where the smooth edges of
        crossing curves make a few more, single pixels take the nearest of those.
    """
    pixels = np.ascontiguousarray(pixels, np.uint8)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(f"pixels have shape {pixels.shape}, expected (height, width, 3)")
    height, width, _ = pixels.shape
    red, green, blue = (pixels[:, :, k].astype(np.uint32) for k in range(3))
    found = _with_palette(red << 16 | green << 8 | blue)
    if found is not None:
        rows, colours = found
        header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
        table = _channels(colours).astype(np.uint8).tobytes()
    else:
        rows = pixels.reshape(height, width * 3)
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        table = b""
    raw = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)  # filter 0 in front of every row
    per_metre = round(dpi / 0.0254)
    parts = [_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))]
    if table:
        parts.append(_chunk(b"PLTE", table))
    if text:
        parts.append(_chunk(b"iTXt", b"Description\0\0\0\0\0" + text.encode("utf-8")))
    parts += [_chunk(b"IDAT", zlib.compress(raw.tobytes(), 9)), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _with_palette(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The number of each pixel's colour, and 256 colours or less; None where they are not enough.

    Colours are packed: red in the third byte, green in the second, blue in the first.
    """
    used = np.zeros(2**24, bool)
    used[packed] = True
    colours = np.flatnonzero(used)
    if colours.size > MOST_COLOURS:
        return None
    number = np.zeros(2**24, np.uint16)
    number[colours] = np.arange(colours.size)
    rows = number[packed]
    if colours.size <= 256:
        return rows.astype(np.uint8), colours
    counts = np.bincount(rows.ravel())
    order = np.argsort(-counts, kind="stable")
    kept, rare = order[:256], order[256:]
    apart = np.abs(_channels(colours[rare])[:, None] - _channels(colours[kept])).max(axis=2)
    if apart.min(axis=1).max() > NEAR or counts[rare].sum() > RARE * rows.size:
        return None
    palette = np.empty(colours.size, np.uint8)
    palette[kept] = np.arange(256)
    palette[rare] = apart.argmin(axis=1)
    return palette[rows], colours[kept]


def _channels(colours: np.ndarray) -> np.ndarray:
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.int64)
