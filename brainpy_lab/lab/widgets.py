"""The two comms of a lab: frames go out on one, everything that the page says comes in on the other.

ipykernel 7 hands a message of the page to the shell that last *published* on that comm. On a comm that publishes
frames this is always the main shell, so a busy cell would hold the sliders up; the control comm never publishes, and
its `_reply_subshell_for` is None, so that messages go to the subshell that JupyterLab asks for.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path

_STATIC = Path(__file__).resolve().parent.parent / "_static"


def is_headless() -> bool:
    """Whether no page will look: ``LAB_HEADLESS=1``, or no front end that could show a widget."""
    if os.environ.get("LAB_HEADLESS", "") not in ("", "0"):
        return True
    if "IPython" not in sys.modules:  # nobody has started a shell
        return True
    from IPython import get_ipython

    shell = get_ipython()
    return shell is None or not hasattr(shell, "kernel")


@lru_cache(maxsize=8)
def static_text(name: str) -> str:
    """A part of the page's half, read once: instances must not change under a running page."""
    try:
        return (_STATIC / name).read_text("utf-8")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{_STATIC / name} is missing, so the live lab cannot be shown. From a clone, build it with "
            "`npm ci && npm run build`; an installed package brings it."
        ) from None


@lru_cache(maxsize=1)
def _frames_class():
    import anywidget
    import traitlets

    esm, css = static_text("widget.js"), static_text("widget.css")

    class Frames(anywidget.AnyWidget):
        """Publishes frames, and hears nothing."""

        _esm = esm
        _css = css
        spec = traitlets.Dict().tag(sync=True)
        control = traitlets.Unicode().tag(sync=True)

    return Frames


class Comms:
    """Frames and control comm of one lab.

    Parameters
    ----------
    spec : dict
        What the page must know once.
    receive : callable
        ``receive(message)``, called on whatever thread a message arrives; must only write a mailbox.
    """

    def __init__(self, spec: dict, receive):
        import ipywidgets

        self.control = ipywidgets.Widget()
        self.control.on_msg(lambda _, content, buffers: receive(content))
        self.frames = _frames_class()(spec=spec, control=self.control.model_id)
        honour_subshells(self.control)

    def send(self, header: dict, buffers: list) -> None:
        """One frame."""
        self.frames.send(header, buffers=buffers)

    @property
    def view(self) -> dict:
        """The mime bundle entry that shows the lab."""
        return {"version_major": 2, "version_minor": 0, "model_id": self.frames.model_id}

    def close(self) -> None:
        """End both comms; the page takes the view away."""
        for widget in (self.frames, self.frames.layout, self.control):  # every widget brings a layout with its comm
            try:
                widget.close()
            except Exception as problem:  # the kernel may be going down, and then nobody is left to tell
                print(f"brainpy_lab: a comm did not close: {problem}", file=sys.__stderr__)


def honour_subshells(widget) -> None:
    """Let messages of this comm go to the subshell that the page asks for, where the kernel has them (ipykernel 7)."""
    comm = getattr(widget, "comm", None)
    if comm is not None and hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = None
