"""A small stroke font for the saved picture: letters as pen lines on a grid.

Matplotlib takes a second to import and no other dependency can write text, so the picture brings its own lettering.
The grid of a glyph is 6 wide at most; y runs up, 0 is the base line, 4 the height of 'x', 6 the height of capitals.
A stroke is a run of points of two digits 'xy', with 'a' for y = -1 and 'b' for y = -2; a stroke that begins with
'~' is rounded, one that begins with 'o' is rounded and closed, one that begins with '.' is a dot.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

_GLYPHS: dict[str, tuple[float, str]] = {
    # digits, all of one width so that numbers stand in columns
    "0": (4, "o06 46 43 40 00 03"),
    "1": (4, "05 26 20|00 40"),
    "2": (4, "~05 06 46 43 21 00|00 40"),
    "3": (4, "~05 06 46 43 13|~13 43 40 00 01"),
    "4": (4, "30 36 02 42"),
    "5": (4, "46 06 03|~03 13 44 40 00 01"),
    "6": (4, "~45 46 06 00 40 43 03 02"),
    "7": (4, "06 46 10"),
    "8": (4, "o06 46 43 03|o03 43 40 00"),
    "9": (4, "~01 00 40 46 06 03 43 44"),
    # lower case
    "a": (3.6, "~03 04 34 30|~32 02 00 30 31"),
    "b": (4, "06 00|~02 04 44 40 00 02"),
    "c": (3.4, "~33 34 04 00 30 31"),
    "d": (4, "46 40|~42 44 04 00 40 42"),
    "e": (4, "~02 42 44 04 00 40 41"),
    "f": (2.4, "~36 16 12 10|04 24"),
    "g": (4, "44 40|~40 4b 0b 0a|~42 44 04 00 40 42"),
    "h": (3.6, "06 00|~02 04 34 30"),
    "i": (0.6, "04 00|.06"),
    "j": (1.4, "~14 10 1b 0b|.16"),
    "k": (3.4, "06 00|34 02 30"),
    "l": (1, "~06 01 00 10"),
    "m": (5.6, "04 00|~02 04 34 32 30|~32 34 54 50"),
    "n": (3.6, "04 00|~02 04 34 30"),
    "o": (4, "o04 44 40 00"),
    "p": (4, "04 0b|~02 04 44 40 00 02"),
    "q": (4, "44 4b|~42 44 04 00 40 42"),
    "r": (2.4, "04 00|~02 04 24 34"),
    "s": (3.2, "~33 34 04 02 32 30 00 01"),
    "t": (2.4, "~16 11 10 20 30|04 24"),
    "u": (3.6, "34 30|~04 00 30 32"),
    "v": (3.6, "04 20 44"),
    "w": (6, "04 10 34 50 64"),
    "x": (3.4, "04 30|34 00"),
    "y": (3.6, "04 20|44 1b 0b"),
    "z": (3.4, "04 34 00 30"),
    # capitals
    "A": (4.4, "00 26 40|12 32"),
    "B": (4, "20 00 06 26|03 23|~26 46 43 23|~23 43 40 20"),
    "C": (4.4, "~45 46 06 00 40 41"),
    "D": (4.4, "20 00 06 26|~26 46 40 20"),
    "E": (3.6, "46 06 00 40|03 33"),
    "F": (3.6, "46 06 00|03 33"),
    "G": (4.4, "~45 46 06 00 40 43|43 23"),
    "H": (4.4, "06 00|46 40|03 43"),
    "I": (0.6, "06 00"),
    "J": (3.4, "~36 30 00 01"),
    "K": (4.2, "06 00|46 02|13 40"),
    "L": (3.6, "06 00 40"),
    "M": (6, "00 06 32 66 60"),
    "N": (4.2, "00 06 40 46"),
    "O": (4.6, "o06 46 40 00"),
    "P": (4, "00 06 26|03 23|~26 46 43 23"),
    "Q": (4.6, "o06 46 40 00|32 5a"),
    "R": (4.2, "00 06 26|03 23|~26 46 43 23|23 40"),
    "S": (4, "~45 36 06 03 43 40 00 01"),
    "T": (4.2, "06 46|26 20"),
    "U": (4.4, "~06 01 00 40 41 46"),
    "V": (4.4, "06 20 46"),
    "W": (6, "06 10 36 50 66"),
    "X": (4.2, "06 40|46 00"),
    "Y": (4.2, "06 23 46|23 20"),
    "Z": (4.2, "06 46 00 40"),
    # signs
    " ": (2.2, ""),
    ".": (0.6, ".00"),
    ",": (0.8, "10 0a"),
    ":": (0.6, ".00|.04"),
    ";": (0.8, "10 0a|.14"),
    "'": (0.6, "06 05"),
    '"': (1.6, "06 05|16 15"),
    "!": (0.6, "06 02|.00"),
    "?": (3.4, "~05 06 36 34 23 22|.20"),
    "-": (3, "03 33"),
    "\N{MINUS SIGN}": (3.6, "03 43"),
    "+": (4, "03 43|21 25"),
    "=": (4, "04 44|02 42"),
    "*": (3, "11 25|03 33|15 21"),
    "/": (3, "0a 37"),
    "\\": (3, "07 3a"),
    "|": (0.6, "07 0a"),
    "_": (4, "0a 4a"),
    "(": (1.8, "~27 06 00 2a"),
    ")": (1.8, "~07 26 20 0a"),
    "[": (1.6, "17 07 0a 1a"),
    "]": (1.6, "07 17 1a 0a"),
    "{": (2.4, "~27 17 16 13 03|~03 13 1a 2a"),
    "}": (2.4, "~07 17 16 13 23|~23 13 1a 0a"),
    "<": (3.4, "35 03 31"),
    ">": (3.4, "05 33 01"),
    "^": (3, "04 26 44"),
    "~": (4, "~02 04 23 22 44"),
    "%": (5, "46 00|o06 16 15 05|o31 41 40 30"),
    "&": (4.6, "~50 05 16 36 24 02 00 30 52"),
    "#": (4.4, "10 26|30 46|04 54|02 42"),
    "@": (5, "o02 06 56 50 00|o13 44 32 12"),
    "$": (4, "~45 46 06 03 43 40 00 01|27 2a"),
    "`": (1, "07 15"),
    "\N{MIDDLE DOT}": (0.8, ".03"),
    "\N{DEGREE SIGN}": (2, "o06 26 24 04"),
    "\N{MULTIPLICATION SIGN}": (3.4, "04 31|34 01"),
    "\N{SUPERSCRIPT TWO}": (2, "~06 07 27 26 15 04|04 24"),
    "\N{MICRO SIGN}": (3.6, "04 0b|~02 00 30 32|34 30"),
    "\N{RIGHTWARDS ARROW}": (5, "03 53|35 53 31"),
}
_ALIASES = {
    "\N{GREEK SMALL LETTER MU}": "\N{MICRO SIGN}",
    "\N{EN DASH}": "\N{MINUS SIGN}",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
}
_GREEK = {
    "\N{GREEK SMALL LETTER ALPHA}": (4.4, "~44 30 00 00 04 04 34 40"),
    "\N{GREEK SMALL LETTER BETA}": (4, "~0b 06 16 36 43 13|~13 43 43 40 00"),
    "\N{GREEK SMALL LETTER GAMMA}": (3.8, "~04 14 20|~44 20 1b 2b 20"),
    "\N{GREEK SMALL LETTER DELTA}": (4, "~46 06 14 43 40 00 04 24"),
    "\N{GREEK SMALL LETTER EPSILON}": (3.2, "~33 34 04 02 22|~22 02 00 30 31"),
    "\N{GREEK SMALL LETTER THETA}": (3.6, "o06 36 30 00|03 33"),
    "\N{GREEK SMALL LETTER LAMDA}": (4, "~06 16 30 40|24 00"),
    "\N{GREEK SMALL LETTER PI}": (4, "04 44|14 10|34 30"),
    "\N{GREEK SMALL LETTER RHO}": (4, "~0b 04 44 44 40 40 01"),
    "\N{GREEK SMALL LETTER SIGMA}": (4.4, "o04 34 40 00|24 54"),
    "\N{GREEK SMALL LETTER TAU}": (3.6, "04 44|~24 20 30 31"),
    "\N{GREEK SMALL LETTER PHI}": (4.4, "o04 44 40 00|26 2b"),
    "\N{GREEK SMALL LETTER OMEGA}": (5, "~14 02 00 30 22|~22 20 50 53 44"),
    "\N{GREEK CAPITAL LETTER DELTA}": (4.4, "00 26 40 00"),
    "\N{GREEK CAPITAL LETTER OMEGA}": (4.6, "~00 10 12 03 06 36 46 43 32 30 40"),
}
_GLYPHS.update(_GREEK)
_UNKNOWN = (3.6, "06 46 40 00 06")
_DEPTH = {"a": -1.0, "b": -2.0}
GAP = 1.5
CAPITAL = 6.0


def _points(text: str) -> np.ndarray:
    return np.array([[float(p[0]), _DEPTH[p[1]] if p[1] in _DEPTH else float(p[1])] for p in text.split()])


def _rounded(points: np.ndarray, closed: bool) -> np.ndarray:
    """Cut the corners three times (Chaikin); a point that lies on an edge pulls the curve to it."""
    for _ in range(3):
        after = np.roll(points, -1, axis=0) if closed else points[1:]
        before = points if closed else points[:-1]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        points = cut if closed else np.concatenate([points[:1], cut, points[-1:]])
    return np.concatenate([points, points[:1]]) if closed else points


@lru_cache(maxsize=512)
def _glyph(char: str) -> tuple[float, tuple[np.ndarray, ...]]:
    width, text = _GLYPHS.get(char, _UNKNOWN)
    lines = []
    for stroke in text.split("|") if text else ():
        if stroke[0] == ".":
            lines.append(np.repeat(_points(stroke[1:]), 2, axis=0) + np.array([[0.0, 0.0], [0.0, 0.35]]))
        elif stroke[0] in "~o":
            lines.append(_rounded(_points(stroke[1:]), closed=stroke[0] == "o"))
        else:
            lines.append(_points(stroke))
    return width, tuple(lines)


def measure(text: str, size: float) -> float:
    """Width of `text`, px, when capitals are `size` px high."""
    return layout(text, size)[1]


def layout(text: str, size: float) -> tuple[list[np.ndarray], float]:
    """Pen lines of one line of text.

    Returns
    -------
    lines : list of ndarray, shape (n, 2)
        Points (x, y), px, y down, the base line at 0.
    width : float
        Where the text ends, px.
    """
    scale = size / CAPITAL
    lines: list[np.ndarray] = []
    x = 0.0
    for char in "".join(_ALIASES.get(c, c) for c in text):
        width, strokes = _glyph(char)
        lines += [np.stack([(stroke[:, 0] + x) * scale, -stroke[:, 1] * scale], axis=1) for stroke in strokes]
        x += width + GAP
    return lines, max(0.0, (x - GAP) * scale)
