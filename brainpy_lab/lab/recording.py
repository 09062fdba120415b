"""A page of its own that plays what a lab showed: no kernel, no network."""

from __future__ import annotations

import base64
import html
import json
import math
import zlib
from pathlib import Path

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .export import started
from .widgets import static_text

FPS = 20.0
FEWEST_FRAMES = 40
MOST_BYTES = 24_000_000
"""Of all frames before they are packed; more would make a file that no mail takes."""
_LITTLE = 8
"""Bytes that two frames must have in common to be worth looking for more."""


def to_html(lab, path, seconds: float = 10.0) -> Path:
    """Write the page.

    Raises
    ------
    ModelUseError
        When nothing has been computed yet, or while the lab fails.
    """
    path = checks.path("path", path, "html htm")
    path.write_text(page(lab, checks.number("seconds", seconds, unit="s", above=0)), "utf-8")
    return path


def page(lab, seconds: float) -> str:
    """The text of the page."""
    frames = record(lab, seconds)
    told, png = lab.description(), lab.to_png()
    spec = {**lab.spec(), "recorded": True}
    data = json.dumps({"spec": spec, **packed(frames), "fps": len(frames) / seconds})
    picture = base64.b64encode(png).decode("ascii")
    return _PAGE.format(
        title=html.escape(f"{lab.name}, recorded"),
        css=static_text("widget.css"),
        told=html.escape(told),
        picture=picture,
        data=data.replace("</", "<\\/"),
        script=static_text("player.js").replace("</script", "<\\/script"),
    )


def record(lab, seconds: float) -> list[tuple[dict, list[bytes]]]:
    """The frames of the last `seconds` of watching: go back, compute them again, and be where the run was."""
    session = started(lab)
    lab._refuse_closed()  # the seconds are computed again
    was_running = lab.status == "running"
    dt = lab.subject.bindings.dt
    span = seconds * lab.speed if math.isfinite(lab.speed) else lab.window_ms
    n_steps = max(1, round(span / dt))
    lead = max(1, round(lab.window_ms / dt))
    most = max(FEWEST_FRAMES, round(seconds * FPS))

    def film(timeline, stop) -> list[tuple[dict, list[bytes]]]:
        end = timeline.step
        first = max(timeline.history.oldest_step, end - n_steps)
        if first >= end:
            raise ModelUseError(f"{lab.name} has computed nothing yet, so there is nothing to record: run it first.")
        timeline.go_to(first, stop, lead=min(lead, first - timeline.history.oldest_step))
        frames = [lab._build_frame()]
        size = sum(len(buffer) for buffer in frames[0][1]) + 1
        count = int(min(most, max(FEWEST_FRAMES, MOST_BYTES // size), end - first))
        for step in np.linspace(first, end, count + 1).round().astype(int)[1:]:
            timeline.go_to(int(step), stop)
            frames.append(lab._build_frame())
        return frames

    frames = session.perform(film).result()
    if was_running:
        lab.run()
    return frames


def packed(frames: list[tuple[dict, list[bytes]]]) -> dict:
    """Frames for JSON: headers, and buffers of which only what is new in each frame is kept.

    A curve that moves to the left has most of its numbers in common with that of the frame before. So each buffer is a
    part of the one at the same place in the frame before, followed by fresh bytes: [offset, length, number of fresh
    bytes]. The fresh bytes of one place follow each other, which packs them well.
    """
    n_places = max(len(buffers) for _, buffers in frames)
    fresh, cuts = [], []
    for place in range(n_places):
        before, own = b"", []
        for _, buffers in frames:
            now = buffers[place] if place < len(buffers) else b""
            offset, length = overlap(before, now)
            own.append([offset, length, len(now) - length])
            fresh.append(now[length:])
            before = now
        cuts.append(own)
    blob = base64.b64encode(zlib.compress(b"".join(fresh), 9)).decode("ascii")
    return {"headers": [header for header, _ in frames], "cuts": cuts, "blob": blob}


def overlap(before: bytes, now: bytes) -> tuple[int, int]:
    """Where the beginning of `now` lies in `before`, and how much of it."""
    best = (0, 0)
    offset = before.find(now[:_LITTLE]) if len(now) >= _LITTLE else -1
    tries = 0
    while offset >= 0 and tries < 8:
        room = min(len(before) - offset, len(now))
        same = np.frombuffer(before, np.uint8, room, offset) == np.frombuffer(now, np.uint8, room)
        length = room if same.all() else int(np.argmin(same))
        best = max(best, (offset, length), key=lambda found: found[1])
        if length == room:
            break
        offset, tries = before.find(now[:_LITTLE], offset + 1), tries + 1
    return best


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; padding: 12px; max-width: 1204px; }}
body[data-jp-theme-light='false'] {{ background: #16181c; color: #e6e8eb; --jp-content-font-color1: #e6e8eb;
  --jp-content-font-color2: #aab2bd; --jp-layout-color0: #16181c; --jp-layout-color1: #16181c; }}
.bpw-told {{ font: 14px/1.5 system-ui, sans-serif; max-width: 75ch; }}
{css}
</style>
</head>
<body>
<main>
<div id="lab"></div>
<noscript><img alt="{told}" style="max-width: 100%" src="data:image/png;base64,{picture}"></noscript>
<p class="bpw-told">{told} This page is a recording: sliders show the values of each moment and cannot be moved.</p>
</main>
<script type="application/json" id="recording">{data}</script>
<script type="module">{script}</script>
</body>
</html>
"""
