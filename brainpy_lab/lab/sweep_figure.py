"""The live figure of a sweep: points appear as they are done, a click takes one, and a button loads it into a lab."""

from __future__ import annotations

import html
import threading

import numpy as np

from ..errors import ModelError
from ..sweeps.sweep import shown as shown_value
from .axes import label, ticks
from .sweep_lab import load
from .sweep_picture import SCALE
from .sweep_shown import Shown, edges, is_logarithmic, positions, room_for
from .widgets import honour_subshells
from .words import with_unit

EVERY_S = 0.2
MOST_MARKS = 2000  # of points that can be clicked: a page draws each by itself
MOST_ERRORS = 5
_FITS = {"width": "auto"}  # a button as its words; a row of the column as the column is: 100% and margins are more

# The colours are those of js/widget/styles/colours.css, in light and dark themes. Nothing is drawn on bqplot's canvas,
# which keeps its width in pixels while the page gets narrower, and made everything scroll.
STYLE = """<style>
.bpw-sweep { --bpw-series-0: #0072b2; --bpw-series-1: #c24b00; --bpw-series-2: #169f73; --bpw-series-3: #b4558d;
  --bpw-series-4: #6898c8; --bpw-series-5: #c58811; --bpw-bad: #b3261e; --bpw-edge: #d9dde3;
  border: 1px solid var(--bpw-edge); border-radius: 8px; padding: 8px 12px 10px; max-width: 1000px;
  background: var(--jp-layout-color0, #ffffff); color: var(--jp-content-font-color1, #1f2328); }
body[data-jp-theme-light='false'] .bpw-sweep { --bpw-series-0: #46ace4; --bpw-series-1: #ff8f4b;
  --bpw-series-2: #39cc9a; --bpw-series-3: #e197c4; --bpw-series-4: #a7d8f6; --bpw-series-5: #f7c64c;
  --bpw-bad: #ff8a80; --bpw-edge: #3a4048; }
.bpw-sweep .bqplot text, .bpw-sweep .bqplot .axislabel { fill: var(--jp-content-font-color1, #1f2328) !important;
  font-size: 12px; }
.bpw-sweep .bqplot .axis path, .bpw-sweep .bqplot .axis line, .bpw-sweep .bqplot .axis .tick line {
  stroke: var(--bpw-edge) !important; }
.bpw-sweep .bqplot .legend rect, .bpw-sweep .bqplot rect.legend { fill: none; stroke: none; }
.bpw-sweep .bqplot > canvas { display: none; }
.bpw-sweep .heatmapcell { fill: transparent; shape-rendering: crispEdges; }
.bpw-sweep .dot[style*="fill: none"] { filter: drop-shadow(0 0 1.5px var(--jp-layout-color0, #ffffff))
  drop-shadow(0 0 1px var(--jp-layout-color0, #ffffff)) drop-shadow(0 0 1px var(--jp-layout-color0, #ffffff)); }
.bpw-sweep .bpw-bad { color: var(--bpw-bad); }
.bpw-sweep p { margin: 2px 0; line-height: 1.4; }
.bpw-sweep .bpw-sweep-title { font-size: 15px; font-weight: 600; }
.bpw-sweep .bpw-soft { color: var(--jp-content-font-color2, #59636e); }
%s</style>"""


class SweepFigure:
    """Widgets that follow a sweep.

    Parameters
    ----------
    shown : Shown

    Attributes
    ----------
    box : ipywidgets.VBox
        What is displayed.
    place : dict of str to int
        The point that is chosen: parameter -> which of its values.
    """

    def __init__(self, shown: Shown):
        import ipywidgets as w

        self.shown, self.sweep = shown, shown.sweep
        self.place = {name: 0 for name in self.sweep.axes}
        self._lock = threading.RLock()
        self._drawn = -1
        self._style = w.HTML()
        self._head = w.HTML()
        self._bar = w.IntProgress(max=self.sweep.n_points, layout=w.Layout(width="180px"))
        self._bar.add_class("bpw-sweep-bar")
        self._cancel = w.Button(description="Cancel", tooltip="End the sweep; what is done stays", layout=_FITS)
        self._cancel.on_click(lambda _: self.sweep.cancel())
        self._measures = w.Dropdown(options=self._options(), description="show", layout=w.Layout(width="220px"))
        self._measures.observe(self._measure_chosen, "value")
        self._sliders = {}
        for name, axis in self.sweep.axes.items():
            options = [(shown_value(value), k) for k, value in enumerate(axis.tolist())]
            slider = w.SelectionSlider(
                options=options, value=0, description=name, continuous_update=True, style={"description_width": "auto"},
                layout=w.Layout(width="260px"),
            )  # fmt: skip
            slider.observe(lambda change, name=name: self._moved(name, change["new"]), "value")
            self._sliders[name] = slider
        self._said = w.HTML(layout=_FITS)
        self._errors = w.HTML(layout=_FITS)
        self._load = w.Button(
            description="Load into lab",
            tooltip="Give the open lab of this model the values of this point, or open one",
            layout=_FITS,
        )
        self._load.on_click(lambda _: self._load_now())
        self._lab = w.Output(layout=_FITS)  # where a lab is seen that is opened for a point
        self._plot = _MapPlot(self) if shown.kind == "map" else _LinesPlot(self)
        row = w.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 14px")
        self.box = w.VBox(
            [
                self._style,
                w.Box([self._head, self._measures, self._bar, self._cancel], layout=row),
                self._plot.figure,
                w.Box([*self._sliders.values(), self._load], layout=row),
                self._said,
                self._errors,
                self._lab,
            ]
        )
        self.box.add_class("bpw-sweep")
        for widget in (self._cancel, self._load, self._measures, *self._sliders.values()):
            honour_subshells(widget)
        self.update()
        self._say()
        if self.sweep.status == "running":
            threading.Thread(target=self._follow, name="brainpy_lab sweep figure", daemon=True).start()

    def hide_picture(self, picture_id: str) -> None:
        """Keep the saved picture out of sight as long as this is there."""
        self._style.value = STYLE % f'figure[data-brainpy-lab-picture="{picture_id}"] {{ display: none; }}'

    # -- following ----------------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        while not self.sweep.wait(EVERY_S):
            self.update()
        self.update()

    def update(self) -> None:
        """Draw what has come."""
        with self._lock:
            sweep = self.sweep
            done, state = sweep.n_done, sweep.status
            if not self._measures.options and self.shown.measures:
                self._measures.options = self._options()
                self._measures.value = self.shown.measure
            self._measures.layout.display = None if len(self.shown.measures) > 1 else "none"
            running = state == "running"
            self._bar.value = done
            self._bar.layout.display = self._cancel.layout.display = None if running else "none"
            told = f"{done:,} of {sweep.n_points:,} points"
            if not running:
                told += f" in {sweep.seconds:.1f} s" if state == "done" else ", cancelled"
            failed = len(sweep.errors)
            bad = f' <span class="bpw-bad">&#x2715; {failed} failed</span>' if failed else ""
            self._head.value = (
                f'<span class="bpw-sweep-title">{html.escape(sweep.name)}</span> '
                f'<span class="bpw-soft" title="{html.escape(sweep.how, quote=True)}">{told}</span>{bad}'
            )
            if (done, state) != self._drawn:
                self._drawn = (done, state)
                self._plot.draw()
                self._list_errors()
                self._say()

    def _options(self) -> list[str]:
        return self.shown.measures

    def _list_errors(self) -> None:
        errors = self.sweep.errors
        lines = [f'<p class="bpw-bad">&#x2715; {html.escape(str(error))}</p>' for error in errors[:MOST_ERRORS]]
        if len(errors) > MOST_ERRORS:
            lines.append(f'<p class="bpw-soft">and {len(errors) - MOST_ERRORS} more: sweep.errors has them all</p>')
        self._errors.value = "".join(lines)

    # -- choosing -----------------------------------------------------------------------------------------------------

    def choose(self, **place: int) -> None:
        """Take a point: parameter -> which of its values."""
        for name, k in place.items():
            self._sliders[name].value = k

    def _moved(self, name: str, k: int) -> None:
        with self._lock:
            self.place[name] = k
            if name in self.shown.at:
                self.shown.at[name] = k
                self._plot.draw()
            self._say()

    def _measure_chosen(self, change) -> None:
        with self._lock:
            if change["new"] is not None and change["new"] != self.shown.measure:
                self.shown.choose(change["new"])
                self._plot.draw()
                self._say()

    def _say(self, more: str = "") -> None:
        """What the chosen point gave."""
        place = self.place
        values = ", ".join(f"{name} = {shown_value(value)}" for name, value in self.shown.value(place).items())
        name, unit = self.shown.y_label
        number = self.shown.number(place)
        errors = self.shown.errors_at(place)
        told = f"{values}: {name} = {with_unit(f'<b>{number:.5g}</b>', unit)}" if np.isfinite(number) else f"{values}: "
        if errors:
            told += f' <span class="bpw-bad">&#x2715; {html.escape(f"{errors[0].kind}: {errors[0].message}")}</span>'
        elif not np.isfinite(number):
            told += "no value" if self.sweep.status != "running" else "not done yet"
        self._said.value = f'<p aria-live="polite">{told}{f" &middot; {more}" if more else ""}</p>'
        self._plot.mark(place)

    def _load_now(self) -> None:
        opened = self.sweep.opened
        try:
            told = load(self.sweep, self.shown.value(self.place), show=False)
        except ModelError as error:
            self._say(f'<span class="bpw-bad">{html.escape(str(error))}</span>')
            return
        if self.sweep.opened is not opened:
            self._show(told)
        self._say(html.escape(f"{'loaded into' if self.sweep.opened is opened else 'opened'} {told.name}"))

    def _show(self, lab) -> None:
        """Show a lab below. Without its picture: where that is, the page hides the output, and this is the same one."""
        from IPython.display import publish_display_data

        view = lab._view()
        if view is not None:
            self._lab.clear_output()
            with self._lab:
                publish_display_data({"application/vnd.jupyter.widget-view+json": view})


def _scale(axis: np.ndarray):
    import bqplot as bq

    return bq.LogScale() if is_logarithmic(axis) else bq.LinearScale()


def _axis(shown: Shown, parameter: str, scale, **more):
    """An axis of a parameter; texts stand at 0, 1, 2, ..."""
    import bqplot as bq

    values = shown.sweep.axes[parameter]
    more = {"label_offset": "36px", **more}
    found = bq.Axis(scale=scale, label=label(parameter, shown.unit_of(parameter)), grid_lines="none", **more)
    if values.dtype.kind == "U":
        found.tick_values = positions(values)
        found.tick_labels = {str(k): str(text) for k, text in enumerate(values)}
    elif is_logarithmic(values):
        low, high = np.log10(values.min()), np.log10(values.max())
        ticks = [m * 10.0**p for p in range(int(np.floor(low)), int(np.ceil(high)) + 1) for m in (1, 2, 5)]
        found.tick_values = np.array([t for t in ticks if values.min() <= t <= values.max()])
        found.tick_format = "~g"
    else:
        at = positions(values)
        _tick(found, float(at.min()), float(at.max()), 8)
    return found


def _tick(axis, low: float, high: float, count: float) -> None:
    """Round numbers along an axis: bqplot divides evenly when it is told how many."""
    with axis.hold_sync():
        axis.tick_values = np.array(ticks(low, high, count)[0]) if high > low else np.array([low])
        axis.tick_format = "~g"


class _Plot:
    """What both kinds of figure have: failed points, and a ring around the chosen one."""

    def __init__(self, owner: SweepFigure, scales: dict, marks: list, axes: list, **more):
        import bqplot as bq

        self.owner, self.shown = owner, owner.shown
        tip = {"tooltip": bq.Tooltip(fields=["name"], show_labels=False), "interactions": {"hover": "tooltip"}}
        # A rotation of 45 degrees makes a cross of what bqplot calls one.
        turned = {**scales, "rotation": bq.LinearScale(min=0.0, max=180.0)}
        self.failed = bq.Scatter(
            x=[], y=[], scales=turned, marker="cross", colors=["var(--bpw-bad)"], default_size=90,
            stroke="#ffffff", stroke_width=1, display_names=False, names=[], **tip,
        )  # fmt: skip
        self.ring = bq.Scatter(
            x=[], y=[], scales=scales, marker="circle", fill=False, colors=["var(--jp-content-font-color1, #1f2328)"],
            stroke="var(--jp-content-font-color1, #1f2328)", stroke_width=2, default_size=160,
        )  # fmt: skip
        self._failures: list = []
        self.failed.on_element_click(self._failed_clicked)
        self.figure = bq.Figure(
            marks=[*marks, self.failed, self.ring],
            axes=axes,
            animation_duration=0,
            display_toolbar=False,
            background_style={"fill": "transparent"},
            legend_style={"fill": "none", "stroke-width": "0"},
            layout={**_FITS, "height": "360px", "min_width": "280px"},
            **more,
        )
        for mark in (*marks, self.failed):
            honour_subshells(mark)

    def _draw_failures(self, at: list[tuple[float, float]]) -> None:
        self._failures = self.shown.failures()
        with self.failed.hold_sync():
            self.failed.x, self.failed.y = (np.array([p[k] for p in at], float) for k in (0, 1))
            self.failed.rotation = np.full(len(at), 45.0)
            self.failed.names = np.array([failure.text for failure in self._failures])

    def _failed_clicked(self, _, message) -> None:
        k = message["data"]["index"]
        if k < len(self._failures):
            self.owner.choose(**self._failures[k].place)

    def _where(self, parameter: str, k: int) -> float:
        return float(positions(self.shown.sweep.axes[parameter])[k])


class _LinesPlot(_Plot):
    """One line for each value of the second parameter."""

    def __init__(self, owner: SweepFigure):
        import bqplot as bq

        shown, axes = owner.shown, owner.sweep.axes
        self.x, self.y = _scale(axes[shown.x]), bq.LinearScale()
        at = positions(axes[shown.x])
        room = 0.03 * np.ptp(at) or 0.5
        if not is_logarithmic(axes[shown.x]):
            self.x.min, self.x.max = float(at.min() - room), float(at.max() + room)
        scales = {"x": self.x, "y": self.y}
        self.lines, self.dots, self.repeats = [], [], []
        names = [curve.name for curve in shown.curves()]
        for k, name in enumerate(names):
            ink = [f"var(--bpw-series-{k % 6})"]
            self.lines.append(
                bq.Lines(x=[], y=[], scales=scales, colors=ink, stroke_width=2, labels=[name],
                         display_legend=len(names) > 1)
            )  # fmt: skip
            self.repeats.append(bq.Scatter(x=[], y=[], scales=scales, colors=ink, default_size=8, opacities=[0.45]))
            dots = bq.Scatter(
                x=[], y=[], scales=scales, colors=ink, default_size=28, names=[], display_names=False,
                tooltip=bq.Tooltip(fields=["name"], show_labels=False), interactions={"hover": "tooltip"},
            )  # fmt: skip
            dots.on_element_click(lambda _, message, k=k: self._clicked(k, message))
            self.dots.append(dots)
        self._curves = []
        self.axis_x = _axis(shown, shown.x, self.x)
        self.axis_y = bq.Axis(scale=self.y, side="left", label=label(*shown.y_label), label_offset="48px",
                              grid_lines="solid", grid_color="var(--bpw-edge)")  # fmt: skip
        super().__init__(
            owner, scales, [*self.lines, *self.repeats, *self.dots], [self.axis_x, self.axis_y],
            fig_margin={"top": 16, "bottom": 54, "left": 66, "right": 20}, legend_location="top-left",
        )  # fmt: skip

    def draw(self) -> None:
        self._curves = curves = self.shown.curves()
        number = dict(zip(self.shown.sweep.axes[self.shown.x].tolist(), positions(self.shown.sweep.axes[self.shown.x])))
        found = [curve.repeats[np.isfinite(curve.repeats)] for curve in curves]
        found = [values for values in found if values.size]
        if found:
            low, high = room_for(np.concatenate(found))
            self.y.min, self.y.max = low, high
            _tick(self.axis_y, low, high, 6)
        else:
            low, high = 0.0, 1.0
        name, unit = self.shown.y_label
        self.axis_y.label = label(name, unit)
        many = sum(len(curve.x) for curve in curves) > MOST_MARKS
        for curve, line, dots, repeats in zip(curves, self.lines, self.dots, self.repeats):
            x = np.array([number[value] for value in curve.x.tolist()], float)
            order = np.argsort(x)
            with line.hold_sync():
                line.x, line.y = x[order], curve.y[order]
            if many:
                continue
            with dots.hold_sync():
                dots.x, dots.y = x, curve.y
                dots.names = np.array([self._told(place, y) for place, y in zip(curve.places, curve.y)])
            if curve.repeats.shape[1] > 1:
                at = np.repeat(x, curve.repeats.shape[1])
                there = np.isfinite(curve.repeats.reshape(-1))
                with repeats.hold_sync():
                    repeats.x, repeats.y = at[there], curve.repeats.reshape(-1)[there]
        bottom = low + 0.03 * (high - low)
        self._draw_failures([(float(number[f.x]), bottom) for f in self.shown.failures()])

    def _told(self, place: dict[str, int], y: float) -> str:
        values = ", ".join(f"{name} = {shown_value(value)}" for name, value in self.shown.value(place).items())
        name, unit = self.shown.y_label
        return f"{values}: {name} {with_unit(f'{y:.5g}', unit)}"

    def _clicked(self, k: int, message) -> None:
        index = message["data"]["index"]
        if index < len(self._curves[k].places):
            self.owner.choose(**self._curves[k].places[index])

    def mark(self, place: dict[str, int]) -> None:
        y = self.shown.number(place)
        there = np.isfinite(y)
        with self.ring.hold_sync():
            self.ring.x = [self._where(self.shown.x, place[self.shown.x])] if there else []
            self.ring.y = [y] if there else []


class _MapPlot(_Plot):
    """A map over two parameters."""

    def __init__(self, owner: SweepFigure):
        import bqplot as bq

        shown, axes = owner.shown, owner.sweep.axes
        (self.x_order, x_edges), (self.y_order, y_edges) = edges(axes[shown.x]), edges(axes[shown.y])
        x, y = _scale(axes[shown.x]), _scale(axes[shown.y])
        x.min, x.max, y.min, y.max = (float(v) for v in (x_edges[0], x_edges[-1], y_edges[0], y_edges[-1]))
        self.colour = bq.ColorScale(colors=list(SCALE))
        self.cells = bq.GridHeatMap(
            color=np.zeros((len(y_edges) - 1, len(x_edges) - 1)), row=y_edges, column=x_edges,
            scales={"row": y, "column": x, "color": self.colour}, stroke="transparent", null_color="transparent",
            # Not row and column: bqplot shows the border of a cell there, not the value that it stands for.
            tooltip=bq.Tooltip(fields=["color"], formats=[".5g"], show_labels=False),
            interactions={"hover": "tooltip"},
        )  # fmt: skip
        self.cells.on_element_click(self._clicked)
        self.bar = bq.ColorAxis(scale=self.colour, side="right", label=label(*shown.y_label))
        super().__init__(
            owner, {"x": x, "y": y}, [self.cells],
            [_axis(shown, shown.x, x), _axis(shown, shown.y, y, side="left", label_offset="48px"), self.bar],
            fig_margin={"top": 16, "bottom": 54, "left": 66, "right": 96}, padding_x=0.0, padding_y=0.0,
        )  # fmt: skip

    def draw(self) -> None:
        values = self.shown.map()[np.ix_(self.y_order, self.x_order)]
        there = values[np.isfinite(values)]
        if there.size:
            low, high = float(there.min()), float(there.max())
            self.colour.min, self.colour.max = low, high if high > low else low + 1.0
            _tick(self.bar, low, high, 4)
            self.cells.color = values
        self.bar.label = label(*self.shown.y_label)
        axes, shown = self.shown.sweep.axes, self.shown
        at = [dict(zip(axes[p].tolist(), positions(axes[p]))) for p in (shown.x, shown.y)]
        self._draw_failures([(float(at[0][f.x]), float(at[1][f.y])) for f in shown.failures()])

    def _clicked(self, _, message) -> None:
        row, column = (int(message["data"][key]) for key in ("rowNum", "columnNum"))
        self.owner.choose(**{self.shown.x: int(self.x_order[column]), self.shown.y: int(self.y_order[row])})

    def mark(self, place: dict[str, int]) -> None:
        with self.ring.hold_sync():
            self.ring.x = [self._where(self.shown.x, place[self.shown.x])]
            self.ring.y = [self._where(self.shown.y, place[self.shown.y])]
