"""The two comms: what each carries, and that the control comm is never published on."""

from __future__ import annotations

import pytest

pytest.importorskip("anywidget")

import anywidget
import comm

from brainpy_lab.lab import widgets


class Recorder(comm.base_comm.BaseComm):
    """A comm that keeps what is published on it."""

    published: list = []

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        Recorder.published.append((self.comm_id, msg_type, data, buffers))


@pytest.fixture
def published(monkeypatch, tmp_path):
    Recorder.published = []
    monkeypatch.setattr(comm, "create_comm", lambda *args, **keys: Recorder(*args, **keys))
    monkeypatch.setattr("ipywidgets.widgets.widget.comm.create_comm", lambda *a, **k: Recorder(*a, **k))
    (tmp_path / "widget.js").write_text("export default {}")
    (tmp_path / "widget.css").write_text("")
    monkeypatch.setattr(widgets, "_STATIC", tmp_path)
    widgets.static_text.cache_clear()
    widgets._frames_class.cache_clear()
    yield Recorder.published
    widgets.static_text.cache_clear()
    widgets._frames_class.cache_clear()


def test_frames_and_controls_use_different_comms(published):
    heard = []
    comms = widgets.Comms({"id": "x"}, heard.append)
    published.clear()
    comms.send({"kind": "frame", "seq": 1}, [b"abcd"])
    comms.control._handle_msg({"content": {"data": {"method": "custom", "content": {"do": "run"}}}, "buffers": []})
    assert heard == [{"do": "run"}]
    assert [(who, kind) for who, kind, _, _ in published] == [(comms.frames.comm.comm_id, "comm_msg")]
    assert published[0][2] == {"method": "custom", "content": {"kind": "frame", "seq": 1}}
    assert bytes(published[0][3][0]) == b"abcd"
    assert comms.frames.control == comms.control.model_id
    assert isinstance(comms.frames, anywidget.AnyWidget)


def test_closing_ends_both_comms(published):
    comms = widgets.Comms({"id": "x"}, lambda message: None)
    comms.close()
    comms.close()
    assert comms.frames.comm is None and comms.control.comm is None


def test_a_kernel_with_subshells_is_told_to_use_the_one_the_page_asks_for():
    class Comm:
        _reply_subshell_for = "main"

    class Old:
        pass

    class Widget:
        comm = Comm()

    widgets.honour_subshells(Widget)
    assert Comm._reply_subshell_for == "main" and Widget.comm._reply_subshell_for is None
    Widget.comm = Old()
    widgets.honour_subshells(Widget)  # ipykernel 6 and other hosts have no such attribute
    assert not hasattr(Widget.comm, "_reply_subshell_for")


def test_a_missing_bundle_says_how_to_build_it(monkeypatch, tmp_path):
    monkeypatch.setattr(widgets, "_STATIC", tmp_path)
    widgets.static_text.cache_clear()
    with pytest.raises(FileNotFoundError, match="npm ci && npm run build"):
        widgets.static_text("widget.js")


def test_without_a_kernel_there_is_no_page(monkeypatch):
    monkeypatch.delenv("LAB_HEADLESS", raising=False)
    assert widgets.is_headless()
    monkeypatch.setenv("LAB_HEADLESS", "1")
    assert widgets.is_headless()
