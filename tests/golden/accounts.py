"""The numbers of ready models: parameters, where states begin, and the literals of their equations, as text.

Numbers are written with all their digits, so that none can change by a single bit unseen. What a model computes with
them is held by closed forms and published results elsewhere.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import brainpy_lab as bp
from brainpy_lab import channels, dyn, models, synapses, synouts, synplast
from brainpy_lab.ir.program import Projection
from brainpy_lab.ir.show import show
from brainpy_lab.runtime.bindings import Edges

OTHERWISE = {"gamma_network": ("h", "n"), "cann_network": ("U", "w"), "working_memory_network": ("NMDA_gate.g_max",)}
"""Arrays of which NumPy computes an exponential, whose last bits differ between processors: tests/models has them."""


def account(program, bindings, left_out: tuple[str, ...] = ()) -> list[str]:
    """The numbers of a program and of what it is bound to."""

    def told(item, names, values) -> list[str]:
        names = [name for name in names if name not in left_out and f"{item.model}.{name}" not in left_out]
        return [f"{name} {numbers(values[item.name, name])}" for name in names]

    lines = []
    for item in program.objects:
        late = f", {item.delay_steps} rows of delay" if isinstance(item, Projection) else ""
        lines.append(f"{item.name}: {bindings.sizes[item.name]} elements{late}")
        lines += _row("params", told(item, sorted(item.params), bindings.params))
        lines += _row("start", told(item, [state.name for state in item.states], bindings.arrays))
        lines += _row("literals", literals(item))
        if isinstance(edges := bindings.edges.get(item.name), Edges):
            lines.append(f"    edges {numbers(edges.pre_ids)} to {numbers(edges.post_ids)}")
        elif edges is not None:
            lines.append(f"    edges {edges!r}")
    lines += [f"{owner}.{name} is {numbers(value)}" for (owner, name), value in sorted(bindings.attributes.items())]
    return lines


def _row(title: str, words: list[str]) -> list[str]:
    return [f"    {title} {', '.join(words)}"] if words else []


_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)(?![\w.])")


def literals(thing: object) -> list[str]:
    """The numbers that stand in the steps of a model or object, each with how often it does."""
    text = "\n".join(show(step) for step in thing.steps)
    found = Counter(_NUMBER.findall(text))
    return [word if count == 1 else f"{word} x{count}" for word, count in sorted(found.items(), key=_by_value)]


def _by_value(item: tuple[str, int]) -> tuple[float, str]:
    return float(item[0]), item[0]


def numbers(value: object) -> str:
    """A number or an array with all its digits; of a large array the digest."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(numbers, value))}]"
    if not isinstance(value, np.ndarray):
        return repr(value.item() if isinstance(value, np.generic) else value)
    if value.size and (value == value.flat[0]).all():
        return repr(value.flat[0].item())
    if value.size <= 4:
        return repr(value.tolist())
    little_endian = value.astype(value.dtype.newbyteorder("<"))
    return f"{value.dtype}{value.shape} {hashlib.sha256(little_endian.tobytes()).hexdigest()[:16]}"


# -- defaults of calls -------------------------------------------------------------------------------------------------


def of_defaults(module) -> list[str]:
    """What the calls of a module take when it is not given."""
    found = []
    for name in module.__all__:
        call = getattr(module, name)
        if callable(call):
            given = inspect.signature(call).parameters.values()
            known = [f"{p.name} {numbers(p.default)}" for p in given if type(p.default) in (int, float, tuple)]
            found += _row(name, known)
    return found


# -- models with states and steps --------------------------------------------------------------------------------------


def of_type(name: str) -> list[str]:
    make = getattr(models, name)
    model = make().ir
    starts = [f"{state.name} {state.default!r}" for state in model.states]
    return [signature(name), *_row("start", starts), *_row("literals", literals(model))]


def signature(name: str) -> str:
    return f"    {name}{inspect.signature(getattr(models, name)).replace(return_annotation=inspect.Signature.empty)}"


NETWORKS = {
    "cann_network": dict(n=16, start=0.5),
    "decision_network": dict(n=100, seed=1),
    "ei_network": dict(n_exc=80, n_inh=20, prob=0.2, seed=1),
    "gamma_network": dict(n=20, seed=1),
    "working_memory_network": dict(n=60, J_plus=2.0, seed=1),
}


def of_network(name: str) -> list[str]:
    program, bindings = getattr(models, name)(**NETWORKS[name]).build_program((), (), 10)
    return [signature(name), *account(program, bindings, OTHERWISE.get(name, ()))]


def of_arrays(name: str) -> list[str]:
    """Functions that make arrays for networks."""
    made = {
        "ring_positions": lambda: models.ring_positions(16),
        "ring_bump": lambda: np.zeros(0),  # see tests/models/test_rings.py
        "decision_stimulus": lambda: models.decision_stimulus(12.8, 50.0, 10.0, 30.0, seed=2),
    }[name]()
    return [signature(name), f"    {numbers(made)}"]


# -- models written as classes -----------------------------------------------------------------------------------------


def run_of(make: Callable[[], object]) -> list[str]:
    """The account of a model written as a class, as a runner takes it."""
    bp.math.random.seed(5)
    simulation = bp.DSRunner(make(), progress_bar=False).simulation()
    return account(simulation.program, simulation.bindings)


def alone(kind: type) -> list[str]:
    """The parameters of a part of neurons, and its variables before it is in any."""
    part = kind(2)
    taken = [f"{name} {numbers(getattr(part, name))}" for name in kind.parameters]
    starts = [f"{name} {numbers(value.numpy())}" for name, value in vars(part).items()
              if isinstance(value, bp.math.Variable)]  # fmt: skip
    return [*_row("alone", taken), *_row("begins", starts)]


class Driven(bp.DynamicalSystem):
    """Passes something on that takes the spikes of a step."""

    def __init__(self, part):
        super().__init__()
        self.part = part
        self.spike = bp.math.Variable(np.array([1.0, 0.0]))

    def update(self):
        return self.part(self.spike.value)


def cells(**parts):
    return dyn.CondNeuGroup(2, V_initializer=np.array([-63.0, -41.5]), **parts)


def in_membrane(name: str, **options):
    kind = functools.partial(getattr(channels, name), **options)
    master = kind.func.master_type
    if master is dyn.HHTypedNeuron:
        return cells(part=kind(2))
    if isinstance(master, tuple):
        ions = dyn.PotassiumFixed(2), dyn.CalciumDetailed(2)
        return cells(K=ions[0], Ca=ions[1], both=dyn.mix_ions(*ions, part=kind(2)))
    ion = {"Sodium": dyn.SodiumFixed, "Potassium": dyn.PotassiumFixed, "Calcium": dyn.CalciumFixed}[master.__name__]
    return cells(ion=ion(2, part=kind(2)))


def with_ion(name: str):
    kind = getattr(dyn, name)
    channel = {"S": channels.INa_HH1952v2, "P": channels.IK_HH1952v2, "C": channels.ICaT_HM1992}[name[0]]
    return cells(ion=kind(2, part=channel(2)))


def projected(name: str, **options):
    """Two neurons that project to three through a synapse in one object."""
    pre = dyn.LifRef(2, V_initializer=bp.init.Constant(1.0))
    post = dyn.LifRef(3, V_initializer=bp.init.Constant(-1.0), input_var=True)
    kind = getattr(synapses, name)
    return bp.Network(pre=pre, syn=kind(pre, post, bp.connect.All2All(), **options), post=post)


def put_out(**options):
    pre = dyn.LifRef(2, V_initializer=bp.init.Constant(1.0))
    post = dyn.LifRef(3, V_initializer=bp.init.Constant(-1.0), input_var=True)
    return bp.Network(pre=pre, syn=synapses.Exponential(pre, post, bp.connect.All2All(), **options), post=post)


def aligned(out):
    pre = dyn.LifRef(2, V_initializer=bp.init.Constant(1.0))
    post = dyn.LifRef(2, V_initializer=bp.init.Constant(-1.0))
    projection = dyn.FullProjAlignPost(pre, 0.3, bp.dnn.OneToOne(2, 1.0), dyn.Expon(2), out, post)
    return bp.Network(pre=pre, projection=projection, post=post)


def poisson(num_input: int, freq: float):
    post = dyn.LifRef(3, V_initializer=bp.init.Constant(-1.0))
    return bp.Network(post=post, noise=dyn.PoissonInput(post.V, num_input, freq, 0.25))


NEURONS = ("Lif", "ExpIF", "AdExIF", "QuaIF", "AdQuaIF", "Izhikevich", "Gif", "HH", "WangBuzsakiHH", "MorrisLecar")
FORMS = ("LifRef", "AdExIFRef", "GifRef", "LifRefLTC")
ABSTRACT = {"Calcium", "CalciumChannel", "CalciumDyna", "Channel", "Ion", "IonChaDyn", "IonChannel", "IonInfo",
            "LeakyChannel", "MembranePart", "MixIons", "Potassium", "PotassiumChannel", "Sodium", "SodiumChannel",
            "mix_ions"}  # fmt: skip
IONS = ("SodiumFixed", "PotassiumFixed", "CalciumFixed", "CalciumDetailed", "CalciumFirstOrder")
CHANNELS = sorted(name for name in set(channels.__all__) - ABSTRACT - set(IONS)
                  if not name.endswith("v2") or name in ("INa_HH1952v2", "IAHP_De1994v2"))  # fmt: skip


def _all() -> dict[str, Callable[[], list[str]]]:
    found: dict[str, Callable[[], list[str]]] = {}
    for module in (bp.connect, bp.init, bp.inputs):
        found[f"defaults.{module.__name__.split('.')[1]}"] = functools.partial(of_defaults, module)
    for name in models.__all__:
        read = of_type if name.startswith("get_") else of_network if name in NETWORKS else of_arrays
        found[f"models.{name}"] = functools.partial(read, name)

    def add(name: str, make: Callable[[], object]) -> None:
        found[name] = functools.partial(run_of, make)

    for name in (*NEURONS, *FORMS):
        add(f"dyn.{name}", lambda name=name: getattr(dyn, name)(2))
    for name in ("Expon", "DualExpon", "DualExponV2", "Alpha", "NMDA", "AMPA", "GABAa", "BioNMDA", "STD", "STP"):
        add(f"dyn.{name}", lambda name=name: Driven(getattr(dyn, name)(2)))
    add("dyn.COBA", lambda: aligned(dyn.COBA(E=-70.0)))
    add("dyn.CUBA", lambda: aligned(dyn.CUBA()))
    add("dyn.MgBlock", lambda: aligned(dyn.MgBlock()))
    add("dyn.PoissonGroup", lambda: dyn.PoissonGroup(3, 40.0))
    add("dyn.PoissonInput of many", lambda: poisson(9000, 407.0))
    add("dyn.PoissonInput of one", lambda: poisson(1, 5000.0))
    add("dyn.SpikeTimeGroup", lambda: dyn.SpikeTimeGroup(3, np.array([0, 2]), np.array([0.1, 0.4])))
    for kind in ("LifRef", "AdExIF"):
        more = {"LifRef": dict(tau_ref=None), "AdExIF": dict(noise=0.5)}[kind]
        add(f"dyn.{kind} with {[*more][0]}", lambda kind=kind, more=more: getattr(dyn, kind)(2, **more))
    add("dyn.DualExponV2 as it is", lambda: Driven(dyn.DualExponV2(2, normalize=False)))
    add("dyn.CondNeuGroup", lambda: dyn.CondNeuGroup(2))
    add("dyn.InputVar", lambda: dyn.InputVar(2))
    found["dyn.Izhikevich alone"] = lambda: alone(dyn.Izhikevich)
    for name in (*IONS, *CHANNELS):
        make = with_ion if name in IONS else in_membrane
        kind = getattr(channels, name)
        found[f"channels.{name}"] = lambda name=name, make=make, kind=kind: [
            *run_of(lambda: make(name)), *alone(kind)
        ]  # fmt: skip
    for name in ("INa_Ba2002", "IKDR_Ba2002", "ICaT_HM1992", "Ih_De1996"):
        add(f"channels.{name} at 26 degrees", lambda name=name: in_membrane(name, T=26.0))
    for name in sorted(set(synapses.__all__) - {"TwoEndConn"}):
        more = {"output": synouts.CUBA} if name in ("Alpha", "DualExponential") else {}
        add(f"synapses.{name}", lambda name=name, more=more: projected(name, **{k: v() for k, v in more.items()}))
    for name in ("CUBA", "COBA", "MgBlock"):
        add(f"synouts.{name}", lambda name=name: put_out(output=getattr(synouts, name)()))
    for name in ("STD", "STP"):
        add(f"synplast.{name}", lambda name=name: put_out(stp=getattr(synplast, name)()))
    return found


ACCOUNTS = _all()
"""By name, a function that makes the lines."""


# -- as they are written down ------------------------------------------------------------------------------------------

GOLDEN = Path(__file__).parent / "numbers"


@contextlib.contextmanager
def plain_profile() -> Iterator[None]:
    """The settings under which numbers are told, whatever was set before."""
    kept = {name: value for name, value in vars(bp.profile).items() if name[0] == "_" != name[1]}
    try:
        bp.profile.set(jit=False, dt=0.1, numerical_method="euler", float_type="float64")
        yield
    finally:
        vars(bp.profile).update(kept)


def account_of(name: str) -> list[str]:
    """The lines of a model."""
    with plain_profile():
        return ACCOUNTS[name]()


def golden(name: str) -> list[str]:
    """The lines that are written down."""
    return _blocks(name).get(name, [])


def keep(name: str) -> None:
    """Write down what there is now."""
    blocks = _blocks(name) | {name: account_of(name)}
    text = "\n\n".join("\n".join([title, *lines]) for title, lines in sorted(blocks.items()) if title in ACCOUNTS)
    GOLDEN.mkdir(exist_ok=True)
    _file(name).write_text(f"{text}\n", encoding="utf-8")
    _read.cache_clear()


def _file(name: str) -> Path:
    return GOLDEN / f"{name.partition('.')[0]}.txt"


def _blocks(name: str) -> dict[str, list[str]]:
    return _read(_file(name))


@functools.cache
def _read(path: Path) -> dict[str, list[str]]:
    if not path.exists():
        return {}
    blocks = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return {title: lines for title, *lines in (block.split("\n") for block in blocks)}
