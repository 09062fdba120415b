"""Exports: the arrays behind the views, with their times and units, in the formats of other tools."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError, ModelValueError
from brainpy_lab.lab import picture
from brainpy_lab.lab.raster import Canvas
from brainpy_lab.lab.recording import overlap, packed
from brainpy_lab.lab.svg import SvgCanvas
from tests.lab.cells import FHN, NOISY, network_lab, neuron_lab, run

PAIR = """
import numpy as np
import brainpy_lab as bp
Fast = bp.neuron("dv/dt = (20 - v)/tau; tau = 10 ms; spike when v > 10; reset v = 0", "Fast")
cells = bp.NeuGroup(Fast, 3)
others = bp.NeuGroup(Fast, 2)
cells.ST['v'] = np.array([0., 3., 6.])
net = bp.Network(cells, others)
"""


@pytest.fixture(scope="module")
def labs():
    """A neuron, noisy neurons that spike, a network: each has run for 30 ms."""
    from brainpy_lab.lab.live import Live

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRAINPY_LAB_BACKEND", "reference")
        patch.setattr(Live, "_draw_picture", lambda lab: (b"", ""))
        made = {
            "one": neuron_lab(FHN, "One"),
            "noisy": neuron_lab(NOISY, "Noisy", n=5, seed=3),
            "net": network_lab(PAIR, "net"),
        }
        for lab in made.values():
            run(lab, 30)
        yield made
        for lab in made.values():
            lab.close()


def first_state(lab) -> np.ndarray:
    simulation = lab.session.simulation
    return simulation.ring(0)[: simulation.run_step, 0]


def rows_of(text: str) -> tuple[list[str], list[list[str]]]:
    head, *rows = csv.reader(io.StringIO(text))
    return head, rows


def test_csv_has_a_column_for_each_state_with_every_digit(labs, tmp_path):
    (path,) = labs["one"].to_csv(tmp_path / "one.csv")
    head, rows = rows_of(path.read_text())
    assert path.name == "one.csv" and head == ["time (ms)", "v", "w"]
    assert np.array_equal([float(row[1]) for row in rows], first_state(labs["one"]))
    assert [float(row[0]) for row in rows] == (np.arange(600) * 0.05).tolist()


def test_csv_of_several_kinds_is_several_files(labs, tmp_path):
    paths = labs["noisy"].to_csv(tmp_path / "noisy.csv")
    assert [path.name for path in paths] == ["noisy-states.csv", "noisy-spikes.csv"]
    head, rows = rows_of(paths[0].read_text())
    assert head == ["time (ms)", "v (mV)"] and len(rows) == 600
    head, rows = rows_of(paths[1].read_text())
    steps, ids = labs["noisy"].session.simulation.events_since(1, 0)
    assert head == ["time (ms)", "population", "neuron"] and len(rows) == len(steps) > 5
    assert [(round(float(t) / 0.05), int(n)) for t, _, n in rows] == list(zip(steps.tolist(), ids.tolist()))
    spikes, rates = labs["net"].to_csv(tmp_path / "net.csv")[-2:]
    assert rows_of(rates.read_text())[0] == ["time (ms)", "cells (Hz)", "others (Hz)"]
    assert {row[1] for row in rows_of(spikes.read_text())[1]} == {"cells", "others"}


def test_pandas_has_the_same_tables(labs):
    frames = labs["noisy"].to_pandas()
    assert frames["states"].index.name == "time (ms)" and list(frames["states"]) == ["v (mV)"]
    assert np.array_equal(frames["states"]["v (mV)"], first_state(labs["noisy"]))
    assert set(frames["spikes"]["neuron"]) <= set(range(5)) and frames["spikes"].attrs["seed"] == 3


def test_xarray_has_units_and_times(labs):
    data = labs["noisy"].to_xarray()
    assert data["v"].attrs == {"units": "mV"} and data["time"].attrs == {"units": "ms"}
    assert np.array_equal(data["v"], first_state(labs["noisy"])) and data.attrs["dt_ms"] == 0.05
    assert data["Noisy_neuron"].attrs["size"] == 5
    assert float(data["v"].sel(time=10.0, method="nearest")) == first_state(labs["noisy"])[200]


def test_neo_has_signals_and_a_train_for_every_neuron(labs):
    (segment,) = labs["noisy"].to_neo().segments
    (signal,) = segment.analogsignals
    assert str(signal.dimensionality) == "mV" and signal.shape == (600, 1)
    assert float(signal.sampling_period.rescale("ms")) == 0.05
    steps, ids = labs["noisy"].session.simulation.events_since(1, 0)
    assert len(segment.spiketrains) == 5
    for neuron, train in enumerate(segment.spiketrains):
        assert np.allclose(train.rescale("ms").magnitude, steps[ids == neuron] * 0.05)
        assert train.annotations["neuron"] == neuron and float(train.t_stop.rescale("ms")) == 30


def test_nwb_can_be_read_back(labs, tmp_path):
    import pynwb

    path = labs["noisy"].to_nwb(tmp_path / "noisy.nwb")
    with pynwb.NWBHDF5IO(str(path), "r") as reader:
        file = reader.read()
        series = file.acquisition["v"]
        assert (series.unit, series.rate) == ("mV", 20_000.0) and np.array_equal(
            series.data, first_state(labs["noisy"])
        )
        steps, ids = labs["noisy"].session.simulation.events_since(1, 0)
        assert len(file.units) == 5
        assert np.allclose(file.units["spike_times"][2], steps[ids == 2] * 0.05e-3)
    assert not pynwb.validate(path=str(path))


@pytest.mark.parametrize(
    "method, package", [("to_pandas", "pandas"), ("to_xarray", "xarray"), ("to_neo", "neo"), ("to_nwb", "pynwb")]
)
def test_a_library_that_is_missing_is_named(labs, method, package, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, package, None)
    arguments = [tmp_path / "x.nwb"] if method == "to_nwb" else []
    with pytest.raises(ModelUseError, match=rf"{method}.* needs {package}.*pip install {package}.*brainpy-lab\[io\]"):
        getattr(labs["one"], method)(*arguments)


def test_a_lab_that_has_not_been_started_exports_nothing(tmp_path):
    from brainpy_lab.lab.lab import Lab
    from brainpy_lab.lab.subject import neuron_subject

    lab = Lab(neuron_subject("One", bp.NeuGroup(bp.neuron(FHN, "One"), 1)), backend="reference")
    with pytest.raises(ModelUseError, match="One has not been started"):
        lab.to_csv(tmp_path / "x.csv")
    lab.start(run=False)
    with pytest.raises(ModelUseError, match="nothing to record: run it first"):
        lab.to_html(tmp_path / "x.html")
    for write in (lab.to_svg, lab.to_nwb):
        with pytest.raises(ModelValueError, match="in a folder that exists"):
            write(tmp_path / "no" / "x.svg")
    for write, name, right in (
        (lab.to_png, "x.jpg", "png"),
        (lab.to_svg, "x.PDF", "svg"),
        (lab.to_csv, "x.xlsx", "csv"),
        (lab.to_html, "x.png", "html"),
        (lab.save, "x.py", "json"),
        (lab.to_script, "x.txt", "py"),
    ):
        with pytest.raises(ModelValueError, match=rf"ends with \.{right}.* format is written: give .*x\.{right}'"):
            write(tmp_path / name)
        assert not list(tmp_path.iterdir())
    lab.close()
    with pytest.raises(ModelUseError, match="the lab One is closed.*Run its cell"):
        lab.to_html(tmp_path / "x.html")


def test_svg_is_the_picture_with_its_words(labs, tmp_path):
    for lab in labs.values():
        text = lab.to_svg(tmp_path / "x.svg")
        root = ElementTree.fromstring(text)
        space = "{http://www.w3.org/2000/svg}"
        words = [node.text for node in root.iter(f"{space}text")]
        assert lab.name in words and "time (ms)" in words
        assert root.find(f"{space}desc").text == lab.description() and root.get("role") == "img"
        assert len([node for node in root.iter(f"{space}path") if node.get("clip-path")]) >= 1
        assert (tmp_path / "x.svg").read_text() == text


def test_both_canvases_have_the_same_calls():
    def public(kind):
        return {name for name in vars(kind) if not name.startswith("_")} - {"to_array", "to_text"}

    assert public(Canvas) == public(SvgCanvas)


def test_svg_keeps_what_pixels_show():
    """The same panel drawn both ways: a line through given points, cut off at the axes, with its area."""
    line = picture.Line("v", np.array([0.0, 10.0, 20.0]), np.array([0.0, np.nan, 1.0]))
    dots = picture.Dots("E", np.array([5.0, 15.0]), np.array([0, 1]))
    time = ("time", "ms")
    panels = [
        picture.Panel("trace", "v & w", time, ("v", "mV"), (0.0, 20.0), [line]),
        picture.Panel("raster", "spikes", time, ("neuron", ""), (0.0, 20.0), [dots], (-0.5, 1.5)),
    ]
    text = picture.draw_svg("A <lab>", "two neurons", panels, text='say "hi"')
    root = ElementTree.fromstring(text)
    assert "v & w" in [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "A <lab>" == root.find("{http://www.w3.org/2000/svg}title").text and "nan" not in text


def page_data(path) -> tuple[dict, str]:
    text = path.read_text()
    return json.loads(re.search(r'id="recording">(.*?)</script>', text, re.S)[1]), text


def unpacked(data: dict) -> list[list[bytes]]:
    """What js/widget/recording.ts does."""
    fresh, at = zlib.decompress(base64.b64decode(data["blob"])), 0
    frames: list[list[bytes]] = [[] for _ in data["headers"]]
    for place in data["cuts"]:
        before = b""
        for k, (offset, length, more) in enumerate(place):
            before = before[offset : offset + length] + fresh[at : at + more]
            frames[k].append(before)
            at += more
    return frames


def test_a_recording_goes_back_and_leaves_the_run_where_it_was(labs, tmp_path):
    lab = labs["one"]
    lab.speed = 4.0
    lab.set("I", 1.1)
    run(lab, 20)
    lab.set("I", 0.4)
    run(lab, 10)
    before, log = lab.session.state()["One"]["v"].copy(), lab.session.log
    path = lab.to_html(tmp_path / "one.html", seconds=6)
    assert lab.session.state()["One"]["v"].tobytes() == before.tobytes() and lab.session.log == log
    data, text = page_data(path)
    times = [header["t"] for header in data["headers"]]
    assert len(times) == 121 and times[0] == pytest.approx(36) and times[-1] == pytest.approx(60)
    assert {round(header["values"][0], 3) for header in data["headers"]} == {1.1, 0.4}
    shown = unpacked(data)[-1][data["headers"][-1]["views"][0]["buffers"][0]]
    window = lab._window()
    v = lab.session.simulation.ring(0)[window.first : window.last, 0]
    assert np.frombuffer(shown, np.float32).max() == np.float32(v.max())
    assert len(text) < 700_000 and "http://" not in re.sub(r"http://www.w3.org\S*", "", text)
    assert lab.description().split(":")[0] in text and "<noscript><img alt=" in text and "default-src 'none'" in text


def test_frames_are_packed_without_loss():
    rng = np.random.default_rng(1)
    curve = rng.random(400).astype(np.float32)
    frames = [({"k": k}, [curve[k : k + 200].tobytes(), rng.bytes(40), b""][: 3 - k % 2]) for k in range(30)]
    data = packed(frames)
    for (_, buffers), found in zip(frames, unpacked(data)):
        assert found[: len(buffers)] == buffers and not any(found[len(buffers) :])
    assert len(data["blob"]) < 1.5 * 4 / 3 * (230 * 4 + 30 * 40)  # nearly nothing but what is new
    assert overlap(b"abcdefgh12345678", b"12345678xy") == (8, 8) and overlap(b"", b"12345678") == (0, 0)


def test_the_page_gets_what_it_asks_for(make_lab, plain_labs):
    page = make_lab()
    lab = page.lab
    lab.step(20)
    lab.wait()

    def asked(**message):
        page.told.clear()
        page.told_buffers.clear()
        page.say(**message)
        page.wait_until(lambda: page.told_buffers)
        return page.told[0], page.told_buffers[0]

    header, _ = asked(do="script")
    assert header["kind"] == "refused" and "was not made by a %%brainpy cell" in header["why"]
    for kind, name, begins in (("svg", "FHN.svg", b"<svg"), ("csv", "FHN.csv", b"time (ms)"), ("png", "FHN.png", b"")):
        header, (content,) = asked(do="file", kind=kind)
        assert header["name"] == name and content.startswith(begins)
    header, _ = asked(do="file", kind="docx")
    assert header["kind"] == "refused"


def test_tables_of_several_kinds_are_one_download(labs):
    from brainpy_lab.lab.export import csv_download

    name, content = csv_download(labs["noisy"])
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert name == "Noisy-csv.zip" and archive.namelist() == ["Noisy-states.csv", "Noisy-spikes.csv"]
