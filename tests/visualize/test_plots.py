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


def test_without_axes_the_current_ones_are_used(ax):
    visualize.line_plot(TS, VALUES)
    visualize.raster_plot(TS, VALUES)
    assert len(ax.lines) == 2


def test_matplotlib_loads_with_the_first_figure_only():
    code = "import sys, brainpy_lab as bp; bp.visualize.get_figure; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
