"""``%%brainpy`` and ``%brainpy``: the doors from a notebook cell to a live lab."""

from __future__ import annotations

import asyncio
import difflib
import importlib
import re
import shlex
from contextlib import contextmanager
from types import ModuleType

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from .. import profile
from ..errors import CellError, ModelError
from ..frontends.cells.words import did_you_mean, listed
from . import completion
from .completion import BACKENDS, KINDS, OPTIONS
from .lab import Lab, labs


@magics_class
class BrainPyMagics(Magics):
    """The magics of brainpy_lab."""

    @magic_arguments()
    @argument("kind", choices=KINDS, help="what the cell describes")
    @argument("name", help="the name that is bound to the model or network")
    @argument("--dt", type=float, help="time step, ms; the profile's when left out")
    @argument("--method", help="integration method of a neuron, such as rk4")
    @argument("--n", type=int, default=1, help="number of neurons that the lab shows, or of presynaptic neurons")
    @argument("--seed", type=int, help="seed of random numbers")
    @argument("--float32", action="store_true", help="compute in single precision")
    @argument("--backend", choices=BACKENDS, default="auto", help="where to compute")
    @argument("--paused", action="store_true", help="do not start: predict first")
    @argument("--projector", action="store_true", help="large type and lines")
    @argument("--together", action="store_true", help="run beside other labs instead of pausing them")
    @argument("--no-show", action="store_true", help="only bind the name")
    @no_var_expand
    @cell_magic
    def brainpy(self, line: str, cell: str) -> None:
        """Define a model of a neuron or synapse, or a network, and show it live.

        The lines below are equations, or for a network Python::

            %%brainpy neuron LIF                        %%brainpy synapse AMPA
            dV/dt = (-(V + 65) + R*I)/tau               ds/dt = -s/tau
            input I = 2 nA in [0, 4]   # a slider       tau = 5 ms in [1, 20]; g = 0.1 uS; E = 0 mV
            R = 10; tau = 10 ms in [5, 30]              on spike: s += 1
            init V = -65                                post.input += g*s*(E - post.V)
            spike when V > -50                          delay 1.5
            reset V = -65; refractory 2

            %%brainpy network net
            import brainpy_lab as bp
            cells = bp.NeuGroup(LIF, 100)
            synapses = bp.SynConn(AMPA, cells, cells, conn=bp.connect.FixedProb(0.1))
            drive = 2. in [0, 4]
            inputs = [(cells, 'ST.input', drive)]

        Tab completes the words of the language. Afterwards NAME is the model, ``bp.labs['NAME']`` the live lab, and
        ``%brainpy explain NAME`` says what it does.
        """
        from . import problems

        self._file = ""
        try:
            self._define(line, cell)
        except Exception as error:
            problems.tell(self.shell, error, self._file)
            raise

    def _define(self, line: str, cell: str) -> None:
        place = f"Cell In[{max(1, self.shell.execution_count - 1)}]"
        _refuse_words(line, place)
        args = _arguments(self.brainpy, line)
        _refuse_name(args.name, line, place, self.shell.user_ns)
        with _defaults(args):
            if args.kind == "neuron":
                self._neuron(args, cell, place)
            elif args.kind == "synapse":
                self._synapse(args, cell, place)
            else:
                self._network(args, line, cell, place)

    def _neuron(self, args, cell: str, place: str) -> None:
        from ..frontends import equations
        from ..frontends.types_api import NeuGroup
        from .recipe import Recipe, held, settings_now
        from .subject import neuron_subject

        settings = settings_now()
        model = equations.neuron(cell, args.name, method=args.method, cell=place, first_line=2)
        self.shell.user_ns[args.name] = model
        if args.no_show:
            return
        self._show_equations(model)

        def make(settings: dict):
            subject = neuron_subject(args.name, NeuGroup(model, args.n))
            subject.recipe = Recipe("neuron", args.name, cell, args.n, args.method, settings=settings)
            return subject

        def remake(values: dict[str, float], seed: int):
            changed = {**settings, "seed": seed, "draws": 0}
            with held(changed):
                return make(changed)

        self._start(
            Lab(make(settings), backend=args.backend, together=args.together, remake=remake, projector=args.projector),
            args,
        )

    def _synapse(self, args, cell: str, place: str) -> None:
        from ..frontends import equations
        from .recipe import Recipe, settings_now
        from .synapse_subject import remaking

        settings = settings_now()
        model = equations.synapse(cell, args.name, method=args.method, cell=place, first_line=2)
        self.shell.user_ns[args.name] = model
        if args.no_show:
            return
        self._show_equations(model)

        recipe = Recipe("synapse", args.name, cell, args.n, args.method, settings=settings)

        remake = remaking(recipe)
        self._start(
            Lab(remake({}), backend=args.backend, together=args.together, remake=remake, projector=args.projector), args
        )

    def _network(self, args, line: str, cell: str, place: str) -> None:
        from .network_cell import NetworkCellRun, summary_table

        raw = f"%%brainpy {line}\n{cell}"
        file_name = self.shell.compile.cache("\n" + cell, self.shell.execution_count - 1, raw_code=raw)
        self._file = file_name
        compile_cell = _compiler(file_name)
        run = NetworkCellRun(cell, args.name, self.shell.user_ns, compile_cell, place)
        subject = run.run()
        if args.no_show:
            return
        self._show_table(summary_table(run.network, self.shell.user_ns))

        def remake(values: dict[str, float], seed: int | None = None):
            with _defaults(args, seed):
                return run.run(values)

        self._start(
            Lab(subject, backend=args.backend, together=args.together, remake=remake, projector=args.projector), args
        )

    def _start(self, lab: Lab, args) -> None:
        labs.add(lab)
        lab.open(paused=args.paused, tell=True)

    def _show_equations(self, model) -> None:
        from IPython.display import display

        from .explain import Equations

        display(Equations(model.ir))

    def _show_table(self, text: str) -> None:
        from IPython.display import display

        from .explain import Table

        display(Table(text))

    @line_magic("brainpy")
    def brainpy_line(self, line: str) -> None:
        """Models and labs of the notebook.

        ``%brainpy list`` names the models, networks and labs; ``%brainpy explain NAME`` says what a model does, with
        units and defaults; ``%brainpy source NAME [--backend cuda] [--mathematics]`` prints its text or code;
        ``%brainpy bench [NAME]`` measures how fast it runs; ``%brainpy doctor`` tells versions and paths.
        """
        words = shlex.split(line)
        commands = {
            "list": self._list,
            "explain": self._explain,
            "source": self._source,
            "bench": self._bench,
            "doctor": self._doctor,
        }
        if not words or words[0] not in commands:
            raise UsageError(f"%brainpy {line.strip()}: write one of %brainpy {', %brainpy '.join(commands)}")
        commands[words[0]](words[1:])

    def _list(self, words: list[str]) -> None:
        from ..frontends.types_api import Network, ObjType

        rows = []
        for name, value in sorted(self.shell.user_ns.items()):
            if name.startswith("_") or not isinstance(value, ObjType | Network):
                continue
            what = f"network of {len(value.members)} objects" if isinstance(value, Network) else f"{value.kind} model"
            rows.append((name, what, repr(labs[name].status) if name in labs else ""))
        if not rows:
            print("no models yet: write a cell that begins with %%brainpy neuron NAME")
        for name, what, state in rows:
            print(f"{name:<16} {what:<24} {'lab ' + state.strip(chr(39)) if state else ''}".rstrip())

    def _explain(self, words: list[str]) -> None:
        from IPython.display import display

        from ..frontends.types_api import Network, ObjType
        from .explain import Table, explain
        from .network_cell import summary_table

        name = words[0] if len(words) == 1 else ""
        value = self.shell.user_ns.get(name)
        if isinstance(value, ObjType):
            display(explain(value.ir, str(value)))
        elif isinstance(value, Network):
            display(Table(summary_table(value, self.shell.user_ns)))
        else:
            raise UsageError(f"%brainpy explain {name or 'NAME'}: name one model or network{self._near(name)}")

    def _source(self, words: list[str]) -> None:
        name, backend, mathematics = _source_words(words)
        if name in labs and labs[name].session is not None:
            print(labs[name].session.simulation.source(backend, mathematics))
            return
        value = self.shell.user_ns.get(name)
        if backend is not None:
            value = _simulated(name, value, self._near(name))
            print(value.source(backend, mathematics))
            return
        text = getattr(getattr(value, "ir", None), "source", "")
        if not text:
            raise UsageError(
                f"%brainpy source {name}: there is no lab and no text model of that name{self._near(name)}. With "
                "--backend reference, numba or cuda the printed code of a model or network is shown."
            )
        print(text)

    def _bench(self, words: list[str]) -> None:
        from . import bench

        if len(words) > 1 or words and words[0].startswith("-"):
            raise UsageError("%brainpy bench [NAME]: name one lab, model or network, HH or COBA, or nothing for both")
        if not words or words[0] in bench.STANDARD and words[0] not in self.shell.user_ns:
            rows = bench.standard(words or None)
        elif words[0] in labs:
            rows = bench.of_lab(labs[words[0]])
        elif words[0] in self.shell.user_ns:
            rows = bench.of_model(words[0], self.shell.user_ns[words[0]])
        else:
            raise UsageError(f"%brainpy bench {words[0]}: there is no model of that name{self._near(words[0])}")
        print(bench.machine())
        print(bench.table(rows))

    def _near(self, name: str) -> str:
        """What may have been meant, or where to look."""
        from ..frontends.types_api import Network, ObjType

        space = self.shell.user_ns.items()
        known = [*labs, *(key for key, value in space if key[0] != "_" and isinstance(value, ObjType | Network))]
        close = difflib.get_close_matches(name, known, n=1)
        return f"; did you mean {close[0]}?" if close and close[0] != name else "; see %brainpy list"

    def _doctor(self, words: list[str]) -> None:
        from .doctor import report

        print(report())


def _arguments(magic, line: str):
    args = parse_argstring(magic, line)
    if args.n < 1:
        raise UsageError(f"--n {args.n}: the number of neurons is 1 or more")
    if args.dt is not None and not 0 < args.dt < float("inf"):
        raise UsageError(f"--dt {args.dt}: the time step is a number of ms above 0")
    return args


def _refuse_words(line: str, place: str) -> None:
    """Point at a kind or an option on the first line that there is not, or at what is missing."""
    end = (len(line), len(line))
    for found in re.finditer(r"(?<!\S)--[a-z][\w-]*", line):
        if not any(option.startswith(found[0]) for option in OPTIONS):
            cure = did_you_mean(found[0], OPTIONS, f"the options are {listed(OPTIONS)}")
            raise _on_first_line(line, place, found.span(), f"there is no option '{found[0]}'", cure)
    words = re.match(r"\s*([^\s-]\S*)?\s*(.*)", line)
    kind, rest = words.groups()
    if not line.strip():
        raise _on_first_line(line, place, end, "the kind and the name are missing", "write %%brainpy neuron NAME")
    if kind is not None and kind not in KINDS:
        cure = did_you_mean(kind, KINDS, f"a cell describes a {listed(KINDS, 'or a')}: %%brainpy neuron NAME")
        raise _on_first_line(line, place, words.span(1), f"'{kind}' is no kind of cell", cure)
    if kind is not None and not rest:
        raise _on_first_line(line, place, end, f"the {kind} has no name", f"write %%brainpy {kind} NAME")


def _on_first_line(line: str, place: str, span: tuple[int, int], problem: str, cure: str = "") -> CellError:
    """An error at a part of what follows the magic."""
    source = f"%%brainpy {line}"
    before = len(source) - len(line)
    return CellError(problem, place, 1, span[0] + before, span[1] + before, source, cure)


def _refuse_name(name: str, line: str, place: str, space: dict) -> None:
    """Point at a name on the first line that nothing can have."""
    from ..frontends.equations import name_problem

    problem = name_problem(name, [key for key, value in space.items() if isinstance(value, ModuleType)])
    if problem:
        span = re.search(rf"(?<!\S){re.escape(name)}(?!\S)", line).span()
        raise _on_first_line(line, place, span, problem)


def _source_words(words: list[str]) -> tuple[str, str | None, bool]:
    """NAME, and what --backend and --mathematics say."""
    usage = "%brainpy source NAME [--backend reference|numba|cuda] [--mathematics]"
    mathematics = "--mathematics" in words
    words = [word for word in words if word != "--mathematics"]
    backend = None
    if "--backend" in words:
        at = words.index("--backend")
        backend = words[at + 1] if at + 1 < len(words) else ""
        if backend not in BACKENDS[1:]:
            raise UsageError(f"{usage}: --backend {backend or 'what?'} is none of {', '.join(BACKENDS[1:])}")
        del words[at : at + 2]
    if len(words) != 1 or words[0].startswith("-"):
        raise UsageError(f"{usage}: name one lab, model or network")
    return words[0], backend, mathematics


def _simulated(name: str, value, near: str):
    """A simulation of a model or a network that has no lab, to print it."""
    from ..frontends.types_api import Network, NeuGroup, NeuType, SynType
    from .synapse_subject import synapse_network

    if isinstance(value, NeuType):
        value = Network(NeuGroup(value, 1))
    elif isinstance(value, SynType):
        value = synapse_network(value)
    if not isinstance(value, Network):
        raise UsageError(f"%brainpy source {name} --backend: there is no lab, model or network of that name{near}")
    return value.simulation("reference")


@contextmanager
def _defaults(args, seed: int | None = None):
    """The options of a cell in place of the profile's while it is built."""
    kept = {"dt": profile.get_dt(), "float_type": profile.get_float_type(), "seed": profile.get_seed()}
    try:
        if args.dt is not None:
            profile.set(dt=args.dt)
        if args.float32:
            profile.set(float_type="float32")
        seed = args.seed if seed is None else seed
        if seed is not None:
            profile.set(seed=seed)
        yield
    finally:
        profile.set(dt=kept["dt"], float_type=kept["float_type"])
        profile._seed = kept["seed"]  # `set` keeps what is None


def _compiler(file_name: str):
    return lambda tree: compile(tree, file_name, "exec")


def load_ipython_extension(ip) -> None:
    """Register the magics in the shell `ip`, and load what the first cell needs while the person reads on."""
    from . import roll
    from .widgets import is_headless

    ip.register_magics(BrainPyMagics)
    roll.call(ip)
    completion.load(ip)
    if not is_headless():
        _import_ahead(["anywidget", "sympy.printing.latex", "numba"])


def _import_ahead(names: list[str]) -> None:
    """Import modules between cells, one after the other.

    In the thread of the cells: two threads that import parts of one package at a time can meet half of it.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return  # a terminal: there is no time between cells

    def act() -> None:
        try:
            importlib.import_module(names[0])
        except ImportError:
            return  # the cell that needs it says so
        if names[1:]:
            _import_ahead(names[1:])

    loop.call_later(0.05, act)


def unload_ipython_extension(ip) -> None:
    """Close all labs and take the magics away."""
    for lab in list(labs.values()):
        lab.close()
    completion.unload(ip)
    for kind in ("cell", "line"):
        ip.magics_manager.magics[kind].pop("brainpy", None)


__all__ = ["BrainPyMagics", "ModelError", "load_ipython_extension", "unload_ipython_extension"]
