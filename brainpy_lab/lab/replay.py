"""Computing again what a lab showed: what scripts call, and what they get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import __version__, checks, profile
from ..errors import ModelUseError
from . import coding
from .protocols import driven
from .recorded import Record, records, sha256
from .subject import Subject, neuron_subject
from .views import Window


@dataclass
class Figure:
    """The arrays behind the views of a lab.

    Parameters
    ----------
    name : str
        Of the lab.
    records : list of Record
        States and spikes, with times in ms.
    window : (float, float), ms
        The time axis.
    """

    name: str
    records: list[Record]
    window: tuple[float, float]

    @property
    def arrays(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Name of a state -> (times in ms, values); of a population that spikes -> (times in ms, neurons)."""
        return {record.name: (record.times, record.values) for record in self.records}

    @property
    def sha256(self) -> str:
        """A digest of every bit of the arrays."""
        return sha256(self.records)

    def draw(self) -> Any:
        """Draw the arrays with matplotlib; without it, say so.

        Returns
        -------
        matplotlib figure, or None
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            print("The arrays are there, but nothing is drawn: matplotlib is not installed (pip install matplotlib).")
            return None
        figure, panels = plt.subplots(
            len(self.records), 1, sharex=True, squeeze=False, figsize=(8, 2.2 * len(self.records))
        )
        for record, axes in zip(self.records, panels[:, 0]):
            if record.spikes:
                axes.plot(record.times, record.values, "|", markersize=3)
                axes.set_ylabel(f"{record.name}, neuron")
            else:
                axes.plot(record.times, record.values, linewidth=1)
                axes.set_ylabel(f"{record.name} ({record.unit})" if record.unit else record.name)
        panels[-1, 0].set_xlabel("time (ms)")
        panels[-1, 0].set_xlim(*self.window)
        figure.suptitle(self.name)
        figure.tight_layout()
        plt.show()
        return figure


class Replay:
    """Computes again what a lab showed. Scripts of labs make one before the lines of the cell.

    Parameters
    ----------
    name : str
        Of the lab.
    version : str
        Of brainpy_lab that wrote the script. Another one computes too, and says so when bits differ.
    draws : int
        How many groups had drawn initial values since the seed was set.

    Examples
    --------
    >>> LIF = bp.neuron("dv/dt = (1 - v)/tau; tau = 10 ms", "LIF")  # doctest: +SKIP
    >>> replay = bp.Replay("LIF")
    >>> replay.neurons(LIF, 1)
    >>> figure = replay.run({}, [], 0, 100, seed=0)
    """

    def __init__(self, name: str, version: str = __version__, draws: int = 0):
        from .network_cell import numpy_seeded, watch_groups
        from .object_subject import watch_models

        self.name = checks.text("name", name)
        self.version = checks.text("version", version)
        self.subject: Subject | None = None
        profile._initial_draws = checks.count("draws", draws, "groups", low=0)
        self._watches = [watch_groups(), watch_models(), numpy_seeded(profile.get_seed())]
        self._made, self._models, _ = (watch.__enter__() for watch in self._watches)

    def neurons(self, model, n: int = 1) -> None:
        """Show `n` neurons of a model, as its lab did."""
        from ..frontends.types_api import NeuGroup, NeuType

        checks.instance("model", model, NeuType, "a neuron model", "Give what bp.neuron(text, name) returns.")
        group = NeuGroup(model, checks.count("n", n, "neurons"))
        self._end_watching()
        self.subject = neuron_subject(self.name, group)

    def synapses(self, model, n: int = 1, delay: float | None = None) -> None:
        """Show a synapse in its test rig, as its lab did.

        Parameters
        ----------
        model : SynType
        n : int
            Number of presynaptic neurons.
        delay : float, optional
            ms, in place of that of the model.
        """
        from ..frontends.types_api import SynType
        from .synapse_subject import synapse_subject

        checks.instance("model", model, SynType, "a synapse model", "Give what bp.synapse(text, name) returns.")
        n = checks.count("n", n, "synapses")
        values = {} if delay is None else {"delay": checks.number("delay", delay, unit="milliseconds", low=0)}
        self._end_watching()
        self.subject = synapse_subject(self.name, model, n, values)

    def network(self, namespace: dict, inputs: Any = ()) -> None:
        """Show the network that the lines since this object was made have left in a namespace.

        Parameters
        ----------
        namespace : dict
            ``globals()``.
        inputs
            As the cell says.
        """
        from .network_cell import subject_of_made

        checks.mapping("namespace", namespace, "globals()")
        self._end_watching()
        self.subject = subject_of_made(self.name, namespace, self._made, self._models, inputs)

    def choose(self, neuron: int, group: str) -> None:
        """Record this neuron of a group.

        Parameters
        ----------
        neuron : int
        group : str

        Raises
        ------
        ModelUseError
            For a neuron that there is not.
        """
        number = checks.count("neuron", neuron, low=0)
        if not self._model().who.mark(checks.text("group", group), number):
            raise ModelUseError(f"{self.name} has no neuron {neuron} of {group!r}. Use the script as the lab wrote it.")

    def _model(self) -> Subject:
        if self.subject is None:
            raise ModelUseError(
                "run: this replay has no model yet. Call replay.neurons(model, n) or replay.network(globals()) first."
            )
        return self.subject

    def _end_watching(self) -> None:
        for watch in reversed(self._watches):
            watch.__exit__(None, None, None)
        self._watches = []

    def run(
        self,
        begin: dict,
        log: list,
        first: int,
        last: int,
        seed: int | None = None,
        beginning: str = "",
        backend: str = "auto",
    ) -> Figure:
        """Compute up to a step, applying the log at its steps.

        Parameters
        ----------
        begin : dict
            Where it begins: what `coding.encode_snapshot` gives; of an empty one the state that the model begins with.
        log : list of (step, kind, target, value)
            In the order in which they came.
        first, last : int
            Steps of the window.
        seed : int, optional
            Of random numbers.
        beginning : str
            Digest of everything that it begins with; '' does not ask.
        backend : str
            As for ``build``: all have the same bits.

        Returns
        -------
        Figure

        Raises
        ------
        ModelUseError
            When nothing is to be computed, or it does not begin with what the lab began with.
        """
        from ..runtime.build import build

        subject = self._model()
        checks.mapping("begin", begin, "what the script says")
        checks.text("beginning", beginning)
        entries = coding.decode_log(checks.listed("log", log, "entries (step, kind, target, value)"))
        first, last = (checks.count(name, value, "steps", low=0) for name, value in (("first", first), ("last", last)))
        subject = self.subject = driven(subject)
        if seed is not None:
            subject.bindings.seed = checks.seed("seed", seed)
        simulation = build(subject.program, subject.bindings, backend, profile.get_num_threads())
        simulation.begin(0.0, None, max(1, last - first))
        for one in subject.who:
            one.point(simulation, one.neuron)
        snapshot = simulation.save()
        if begin:
            snapshot = coding.decode_snapshot(begin, snapshot)
            simulation.load(snapshot)
        if beginning and coding.beginning(snapshot, subject.bindings) != beginning:
            raise ModelUseError(self._told_apart())
        end = snapshot.step + last - snapshot.run_step
        for entry in entries:
            if entry.step < end:
                _advance(simulation, entry.step)
                entry.change.apply(simulation)
        _advance(simulation, end)
        dt = subject.bindings.dt
        window = Window(first, last, first * dt, last * dt, dt)
        return Figure(self.name, records(subject, simulation, window), (window.left, window.right))

    def _told_apart(self) -> str:
        told = (
            f"{self.name} does not begin with the states, parameters and connections of the lab, so nothing that "
            "follows would be the same. Something in the model is random and has no seed: give the "
            "cell one, %%brainpy ... --seed 1, and generators of its own another, such as "
            "np.random.default_rng(1). Then run the lab again and take its script again."
        )
        return told + self.versions()

    def versions(self) -> str:
        """A sentence when another version of the package wrote the script, else ''."""
        if self.version == __version__:
            return ""
        return (
            f" The script was written by brainpy_lab {self.version}, this is {__version__}: the same bits are promised "
            "for one version."
        )


def _advance(simulation, step: int) -> None:
    while simulation.step < step:
        simulation.advance(min(simulation.chunk_steps(), step - simulation.step))
