"""Animations: frames, titles, files."""

import numpy as np
import pytest

from brainpy_lab import profile, visualize
from brainpy_lab.errors import ModelUseError

VALUES = np.arange(24.0).reshape(4, 6)


@pytest.fixture(autouse=True)
def plt():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    yield plt
    plt.close("all")


def frames(fig):
    """What each frame shows: title, and the picture or the lines."""
    seen = []
    for k in fig.animation.new_frame_seq():
        fig.animation._func(k)
        ax = fig.axes[0]
        shown = ax.images[0].get_array().data if ax.images else [line.get_ydata() for line in ax.lines]
        seen.append((fig.get_suptitle(), np.array(shown)))
    return seen


def test_a_sheet_is_shown_from_step_1_on_with_its_time():
    profile.set(dt=0.5)
    fig = visualize.animate_2D(VALUES, (2, 3), show=False)
    assert [title for title, _ in frames(fig)] == ["Time: 0.50 ms", "Time: 1.00 ms", "Time: 1.50 ms"]
    assert [shown.tolist() for _, shown in frames(fig)] == [VALUES[k].reshape(2, 3).tolist() for k in (1, 2, 3)]
    assert fig.axes[0].images[0].get_clim() == (0.0, 23.0)


def test_a_sheet_may_be_recorded_as_one():
    sheet = visualize.animate_2D(VALUES.reshape(4, 2, 3), net_size=(2, 3), show=False)
    flat = visualize.animate_2D(VALUES, (2, 3), show=False)
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(frames(sheet), frames(flat)))


def test_steps_can_be_left_out_and_limits_stated():
    fig = visualize.animate_2D(VALUES, (2, 3), dt=0.1, frame_step=2, val_min=-1, val_max=50, figsize=(3, 2), show=False)
    assert [title for title, _ in frames(fig)] == ["Time: 0.10 ms", "Time: 0.30 ms"]
    assert fig.axes[0].images[0].get_clim() == (-1, 50) and fig.get_size_inches().tolist() == [3.0, 2.0]


def test_lines_move_and_stay():
    xs = np.linspace(0.0, 1.0, 6)
    fig = visualize.animate_1D(
        [dict(ys=VALUES, xs=xs, legend="u"), 2 * VALUES], dict(data=xs, xs=xs, legend="still"), xlabel="x", show=False
    )
    (_, first), *_ = frames(fig)
    assert np.array_equal(first, [VALUES[1], 2 * VALUES[1], xs])
    ax = fig.axes[0]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["u", "still"] and ax.get_xlabel() == "x"
    low, high = ax.get_ylim()
    assert low < 0.0 and high > 46.0


@pytest.mark.parametrize("given", [VALUES, [VALUES], VALUES.tolist(), dict(ys=VALUES)])
def test_one_line_in_every_form(given):
    fig = visualize.animate_1D(given, ylim=(0, 1), show=False)
    assert np.array_equal(frames(fig)[0][1], [VALUES[1]]) and fig.axes[0].get_ylim() == (0, 1)


def test_a_gif_has_a_picture_for_each_frame(tmp_path):
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "film.gif"
    visualize.animate_2D(VALUES, (2, 3), frame_delay=100, gif_dpi=20, figsize=(2, 2), save_path=path, show=False)
    with image.open(path) as film:
        assert film.n_frames == 3 and film.size == (40, 40) and film.info["duration"] == 100


def test_an_mp4_needs_ffmpeg(tmp_path, monkeypatch):
    from matplotlib.animation import FFMpegWriter

    monkeypatch.setattr(FFMpegWriter, "isAvailable", lambda: False)
    for name in ("film.mp4", "film"):
        with pytest.raises(ModelUseError, match="needs the program ffmpeg.* ends with .gif"):
            visualize.animate_1D(VALUES, save_path=tmp_path / name, show=False)
    assert list(tmp_path.iterdir()) == []


def test_an_mp4_is_written_where_ffmpeg_is(tmp_path, require):
    from matplotlib.animation import FFMpegWriter

    require("ffmpeg", FFMpegWriter.isAvailable(), "ffmpeg is not on PATH")
    visualize.animate_1D(VALUES, video_fps=10, save_path=tmp_path / "film", show=False)
    assert (tmp_path / "film.mp4").stat().st_size > 0


def test_a_gif_has_no_more_frames_than_viewers_show(tmp_path):
    from PIL import Image

    path = tmp_path / "film.gif"
    visualize.animate_2D(VALUES, (2, 3), frame_delay=1.0, gif_dpi=20, save_path=path, show=False)
    with Image.open(path) as film:
        assert film.info["duration"] == 20
    with pytest.raises(ModelUseError, match='"video_fps" must be a number above 0, at most 50, but got 60'):
        visualize.animate_2D(VALUES, (2, 3), video_fps=60, save_path=path, show=False)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: visualize.animate_2D(VALUES, (2, 2)), '"net_size" is 2 x 2 = 4 neurons, but "values" has 6'),
        (lambda: visualize.animate_2D(VALUES, 6), '"net_size" must be the height and the width'),
        (lambda: visualize.animate_2D(VALUES[0], (2, 3)), r'"values" must be an array .* of shape \(6,\)'),
        (lambda: visualize.animate_2D(VALUES[:1], (2, 3)), "at least two steps, but there are 1"),
        (lambda: visualize.animate_2D(VALUES, (2, 3), frame_step=0), '"frame_step" must be a whole number'),
        (lambda: visualize.animate_2D(VALUES, (2, 3), frame_delay=-1), '"frame_delay" must be a number of ms above 0'),
        (lambda: visualize.animate_2D(VALUES, (2, 3), val_min="a"), '"val_min" must be a finite number'),
        (lambda: visualize.animate_2D(VALUES, (2, 3), dt="a"), '"dt" must be a number of ms above 0'),
        (lambda: visualize.animate_1D([]), '"dynamical_vars" is empty'),
        (lambda: visualize.animate_1D(3), "an array, a dict, or a list"),
        (lambda: visualize.animate_1D([VALUES, VALUES[:3]]), r"same number of steps, but they have \[3, 4\]"),
        (lambda: visualize.animate_1D(dict(y=VALUES)), "this one has"),
        (lambda: visualize.animate_1D(dict(ys=VALUES, xs=[1])), '"xs" in "dynamical_vars"'),
        (lambda: visualize.animate_1D(VALUES, VALUES), '"static_vars" must hold arrays'),
        (lambda: visualize.animate_1D(VALUES, figsize=3), '"figsize" must be width and height'),
        (lambda: visualize.plot_style1(figsize="5"), '"figsize" must be width and height'),
        (lambda: visualize.plot_style1(fontsize=0), '"fontsize" must be a number of points above 0'),
        (lambda: visualize.get_figure(0, 1), '"n_row" must be a whole number'),
        (lambda: visualize.line_plot([0.0], VALUES), '"ts" has 1 entries, but "val_matrix" has 4'),
        (lambda: visualize.line_plot(range(4), VALUES, plot_ids=["a"]), '"plot_ids" must be indices of columns'),
        (lambda: visualize.line_plot(range(4), "abcd"), '"val_matrix" must be an array of numbers'),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelUseError, match=message):
        call()


def test_a_style_holds_for_the_figures_that_follow(plt):
    with plt.rc_context():
        visualize.plot_style1(fontsize=20, axes_edgecolor="red", figsize="3,2", lw=2)
        fig, ax = plt.subplots()
        assert fig.get_size_inches().tolist() == [3.0, 2.0] and plt.rcParams["axes.labelsize"] == 20
        assert ax.plot([0, 1])[0].get_linewidth() == 2 and plt.rcParams["axes.edgecolor"] == "red"
