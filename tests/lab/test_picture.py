"""The rasteriser, its lettering, the PNG writer and the picture made of them."""

import io

import numpy as np
import pytest

from brainpy_lab.lab import axes, font, png
from brainpy_lab.lab.picture import Dots, Line, Panel, _path, draw
from brainpy_lab.lab.raster import Canvas
from brainpy_lab.lab.shades import Shades

Image = pytest.importorskip("PIL.Image", reason="Pillow reads back what the PNG writer wrote")


def read(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.mark.parametrize("colours", [2, 256, 5000])
def test_a_png_reads_back_as_it_was(colours):
    rng = np.random.default_rng(colours)
    table = rng.integers(0, 256, (colours, 3))
    pixels = table[rng.integers(0, colours, (61, 83))].astype(np.uint8)
    assert np.array_equal(read(png.encode(pixels)), pixels)


def test_single_pixels_of_a_few_more_colours_do_not_cost_the_palette():
    shades = np.stack([np.arange(256), np.arange(256), np.full(256, 200)], axis=1)
    pixels = np.repeat(np.tile(shades, (40, 1)).reshape(40, 256, 3), 2, axis=1).astype(np.uint8)
    smooth, odd = png.encode(pixels), pixels.copy()
    odd[7, ::60] = odd[7, ::60] + [9, 0, 0]
    data = png.encode(odd)
    assert len(data) < len(smooth) + 100
    off = np.abs(read(data).astype(int) - odd)
    assert off.max() <= png.NEAR and (off.max(axis=2) > 0).sum() <= 9
    odd[:4] = odd[:4] + [1, 0, 0]  # too many for that
    assert np.array_equal(read(png.encode(odd)), odd)


def test_a_slope_passes_through_the_middle_of_its_columns():
    x, pairs = np.arange(5) + 0.5, np.array([[0, 1], [2, 3], [6, 9], [5, 6], [2, 4]], float)
    at, values = _path(x, pairs)
    assert at.tolist() == [0.25, 0.75, 1.5, 2.25, 2.75, 3.5, 4.25, 4.75]
    assert values.tolist()[2] == 2.5 and values.tolist()[5] == 5.5
    assert set(values) == {0, 1, 2.5, 6, 9, 5.5, 4, 2}


@pytest.mark.filterwarnings("error")
def test_a_line_that_becomes_infinite_is_drawn_up_to_there():
    x = np.arange(60.0)
    y = np.where(x < 40, np.exp(x), np.where(x < 50, np.inf, np.nan))
    for line in (np.where(x < 40, 1.0, np.nan), np.where(x < 40, 1.0, y), np.where(x < 40, x, 1e308)):
        lines = [Line("v", x, np.stack([line, line], axis=1))]
        panel = Panel("trace", "v", ("time", "ms"), ("v", ""), (0.0, 60.0), lines)
        assert read(draw("X", "", [panel])).std() > 0


def test_the_description_is_kept_in_the_file():
    data = png.encode(np.zeros((2, 2, 3), np.uint8), text="\N{GREEK SMALL LETTER TAU} = 12 ms")
    assert Image.open(io.BytesIO(data)).text["Description"] == "\N{GREEK SMALL LETTER TAU} = 12 ms"


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match="expected \\(height, width, 3\\)"):
        png.encode(np.zeros((2, 2), np.uint8))


def test_a_line_goes_where_it_is_told():
    canvas = Canvas(100, 50)
    canvas.polyline(np.array([[10, 40], [90, 10]]), "#000000", width=2)
    dark = canvas.to_array()[:, :, 0] < 128
    for x in (15, 50, 85):
        expected = 40 - 30 * (x - 10) / 80
        # 1 px: half the width of the pen and the rounding to sub-pixels.
        assert abs(np.flatnonzero(dark[:, x]).mean() - expected) <= 1
    assert not dark[:, :8].any() and not dark[:, 93:].any()


def test_nothing_is_drawn_outside_of_the_clip_box():
    canvas = Canvas(60, 60)
    canvas.polyline(np.array([[-1e6, -1e6], [1e6, 1e6]]), "#000000", 3, clip=(20, 20, 40, 40))
    dark = canvas.to_array()[:, :, 0] < 255
    assert dark[20:40, 20:40].any()
    dark[20:40, 20:40] = False
    assert not dark.any()


def test_a_value_that_is_not_a_number_breaks_the_line():
    canvas = Canvas(90, 30)
    canvas.polyline(np.array([[5, 15], [30, 15], [45, np.nan], [60, 15], [85, 15]]), "#000000", 2)
    dark = (canvas.to_array()[:, :, 0] < 128).any(axis=0)
    assert dark[10] and dark[70] and not dark[40:55].any()


def test_edges_are_smooth():
    canvas = Canvas(40, 40)
    canvas.polyline(np.array([[0, 0], [40, 13]]), "#000000", 2)
    grey = canvas.to_array()[:, :, 0]
    assert ((grey > 20) & (grey < 235)).any()


def test_an_area_reaches_from_the_line_to_its_base():
    canvas = Canvas(40, 40)
    canvas.area(np.array([[5, 10], [35, 10]]), 30, "#000000", 1.0)
    dark = canvas.to_array()[:, :, 0] < 128
    assert dark[12:29, 8:33].all() and not dark[32:].any() and not dark[:8].any()


def test_every_printable_character_has_a_glyph():
    for code in range(33, 127):
        lines, width = font.layout(chr(code), 10)
        assert lines and width >= 0, chr(code)
        # Inside the line: from two tenths below the base line's depth to above the capitals.
        points = np.concatenate(lines)
        assert points[:, 1].min() >= -12.5 and points[:, 1].max() <= 4, chr(code)


def test_different_characters_look_different():
    seen = {}
    for code in range(33, 127):
        canvas = Canvas(40, 40)
        canvas.text(8, 26, chr(code), "#000000", 18)
        key = canvas.to_array().tobytes()
        assert key not in seen, f"{chr(code)} looks like {seen.get(key)}"
        seen[key] = chr(code)


def test_text_is_as_wide_as_it_says():
    canvas = Canvas(400, 40)
    width = canvas.text(10, 26, "time (ms)", "#000000", 12)
    columns = np.flatnonzero((canvas.to_array()[:, :, 0] < 200).any(axis=0))
    assert abs(columns[0] - 10) <= 2 and abs(columns[-1] - (10 + width)) <= 2


def test_ticks_follow_the_same_rules_as_the_page():
    assert axes.ticks(0, 200, 8)[0] == [0, 50, 100, 150, 200]
    assert axes.format_tick(-1.5, 0.5) == "\N{MINUS SIGN}1.5"
    assert axes.format_tick(-1e-17, 0.1) == "0"
    low, high = axes.limits(-1.93, 1.91)
    assert low <= -1.93 and high >= 1.91
    assert axes.limits(float("nan"), 1) == axes.limits(0.0, 0.0) == (0, 1)
    shades = Shades()
    assert shades.include(np.zeros(3)) == (0, 1)
    assert shades.include(np.array([0.0, 0.02])) == (0, 0.02)


def test_a_picture_holds_its_curve_and_is_small():
    x = np.linspace(0, 200, 700)
    panel = Panel("trace", "v", ("time", "ms"), ("v", "mV"), (0, 200), [Line("v", x, np.sin(x / 9), 0)], (-1.5, 1.5))
    data = draw("FHN", "1 neuron", [panel], text="a sine")
    pixels = read(data).astype(int)
    assert len(data) < 60_000
    blue = (pixels[:, :, 2] - pixels[:, :, 0]) > 80
    # The line crosses the middle column of the axes (left 78, right 778 of 800 points, two pixels each) at t = 100 ms.
    top, bottom, middle = (34 + 34) * 2, (34 + 34 + 210) * 2, (78 + 778)
    expected = bottom - (np.sin(100 / 9) + 1.5) / 3 * (bottom - top)
    assert abs(np.flatnonzero(blue[:, middle]).mean() - expected) <= 4


def test_rasters_and_empty_views_can_be_drawn():
    rng = np.random.default_rng(3)
    spikes = Dots("cells", rng.uniform(0, 500, 3000), rng.integers(0, 100, 3000))
    nothing = Dots("silent", np.empty(0), np.empty(0), 1)
    raster = Panel("raster", "spikes", ("time", "ms"), ("neuron", ""), (0, 500), [spikes, nothing], (-0.5, 99.5))
    rate = Panel("rate", "rate", ("time", "ms"), ("rate", "Hz"), (0, 500), [Line("cells", np.empty(0), np.empty(0))])
    data = draw("net", "", [raster, rate])
    assert len(data) < 150_000
    assert read(data).shape == ((34 + 288 + 188 + 6) * 2, 1600, 3)


def test_a_long_legend_keeps_off_the_title():
    x = np.linspace(0.0, 1.0, 50)
    classes = "stable node,stable focus,unstable node,unstable focus,saddle,unstable limit cycle,limit cycle".split(",")

    def picture(*names: str) -> np.ndarray:
        lines = [Line(name, x, x, k, dashed=k % 2 == 1) for k, name in enumerate(names)]
        return read(draw("X", "", [Panel("trace", "V over I", ("I", ""), ("V", ""), (0.0, 1.0), lines)]))

    plain, full = picture(*[""] * 7), picture(*classes)
    title = slice(2 * 49, 2 * 62), slice(2 * 70, 2 * 130)  # its line and the place to the left of all entries
    assert (plain[title] < 100).any() and np.array_equal(plain[title], full[title])
    above = full[2 * 36 : 2 * 49, 2 * 300 :]
    assert (above < 200).any() and not (plain[2 * 36 : 2 * 49, 2 * 300 :] < 200).any()
