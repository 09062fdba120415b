"""The roll of labs: what JupyterLab's side panel asks a kernel, also about labs that no page shows.

The panel opens one comm for each kernel and asks. The kernel never speaks first on it, but once when it is loaded, by
an update of a display that does not exist (see `problems`), so that a panel that is already open learns of it.
"""

from __future__ import annotations

from typing import Any

TARGET = "brainpy-lab.labs"
MIME = "application/vnd.brainpy-lab.labs+json"
MOST_PAGES = 8  # a page that is reloaded opens a new comm and cannot close its old one


class _Page:
    """One open panel."""

    def __init__(self, comm):
        from .widgets import honour_subshells

        self.comm = comm
        comm.on_msg(lambda message: self.hear(message["content"]["data"]))
        honour_subshells(self)  # so that a lab can be stopped while a cell is busy

    def hear(self, data: dict) -> None:
        if data.get("do") == "bye":  # JupyterLab ends the subshell of a comm before its own comm_close gets there
            self.comm.close()
            _forget(self.comm)
            return
        problem = act(str(data.get("do", "list")), str(data.get("lab", "")))
        self.comm.send({"labs": labs_now(), "problem": problem})


_pages: list[_Page] = []


def labs_now() -> list[dict[str, Any]]:
    """What the panel shows of each lab of this kernel."""
    from .lab import labs

    return [
        {
            "id": lab.id,
            "name": lab.name,
            "kind": lab.subject.kind,
            "status": lab.status,
            "note": lab.note,
            "brief": lab.brief,
            "t": lab.t,
            "fps": lab.sender.drawn_fps,
            "dropped": lab.sender.counts.dropped + lab.sender.counts.lost,
        }
        for lab in list(labs.values())
    ]


def act(what: str, lab_id: str) -> str:
    """Run, pause or close a lab; '' or why not. 'list' does nothing."""
    from .lab import labs

    if what == "list":
        return ""
    lab = next((lab for lab in list(labs.values()) if lab.id == lab_id), None)
    if lab is None:
        return f"there is no lab {lab_id!r} any more: its cell was run again, or it was closed"
    acts = {"run": lab.run, "pause": lab.pause, "close": lab.close}
    if what not in acts:
        return f"a lab cannot {what!r}: it can run, pause and close"
    acts[what]()
    return ""


def call(shell) -> None:
    """Answer to panels from now on, and tell those that are open."""
    manager = getattr(getattr(shell, "kernel", None), "comm_manager", None)
    if manager is None:
        return
    if TARGET not in manager.targets:
        manager.register_target(TARGET, _opened)
    shell.display_pub.publish({MIME: {"target": TARGET}}, {}, transient={"display_id": TARGET}, update=True)


def _opened(comm, message: dict) -> None:
    _pages.append(_Page(comm))
    comm.on_close(lambda _: _forget(comm))
    for old in _pages[:-MOST_PAGES]:
        old.comm.close()
        _forget(old.comm)


def _forget(comm) -> None:
    _pages[:] = [page for page in _pages if page.comm is not comm]


class Answer:
    """What a page that comes later evaluates, to know whether this kernel answers to panels."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": TARGET, MIME: {"target": TARGET}}
