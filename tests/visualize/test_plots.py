"""Figures: what is drawn where."""

import subprocess
import sys

import numpy as np
import pytest

from brainpy_lab import visualize
from brainpy_lab.errors import ModelUseError

TS = np.arange(5) * 0.1
VALUES = np.arange(15.0).reshape(5, 3)


@pytest.fixture
def ax():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    yield ax
    plt.close("all")


def test_the_figure_has_the_size_of_its_grid(ax):
    fig, gs = visualize.get_figure(2, 3, 1, 2)
    assert (gs.nrows, gs.ncols) == (2, 3) and fig.get_size_inches().tolist() == [6.0, 2.0]
    fig.add_subplot(gs[:1, 0])


def test_a_line_plot_draws_the_first_column_unless_told(ax):
    visualize.line_plot(TS, VALUES, ax=ax, xlim=(0, 1), ylabel="V", title="T")
    assert [line.get_ydata().tolist() for line in ax.lines] == [VALUES[:, 0].tolist()]
    assert (ax.get_xlim(), ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ((0, 1), "Time (ms)", "V", "T")


def test_chosen_columns_have_numbered_labels(ax):
    visualize.line_plot(TS, VALUES, plot_ids=[0, 2], ax=ax, legend="V")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["V-0", "V-2"]
    with pytest.raises(ModelUseError, match='"plot_ids" must be indices of columns, ints from 0 to 2, but has 3'):
        visualize.line_plot(TS, VALUES, plot_ids=3, ax=ax)


def test_a_raster_plot_draws_a_dot_for_each_spike(ax):
    visualize.raster_plot(TS, (VALUES % 7 == 0), ax=ax)
    (dots,) = ax.lines
    assert list(zip(dots.get_xdata(), dots.get_ydata())) == [(TS[0], 0), (TS[2], 1), (TS[4], 2)]


def test_the_figure_takes_the_names_of_both_releases(ax):
    fig, gs = visualize.get_figure(row_num=2, col_num=3, row_len=1, col_len=2)
    assert (gs.nrows, gs.ncols) == (2, 3) and fig.get_size_inches().tolist() == [6.0, 2.0]
    assert visualize.get_figure(1, 1)[0].get_size_inches().tolist() == [6.0, 3.0]
    with pytest.raises(ModelUseError, match='"row_num" and "n_row" are two names'):
        visualize.get_figure(row_num=2, n_row=2, n_col=1)


def test_style_goes_on_to_matplotlib(ax):
    visualize.line_plot(TS, VALUES, ax=ax, color="r", linewidth=3)
    visualize.raster_plot(TS, VALUES, ax=ax, alpha=0.5)
    assert (ax.lines[0].get_color(), ax.lines[0].get_linewidth(), ax.lines[1].get_alpha()) == ("r", 3, 0.5)


def test_a_sheet_of_neurons_is_drawn_row_by_row(ax):
    spikes = np.zeros((5, 2, 3), bool)
    spikes[1, 1, 2] = True
    visualize.raster_plot(TS, spikes, ax=ax)
    assert ax.lines[0].get_xydata().tolist() == [[TS[1], 5]]


def test_sides_of_the_frame_are_hidden(ax):
    visualize.remove_axis(ax, "top", "right")
    assert [ax.spines[side].get_visible() for side in ("top", "right", "left", "bottom")] == [False, False, True, True]
    with pytest.raises(ModelUseError, match='"left", "right", "top", "bottom", but got .middle.'):
        visualize.remove_axis(ax, "middle")


def test_without_axes_the_current_ones_are_used(ax):
    visualize.line_plot(TS, VALUES)
    visualize.raster_plot(TS, VALUES)
    assert len(ax.lines) == 2


def test_matplotlib_loads_with_the_first_figure_only():
    code = "import sys, brainpy_lab as bp; bp.visualize.get_figure; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_time_axis_is_that_of_the_whole_recording(ax):
    spikes = np.zeros((10, 2))
    spikes[4, 1] = 1.0
    visualize.raster_plot(np.arange(10) * 0.5, spikes, ax=ax)
    assert ax.get_xlim() == pytest.approx((0.0, 5.0))
    visualize.line_plot(np.arange(5.0, 9.0), np.zeros((4, 1)), ax=ax)  # what was drawn before stays in sight
    assert ax.get_xlim() == pytest.approx((0.0, 9.0))
    other = ax.figure.add_subplot()
    visualize.line_plot(np.arange(3.0), np.zeros(3), ax=other, xlim=np.array([1.0, 2.0]), ylim=(None, 2.0))
    assert other.get_xlim() == (1.0, 2.0) and other.get_ylim()[1] == 2.0


def test_the_labels_of_the_large_style_lie_within_the_figure():
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    plt.close("all")
    with plt.rc_context():
        visualize.plot_style1()
        visualize.line_plot(TS, VALUES, ylabel="V (mV)")
        fig = plt.gcf()
        fig.draw_without_rendering()
        for label in (fig.axes[0].xaxis.label, fig.axes[0].yaxis.label):
            box = label.get_window_extent()
            assert fig.bbox.x0 <= box.x0 and fig.bbox.y0 <= box.y0 and box.x1 <= fig.bbox.x1 and box.y1 <= fig.bbox.y1
    plt.close("all")


def test_lines_that_stay_differ_from_lines_that_move(ax):
    fig = visualize.animate_1D(np.zeros((3, 4)), np.ones(4), show=False)
    moving, still = fig.axes[0].get_lines()
    assert moving.get_linestyle() == "-" and still.get_linestyle() == "--"
