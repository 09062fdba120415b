"""A program: objects with their steps, what flows in, what is recorded, and the order of a time step.

A program holds no arrays. Sizes, parameter values and connections are bound to it when it is compiled, so that two
networks of the same structure share their compiled code.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from .place import Place
from .statements import RingRead, Statement


@dataclass(frozen=True)
class State:
    """A state variable. ``dtype`` is 'real', 'f64' for a field that holds times, 'bool' or 'int'."""

    name: str
    default: float = 0.0
    dtype: str = "real"


@dataclass(frozen=True)
class Step:
    """One named step function. ``delayed`` steps read the states of a projection through its delay."""

    name: str
    body: tuple[Statement, ...]
    delayed: bool = False
    place: Place | None = field(default=None, compare=False)

    @property
    def looks_back(self) -> bool:
        """Whether it reads anything through a delay; of what it reads and writes, a step may delay a part only."""
        return self.delayed or any(isinstance(statement, RingRead) for statement in self.body)


@dataclass(frozen=True)
class Population:
    """A group of neurons.

    ``spread`` names the parameters that hold one value per element, ``attributes`` the arrays of the group that can be
    monitored and changed by inputs. ``rings`` gives the length of the delay ring of each state that has one: a read
    sees the value of that many steps ago less one.
    """

    name: str
    model: str
    states: tuple[State, ...]
    params: tuple[str, ...]
    steps: tuple[Step, ...]
    spread: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    rings: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Projection:
    """Edges from one population to another, each with states of its own.

    ``delay_steps`` is the length of the delay ring: a delayed step sees the value of ``delay_steps - 1`` steps ago.
    ``layout`` says how the edges are stored: 'rows' (sorted by source), 'runs' (sorted, and targets of a row are
    few unbroken runs) or 'list' (any order); or that they are not: 'random' edges follow from a seed and a probability
    and are made anew in every step (``kernels/reference/random_edges.py``), sorted by source and target.
    ``shared`` says that all edges of a source agree now and may be kept as one (``passes.share``).
    ``matrix``: there is an edge from every source to every target; Python steps see states of shape (n_pre, n_post).
    """

    name: str
    model: str
    pre: str
    post: str
    states: tuple[State, ...]
    params: tuple[str, ...]
    steps: tuple[Step, ...]
    spread: frozenset[str] = frozenset()
    delay_steps: int = 1
    layout: str = "rows"
    shared: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    matrix: bool = False


@dataclass(frozen=True)
class Input:
    """``target.field op= source`` before the target's steps.

    ``source`` is 'number', 'array' (one value per element), 'series' (one number per step of the run), 'table'
    (one row per step of the run), 'wave' (one number per step in a ring: step s, counted from the beginning of the
    simulation, has place ``s % rows``; it is filled ahead of the steps) or 'events': rows (time in ms, element),
    sorted by time. An event sets its element to 1 (the only ``op`` is '=') in the first step that does not start
    before it. The values are bound, not part of the program.
    """

    target: str
    field: str
    op: str
    source: str


@dataclass(frozen=True)
class Monitor:
    """Record a state each time its slot comes.

    ``kind`` is 'dense' (every value) or 'events' (the elements where a state that is 0 or 1 holds 1);
    ``some`` says that only listed elements are recorded.
    """

    target: str
    field: str
    kind: str = "dense"
    some: bool = False


@dataclass(frozen=True)
class Slot:
    """One entry of the schedule: ``what`` is 'input', 'step' or 'monitor', with its index or step name."""

    target: str
    what: str
    name: str


@dataclass(frozen=True)
class Program:
    """Everything that happens in one time step, in order.

    ``one`` names the population with a single element whose states everybody may read ('' where there is none).
    ``joint_sites``: draw sites are counted through all objects, and not in each object from 0.
    ``merge_synapses`` asks for one state per target neuron where sums over edges obey the same equations
    (``passes.merge``). ``sums`` says how a target adds up what spikes deliver: 'fold' (one after the other, in the
    order of the edges), 'quanta' (exactly, in whole multiples of a power of two, ``passes.quanta``), 'any' (in no
    order, where a device does not keep one), or 'auto': 'quanta' on a GPU, else 'fold'.
    """

    objects: tuple[Population | Projection, ...]
    schedule: tuple[Slot, ...]
    inputs: tuple[Input, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    float_type: str = "float64"
    one: str = ""
    joint_sites: bool = False
    merge_synapses: bool = False
    sums: str = "auto"

    def find(self, name: str) -> Population | Projection:
        """The object of that name."""
        for item in self.objects:
            if item.name == name:
                return item
        raise KeyError(name)
