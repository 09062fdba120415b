"""Random networks of one to three groups, as Python modules that a user could have written, and how they run."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path

import numpy as np

import brainpy_lab as bp
from brainpy_lab.runtime.build import build
from tests.agreement import random_neurons, random_synapses
from tests.agreement.random_neurons import HELPERS, Neuron, Text
from tests.agreement.random_synapses import Synapse

STEPS, FIRST, DT = 200, 67, 0.1
SIZES = (1, 2, 3, 5, 8, 9, 17)
LAYOUTS = ("list", "rows", "runs")
PYTHON_IN_FLOAT32 = False
"""Whether steps that stay Python exist in float32."""


class RandomNetwork:
    """The text of a module whose function ``network()`` returns a network and its inputs; the same for the same seed.

    Attributes
    ----------
    source : str
    float_type : str
    """

    def __init__(self, seed: int, float_type: str = "float64"):
        self.seed, self.float_type = seed, float_type
        self.random = random.Random(f"{seed} {float_type}")
        self.allow = frozenset(self.random.choice((
            (), (), ("noise",), ("delay",), ("dynamic",), ("delay", "dynamic"), ("noise", "delay"),
            ("noise", "dynamic"),
        )))  # fmt: skip
        self.head, self.body = Text(), Text()
        self.head.add(f'"""Network {seed}, {float_type}: {", ".join(sorted(self.allow)) or "plain"}."""', "",
                      "import numpy as np", "", "import brainpy_lab as bp", "", "",
                      *HELPERS.split("\n")[:-1])  # fmt: skip
        self.body.add("def network():")
        self.body.depth = 1
        n = self.random.choice((1, 1, 1, 2, 2, 3))
        lonely = n == 1
        self.neurons = [self.group(k, lonely) for k in range(n)]
        least = 1 if lonely and self.neurons[0].style != "vector python" else 0
        n = max(least, self.random.choice((0, 1) if lonely else (1, 1, 1, 2, 2, 3)))
        self.synapses = [self.connection(k) for k in range(n)]
        self.finish()
        self.source = f"{self.head}{self.body}"

    def style(self, module) -> str:
        """One of a module's styles, rarely one that needs Python: that takes long to compile."""
        without = self.float_type == "float32" and not PYTHON_IN_FLOAT32
        weights = {style: 1 if style in module.PYTHON else 3 for style in module.STYLES}
        return self.random.choice([style for style, n in weights.items() for _ in range(n) if not (without and n == 1)])

    # -- text

    def group(self, k: int, lonely: bool) -> Neuron:
        style, n = self.style(random_neurons), self.random.choice(SIZES)
        if "dynamic" in self.allow and k == 0 and self.float_type == "float64":
            style = "vector python"
        cell = Neuron(self.random, f"c{k}", style, n, self.allow, lonely)
        self.head.add(*cell.text.lines)
        hand_overs = {name: {"table": f"np.cos(np.arange({n * n}.0)).reshape({n}, {n})",
                             "counts": "np.zeros(2, int)"}[name] for name in cell.attributes}  # fmt: skip
        given = ", ".join(f"{name!r}: {value}" for name, value in hand_overs.items())
        add = self.body.add
        add(f"cell = bp.NeuType('Cell{k}', bp.NeuState('x', 'y', 'spike', 'input'), steps=update_c{k},",
            f"                  mode={style.split()[0]!r}, hand_overs={{{given}}})",
            f"N{k} = bp.NeuGroup(cell, {n}, monitors=[{self.monitors(n, 'x', 'y', 'spike', 'input')}]"
            f"{self.pars(cell, n)})", *self.start(f"N{k}", n, "x", "y"))  # fmt: skip
        return cell

    def pars(self, model, n: int) -> str:
        """Sometimes other values of parameters than the module's: one, or one for each element."""
        if self.random.random() < 0.6:
            return ""
        steps = str(model.text)[str(model.text).index(f"def {model.first_step}(") :]
        names = [name for name in model.params if name in steps]
        if not names:
            return ""
        name = self.random.choice(names)
        value = (
            "1.25" if self.random.random() < 0.4 or model.style == "vector python" else f"np.linspace(0.5, 2.0, {n})"
        )
        return f", pars_update={{{name!r}: {value}}}"

    def monitors(self, n: int, *states: str) -> str:
        some = f"({states[1]!r}, [{n - 1}, 0])"
        return ", ".join([repr(states[0]), self.random.choice((some, repr(states[1]))), *map(repr, states[2:])])

    def start(self, name: str, n: object, *states: str) -> list[str]:
        return [f"{name}.ST[{state!r}] = np.random.default_rng({self.random.randrange(1000)}).normal(size={n})"
                for state in states]  # fmt: skip

    def connection(self, k: int) -> Synapse:
        pre, post = (self.random.randrange(len(self.neurons)) for _ in range(2))
        style = self.style(random_synapses)
        synapse = Synapse(self.random, f"s{k}", style, self.allow)
        self.head.add(*synapse.text.lines)
        layout = "runs" if style.startswith("matrix") else self.random.choice(LAYOUTS)
        sizes = self.neurons[pre].n, self.neurons[post].n
        pairs = [(i, j) for i in range(sizes[0]) for j in range(sizes[1])]
        if layout != "runs":
            pairs = sorted(self.random.sample(pairs, max(1, len(pairs) // 3)))
        if layout == "list":
            self.random.shuffle(pairs)
        if style.startswith("matrix"):
            conn = f"(np.arange({sizes[0] * sizes[1]}).reshape({sizes}) % 3 < 2) * 1.0"
            shape = f"({sizes[0]}, {sizes[1]})"
        else:
            conn = f"{{'i': np.array({[i for i, _ in pairs]}), 'j': np.array({[j for _, j in pairs]})}}"
            shape = str(len(pairs))
        delay = self.random.choice((0.0, 0.1, 0.2, 0.7, 1.3)) if synapse.delayed else 0.0
        count = len(pairs)
        recorded = "'s', 'w'" if style.startswith("matrix") else self.monitors(count, "s", "w")
        pars = self.pars(synapse, count) if style.startswith("scalar") else ""
        add = self.body.add
        add(f"edge = bp.SynType('Edge{k}', bp.SynState('s', w=0.5), steps=({', '.join(synapse.steps)}),",
            f"                  mode={style.split()[0]!r})",
            f"S{k} = bp.SynConn(edge, N{pre}, N{post}, conn={conn},",
            f"                delay={delay}, monitors=[{recorded}]{pars})")  # fmt: skip
        if self.random.random() < 0.5:  # else all edges of a neuron begin alike, and may stay so
            add(*self.start(f"S{k}", shape, "s"))
        return synapse

    def finish(self) -> None:
        names = [f"N{k}" for k in range(len(self.neurons))] + [f"S{k}" for k in range(len(self.synapses))]
        if self.random.random() < 0.3:
            self.random.shuffle(names)
        inputs = [self.input(k) for k in range(len(self.neurons)) if self.random.random() < 0.8]
        self.body.add(f"net = bp.Network({', '.join(f'{name}={name}' for name in names)})",
                      f"return net, [{', '.join(inputs)}]")  # fmt: skip

    def input(self, k: int) -> str:
        n = self.neurons[k].n
        value = self.random.choice((
            "0.8", f"np.linspace(-0.5, 1.5, {n})", f"np.sin(np.arange({STEPS}) / 7.0)",
            f"np.cos(np.arange({STEPS * n}) / 9.0).reshape({STEPS}, {n})",
        ))  # fmt: skip
        target = self.random.choice(("'ST.input', {}, '+'", "'ST.input', {}, '-'", "'ST.input', {}, '='",
                                     "'ST.y', {} + 2.0, '*'", "'ST.y', {} + 2.0, '/'"))  # fmt: skip
        if "'ST.y'" in target:
            target = "'ST.y', 1.01 + 0.001 * ({}), " + target[-3:]
        return f"(N{k}, {target.format(value)})"

    # -- running

    def load(self, folder: Path):
        """The module, from a real file, as the front end wants it."""
        path = Path(folder) / f"network_{self.seed}_{self.float_type}.py"
        path.write_text(self.source)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def simulate(self, module, backend: str):
        """The simulation after `STEPS` steps, in two calls of uneven length."""
        bp.profile.set(dt=DT, seed=self.seed, float_type=self.float_type)
        net, inputs = module.network()
        program, bindings = net.build_program(inputs, n_steps=STEPS)
        simulation = build(program, bindings, backend)
        simulation.begin(0.0, STEPS)
        for n in (FIRST, STEPS - FIRST):
            simulation.advance(n)
        simulation.sync()
        return simulation

    def run(self, module, jit: bool) -> dict[str, np.ndarray]:
        """What a user sees of two runs by `Network.run`: recordings of both, states, arrays of the groups."""
        bp.profile.set(dt=DT, seed=self.seed, float_type=self.float_type, jit=jit)
        net, inputs = module.network()
        found = {}
        for run, duration in (("first", STEPS * DT), ("second", (STEPS * DT, STEPS * DT + 1.7))):
            net.run(duration, inputs=inputs if run == "first" else ())
            for name, item in self.named(net):
                found |= {f"{run} {name}.mon.{key}": np.array(value) for key, value in item.mon.items()}
        for name, item in self.named(net):
            found |= {f"{name}.ST.{key}": np.array(value) for key, value in item.ST.items()}
            found |= {f"{name}.{key}": np.array(getattr(item, key)) for key in item.model.hand_overs}
        return found

    def named(self, net) -> list[tuple[str, object]]:
        """The objects of a network under the names that the text gives them."""
        return [(name, item) for name, item in net.objects.items() if name[:1] in "NS" and name[1:].isdigit()]
