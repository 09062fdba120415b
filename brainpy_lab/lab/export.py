"""The arrays behind the views of a lab in the formats of other tools.

Times are in ms and belong to the step that made an entry, as in ``mon.ts``. Tables come in three kinds, where the lab
has them: 'states' (one column for each state), 'spikes' (one row for each spike), 'rates' (one column for each
population).
"""

from __future__ import annotations

import csv
import importlib
import io
import zipfile
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__, checks
from ..errors import ModelUseError
from . import picture
from .recorded import Record, records
from .views import RateView

Table = dict[str, np.ndarray]
"""Name of a column with its unit -> values."""


def library(name: str, method: str) -> Any:
    """A library that only exports need.

    Raises
    ------
    ModelUseError
        When it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise ModelUseError(
            f"lab.{method} needs {package}, which is not installed. Install it: pip install {package}, or everything "
            'that exports need: pip install "brainpy-lab[io]".'
        ) from None


def shown(lab) -> list[Record]:
    """What the views of a lab show now.

    Raises
    ------
    ModelUseError
        When it has not been started.
    """
    session = started(lab)
    with session.at_rest():
        window = lab._window()
        return records(lab.subject, lab._past.rows(window), window)


def started(lab):
    """The session of a lab.

    Raises
    ------
    ModelUseError
        When it has none.
    """
    if lab.session is None:
        raise ModelUseError(f"{lab.name} has not been started, so there is nothing to export: run its cell.")
    return lab.session


def by_neuron(record: Record) -> list[np.ndarray]:
    """The times of the spikes of every neuron of a population, also of those without any."""
    order = np.argsort(record.values, kind="stable")
    edges = np.searchsorted(record.values[order], np.arange(record.size + 1))
    return [record.times[order[a:b]] for a, b in zip(edges, edges[1:])]


def rates(lab) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Middle of each bin, ms, and the rate of each population in Hz, as the view shows them."""
    view = next((view for view in lab.subject.views if isinstance(view, RateView)), None)
    if view is None:
        return np.zeros(0), {}
    with started(lab).at_rest():
        window = lab._window()
        panel = view.panel(lab._past.rows(window), window, 0)
    return panel.items[0].x, {item.name: item.y for item in panel.items[: len(view.series)]}


def tables(lab) -> dict[str, Table]:
    """Every kind of table that the lab has."""
    found, made = shown(lab), {}
    states = [record for record in found if not record.spikes]
    spikes = [record for record in found if record.spikes]
    if states:
        columns = {_headed(record.name, record.unit): record.values for record in states}
        made["states"] = {"time (ms)": states[0].times, **columns}
    if spikes:
        made["spikes"] = {
            "time (ms)": np.concatenate([record.times for record in spikes]),
            "population": np.concatenate([np.full(len(record.times), record.name, object) for record in spikes]),
            "neuron": np.concatenate([record.values for record in spikes]),
        }
    middles, by_population = rates(lab)
    if by_population:
        made["rates"] = {"time (ms)": middles, **{_headed(name, "Hz"): rate for name, rate in by_population.items()}}
    return made


def _headed(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def csv_texts(lab) -> dict[str, str]:
    """Kind of table -> its text, with every digit of the numbers."""
    texts = {}
    for kind, table in tables(lab).items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*(column.tolist() for column in table.values())))
        texts[kind] = text.getvalue()
    return texts


def to_svg(lab, path=None) -> str:
    """The picture of the views, and a file of it where there is a path."""
    if path is not None:
        path = checks.path("path", path, "svg")
    with started(lab).at_rest():
        drawn, told = lab._drawn(), lab.description()
    text = picture.draw_svg(*drawn, text=told)
    if path is not None:
        path.write_text(text, "utf-8")
    return text


def to_csv(lab, path) -> list[Path]:
    """Write every table into a file of its own, ``NAME-states.csv``...; a single one into `path`."""
    path = checks.path("path", path, "csv txt")
    texts = csv_texts(lab)
    paths = {kind: path if len(texts) == 1 else path.with_name(f"{path.stem}-{kind}.csv") for kind in texts}
    for kind, text in texts.items():
        paths[kind].write_text(text, "utf-8")
    return list(paths.values())


def csv_download(lab) -> tuple[str, bytes]:
    """Name and content of one file: the table, or an archive of all."""
    texts = csv_texts(lab)
    if len(texts) == 1:
        return f"{lab.name}.csv", next(iter(texts.values())).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for kind, text in texts.items():
            file.writestr(f"{lab.name}-{kind}.csv", text)
    return f"{lab.name}-csv.zip", archive.getvalue()


def to_pandas(lab) -> dict[str, Any]:
    """Kind of table -> DataFrame, with the time as index where it is regular."""
    pandas = library("pandas", "to_pandas()")
    frames = {}
    for kind, table in tables(lab).items():
        frame = pandas.DataFrame(table)
        frames[kind] = frame if kind == "spikes" else frame.set_index("time (ms)")
        frames[kind].attrs.update(_about(lab))
    return frames


def to_xarray(lab) -> Any:
    """A Dataset: states over 'time', spikes over 'NAME_spike', rates over 'time_of_rate'."""
    xarray = library("xarray", "to_xarray()")
    data: dict[str, Any] = {}
    time = {"units": "ms"}
    coordinates: dict[str, Any] = {}
    for record in shown(lab):
        if record.spikes:
            dim = f"{record.name}_spike"
            coordinates[f"{record.name}_spike_time"] = (dim, record.times, time)
            data[f"{record.name}_neuron"] = (dim, record.values, {"size": record.size})
        else:
            coordinates.setdefault("time", ("time", record.times, time))
            data[record.name] = ("time", record.values, {"units": record.unit} if record.unit else {})
    middles, by_population = rates(lab)
    for name, rate in by_population.items():
        coordinates.setdefault("time_of_rate", ("time_of_rate", middles, time))
        data[f"{name}_rate"] = ("time_of_rate", rate, {"units": "Hz"})
    return xarray.Dataset(data, coordinates, _about(lab))


def to_neo(lab) -> Any:
    """A neo Block of one Segment: a signal for each state, a spike train for each neuron of populations that spike."""
    neo, pq = library("neo", "to_neo()"), library("quantities", "to_neo()")
    block = neo.Block(name=lab.name, description=lab.description(), **_about(lab))
    segment = neo.Segment(name="what the views show")
    block.segments.append(segment)
    window, dt = lab._window(), lab.subject.bindings.dt
    start, stop = window.first * dt, window.last * dt
    for record in shown(lab):
        if not record.spikes:
            unit, told = _quantity(record.unit, pq)
            segment.analogsignals.append(
                neo.AnalogSignal(
                    record.values.astype(np.float64)[:, None],
                    units=unit,
                    t_start=(record.times[0] if len(record.times) else start) * pq.ms,
                    sampling_period=dt * pq.ms,
                    name=record.name,
                    **told,
                )
            )
            continue
        for neuron, times in enumerate(by_neuron(record)):
            segment.spiketrains.append(
                neo.SpikeTrain(
                    times * pq.ms,
                    t_start=start * pq.ms,
                    t_stop=stop * pq.ms,
                    name=f"{record.name} {neuron}",
                    population=record.name,
                    neuron=neuron,
                )
            )
    return block


def _quantity(unit: str, pq) -> tuple[Any, dict[str, str]]:
    """A unit of quantities; one that it does not know is kept as a note."""
    if not unit:
        return pq.dimensionless, {}
    try:
        return pq.Quantity(1.0, unit.replace("cm2", "cm**2")).units, {}
    except LookupError:
        return pq.dimensionless, {"unit": unit}


def to_nwb(lab, path) -> Path:
    """Write an NWB file (seconds): a TimeSeries for each state, a row of units for each neuron that spikes."""
    from datetime import datetime

    path = checks.path("path", path, "nwb")
    pynwb = library("pynwb", "to_nwb(path)")
    about = _about(lab)
    file = pynwb.NWBFile(
        session_description=lab.description(),
        identifier=lab.id,
        session_start_time=datetime.now(UTC),
        keywords=["simulation"],
        notes=", ".join(f"{key} = {value}" for key, value in about.items()),
    )
    dt = lab.subject.bindings.dt
    found = shown(lab)
    for record in found:
        if not record.spikes:
            file.add_acquisition(
                pynwb.TimeSeries(
                    name=record.name.replace("/", " per "),
                    data=record.values,
                    unit=record.unit or "1",
                    starting_time=float(record.times[0]) / 1000 if len(record.times) else 0.0,
                    rate=1000.0 / dt,
                    description=f"{record.name} of the first neuron, simulated",
                )
            )
    spikes = [record for record in found if record.spikes]
    if spikes:
        file.add_unit_column("population", "group of neurons in the model")
        file.add_unit_column("neuron", "number of the neuron in its population")
        for record in spikes:
            for neuron, times in enumerate(by_neuron(record)):
                file.add_unit(spike_times=times / 1000, population=record.name, neuron=neuron)
    with pynwb.NWBHDF5IO(str(path), "w") as writer:
        writer.write(file)
    return path


def _about(lab) -> dict[str, Any]:
    """Where the numbers come from."""
    found = {
        "lab": lab.name,
        "brainpy_lab": __version__,
        "dt_ms": float(lab.subject.bindings.dt),
        "t_ms": float(lab.t),
    }
    if lab.subject.seed is not None:
        found["seed"] = int(lab.subject.seed)
    return found
