"""A canvas that writes SVG: the picture of a lab as lines and text that can be scaled and edited."""

from __future__ import annotations

import base64
import html

import numpy as np

from . import font, png

CAPITAL = 0.716
"""Height of a capital letter in a sans-serif font, in shares of its size."""


class SvgCanvas:
    """Draws what `raster.Canvas` draws, with the same calls, as elements of SVG.

    Parameters
    ----------
    width, height : int
        Size, units of the drawing.
    background : str
        '#rrggbb'.
    """

    def __init__(self, width: int, height: int, background: str = "#ffffff"):
        self.width, self.height = int(width), int(height)
        self._parts: list[str] = []
        self._clips: dict[tuple, str] = {}
        self.fill(0, 0, self.width, self.height, background)

    def to_text(self, title: str, description: str, scale: float) -> str:
        """The file; `scale` units of the drawing are a pixel."""
        size = f'width="{_n(self.width / scale)}" height="{_n(self.height / scale)}"'
        clips = "".join(
            f'<clipPath id="{name}"><rect x="{_n(x0)}" y="{_n(y0)}" width="{_n(x1 - x0)}" height="{_n(y1 - y0)}"/>'
            "</clipPath>"
            for (x0, y0, x1, y1), name in self._clips.items()
        )
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-labelledby="title desc" font-family="Inter, \'Helvetica Neue\', Arial, sans-serif">'
        )
        told = f'<title id="title">{html.escape(title)}</title><desc id="desc">{html.escape(description)}</desc>'
        return "\n".join([head, told, f"<defs>{clips}</defs>", *self._parts, "</svg>", ""])

    def fill(self, x0: float, y0: float, x1: float, y1: float, ink: str, alpha: float = 1.0) -> None:
        """A filled box."""
        self._parts.append(
            f'<rect x="{_n(x0)}" y="{_n(y0)}" width="{_n(x1 - x0)}" height="{_n(y1 - y0)}" fill="{ink}"'
            f"{_alpha('fill', alpha)}/>"
        )

    def polyline(self, points: np.ndarray, ink: str, width: float = 1.0, alpha: float = 1.0, clip=None) -> None:
        """A line through `points`, shape (n, 2); a row with NaN breaks it."""
        self.strokes([np.asarray(points, float)], ink, width, alpha, clip)

    def strokes(self, lines: list[np.ndarray], ink: str, width: float = 1.0, alpha: float = 1.0, clip=None) -> None:
        """Several lines in one colour, each an array of shape (n, 2)."""
        path = "".join(_path(np.asarray(line, float)) for line in lines if len(line))
        if path:
            self._parts.append(
                f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{_n(width)}" stroke-linecap="round" '
                f'stroke-linejoin="round"{_alpha("stroke", alpha)}{self._clip(clip)}/>'
            )

    def dots(self, points: np.ndarray, ink: str, size: float = 2.0, alpha: float = 1.0, clip=None) -> None:
        """Round dots at `points`, shape (n, 2): strokes without length, whose round ends are seen."""
        points = np.asarray(points, float).reshape(-1, 2)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            path = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in points)
            self._parts.append(
                f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{_n(size)}" stroke-linecap="round"'
                f"{_alpha('stroke', alpha)}{self._clip(clip)}/>"
            )

    def area(self, points: np.ndarray, base: float, ink: str, alpha: float, clip=None) -> None:
        """The area between a line and the horizontal `base`."""
        points = np.asarray(points, float)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) > 1:
            path = f"{_path(points)}L{_n(points[-1, 0])} {_n(base)}L{_n(points[0, 0])} {_n(base)}Z"
            self._parts.append(f'<path d="{path}" fill="{ink}"{_alpha("fill", alpha)}{self._clip(clip)}/>')

    def image(self, x0: float, y0: float, x1: float, y1: float, pixels: np.ndarray, clip=None) -> None:
        """An image, shape (rows, columns, 3), 0 to 255, row 0 on top, in the box."""
        if pixels.size:
            data = base64.b64encode(png.encode(np.rint(pixels).astype(np.uint8))).decode()
            self._parts.append(
                f'<image x="{_n(x0)}" y="{_n(y0)}" width="{_n(x1 - x0)}" height="{_n(y1 - y0)}" '
                f'preserveAspectRatio="none" style="image-rendering:pixelated"{self._clip(clip)} '
                f'href="data:image/png;base64,{data}"/>'
            )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        ink: str = "#202020",
        size: float = 8.0,
        align: str = "left",
        weight: float = 1.0,
        turned: bool = False,
    ) -> float:
        """One line of text with its base line at `y`; returns the width that is kept for it."""
        _, width = font.layout(words, size)
        anchor = {"left": "start", "center": "middle", "right": "end"}[align]
        heavy = ' font-weight="600"' if weight > 1.1 else ""
        turn = f' transform="rotate(-90 {_n(x)} {_n(y)})"' if turned else ""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" fill="{ink}" font-size="{_n(size / CAPITAL)}" text-anchor="{anchor}"'
            f"{heavy}{turn}>{html.escape(words)}</text>"
        )
        return width

    def _clip(self, clip) -> str:
        if clip is None:
            return ""
        name = self._clips.setdefault(tuple(float(edge) for edge in clip), f"clip{len(self._clips)}")
        return f' clip-path="url(#{name})"'


def _alpha(what: str, alpha: float) -> str:
    return "" if alpha == 1 else f' {what}-opacity="{_n(alpha)}"'


def _n(value: float) -> str:
    """A number with two digits after the point, which is a twentieth of a pixel at least."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _path(line: np.ndarray) -> str:
    """Moves and lines through the points; a row that is not finite breaks the line."""
    parts, pen_up = [], True
    for (x, y), good in zip(line, np.isfinite(line).all(axis=1)):
        if good:
            parts.append(f"{'M' if pen_up else 'L'}{_n(x)} {_n(y)}")
        pen_up = not good
    return "".join(parts)
