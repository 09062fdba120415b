"""What a lab leaves in the notebook: a picture with a description, readable with no kernel and no network."""

from __future__ import annotations

import base64
import html
from typing import Any

RERUN = "Run the cell to make it live."


def still(lab) -> tuple[dict[str, Any], dict[str, Any]]:
    """Mime bundle and metadata of the picture.

    The description is in the HTML as `alt` (screen readers, nbconvert), in the plain text, and in the metadata of the
    picture (nbconvert's classic template).
    """
    data, metadata = figure(lab.id, *lab.pictured(), RERUN)
    return {**data, "application/vnd.brainpy-lab+json": lab.info()}, metadata


def figure(picture_id: str, png: bytes, text: str, rerun: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Mime bundle and metadata of any picture with a description; `rerun` says how to make it live."""
    coded = base64.b64encode(png).decode("ascii")
    label = html.escape(text, quote=True)
    shown = (
        f'<figure data-brainpy-lab-picture="{html.escape(picture_id, quote=True)}" style="margin: 4px 0">'
        f'<img alt="{label}" width="800" style="max-width: 100%; height: auto" src="data:image/png;base64,{coded}">'
        f'<figcaption style="font-size: 90%; opacity: 0.8">{label} {rerun}</figcaption></figure>'
    )
    data = {"text/html": shown, "image/png": coded, "text/plain": f"{text} {rerun}"}
    return data, {"image/png": {"alt": text, "width": 800}}
