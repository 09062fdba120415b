"""What the page asks for: the script, and files. Each is made in a thread of its own, so that no message waits."""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Callable
from typing import Any

from ..errors import ModelError, ModelUseError
from . import export, files, recording
from .script import script

SECONDS = 10.0
"""Of watching, in a recording that the page asks for."""


def listen(lab) -> None:
    """Answer 'script' and 'file' of the page."""
    reference = weakref.ref(lab)
    lab.hear("script", lambda _: _in_thread(reference, "The script", _script))
    lab.hear("file", lambda message: _in_thread(reference, *_KINDS.get(str(message.get("kind")), _UNKNOWN)))


def _script(lab) -> None:
    lab.tell("script", text=script(lab))


def _file(extension: str, kind: str, make: Callable[[Any], bytes]) -> Callable[[Any], None]:
    return lambda lab: lab.tell("file", [make(lab)], name=f"{lab.name}.{extension}", type=kind)


def _csv(lab) -> None:
    name, content = export.csv_download(lab)
    lab.tell("file", [content], name=name, type="application/zip" if name.endswith("zip") else "text/csv")


_KINDS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "save": (
        "Saving the lab",
        _file("lab.json", "application/json", lambda lab: json.dumps(files.document(lab), indent=1).encode()),
    ),
    "png": ("The picture", _file("png", "image/png", lambda lab: lab.to_png())),
    "svg": ("The picture", _file("svg", "image/svg+xml", lambda lab: export.to_svg(lab).encode())),
    "csv": ("The numbers", _csv),
    "html": ("The recording", _file("html", "text/html", lambda lab: recording.page(lab, SECONDS).encode())),
}


def _unknown(lab) -> None:
    raise ModelUseError(f"the page asked {lab.name} for a file of a kind that it cannot make. Reload the page.")


_UNKNOWN = ("The file", _unknown)


def _in_thread(reference: weakref.ref, what: str, act: Callable[[Any], None]) -> None:
    threading.Thread(target=_act, args=(reference, what, act), name="brainpy_lab file", daemon=True).start()


def _act(reference: weakref.ref, what: str, act: Callable[[Any], None]) -> None:
    lab = reference()
    if lab is None or lab.status == "closed":
        return
    try:
        act(lab)
    except ModelError as error:
        lab.tell("refused", what=what, why=str(error))
    except Exception as error:  # nobody sees a thread fail
        lab.tell("refused", what=what, why=f"{type(error).__name__}: {error}")
