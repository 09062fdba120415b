"""One live lab: a session, the views of it, the controls that act on it, and its picture in the notebook."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable

from .. import __version__, checks, profile
from ..errors import ModelKeyError
from . import bundle, in_plane, viewing
from .bifurcation_view import with_bifurcation
from .frames import FrameSender
from .live import LEAST_WINDOW, MOST_WINDOW, WATCHED_SECONDS
from .outputs import Outputs
from .past import Past
from .protocols import Protocols, driven
from .settings import Settings
from .shades import COLOURS
from .shown import PICTURE_COLUMNS
from .start import InitialValues
from .subject import Subject
from .travel import Travel
from .undo import LabParams

SPEEDS = (10.0, 20.0, 40.0, 100.0, 200.0, 500.0, 1000.0, math.inf)
DEFAULT_SPEED = {"neuron": 40.0, "synapse": 40.0, "network": 100.0}
_ids = itertools.count(1)


class Labs(dict):
    """The labs of this kernel by name: ``bp.labs['FHN']``."""

    def __missing__(self, name):
        known = ", ".join(self) or "none"
        raise ModelKeyError(f"there is no lab {name!r}; labs: {known}. Name one of them, or run its cell.")

    def add(self, lab: Lab) -> None:
        """Enter a lab; one of the same name is closed first."""
        checks.instance("lab", lab, Lab, "a lab", "Labs come from %%brainpy cells: give one of them.")
        old = self.pop(lab.name, None)
        if old is not None:
            old.close()
        self[lab.name] = lab


labs = Labs()


class Lab(Settings, Travel, Outputs):
    """A live lab.

    Made by ``%%brainpy``. Every method returns at once; the simulation runs in a thread of its own. A closed lab can be
    read and written to files; what would move it raises `ModelUseError`.

    Parameters
    ----------
    subject : Subject
        What it shows.
    backend : str
        'auto' goes on with the reference when Numba cannot compile the program, 'numba' does not, and 'reference'
        never compiles; 'cuda' is the GPU, and what 'auto' means while ``profile.set(device="gpu")`` holds. Each begins
        with the reference.
    speed : float, optional
        Simulated ms per second of wall time; ``float('inf')`` is as fast as possible.
    together : bool
        Run beside other labs; otherwise starting this one pauses the others.
    background : bool
        Run on when nobody looks.
    remake : callable, optional
        ``remake(values)`` runs the cell again with other numbers and returns a new subject; ``remake(values, seed)``
        with another seed, too.
    projector : bool
        Large type and lines, for a room.

    Attributes
    ----------
    session : Session or None
        None until `start`.
    params : LabParams
        The controls by name: ``lab.params['I'] = 0.7``, ``lab.params.undo()``.
    initial : InitialValues
        The states that the next reset starts from: ``lab.initial['v'] = -60``.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        backend: str = "auto",
        speed: float | None = None,
        together: bool = False,
        background: bool = False,
        remake: Callable[..., Subject] | None = None,
        projector: bool = False,
    ):
        self.subject = with_bifurcation(driven(subject))
        self.name = subject.name
        self.backend = (profile.device_backend() or backend) if backend == "auto" else backend
        self.together = together
        self.background = background
        self.projector = projector
        self.id = f"{self.name}-{next(_ids)}-{int(time.time())}"
        self.session = None
        self.note = ""
        self.epoch = 0
        self._remake = remake
        self._speed = DEFAULT_SPEED[subject.kind]
        if speed is not None:
            self._speed = checks.number("speed", speed, unit="ms per second", above=0, finite=False)
        self._simulation = None  # what views read
        self._comms = None
        self._display = None
        self._shown_in: int | None = None  # the number of the execution of a cell
        self._columns = PICTURE_COLUMNS
        self._values = {k: control.value for k, control in enumerate(subject.controls)}
        self._asked: tuple[int, dict[int, float]] = (0, {})
        self._answered = 0
        self._shown: tuple | None = None
        self._rebuilt: dict[str, float] = {}  # what controls that no step reads were set to
        self._rebuilding = threading.Lock()
        self._send_lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._ended = False  # with LAB_HEADLESS, when the picture was drawn
        self._failure = ""
        self.sender = FrameSender(self._build_frame, self._send, background=background)
        self._picture: tuple[bytes, str] | None = None
        self._picture_due = False
        self._ears: dict[str, Callable[[dict], object]] = {}
        self._beginnings: dict = {}  # what was written of the beginning of the timeline
        self._hear_the_page()
        self._protocols = Protocols(self)
        in_plane.listen(self)
        self._past = Past(self)
        self.params = LabParams(self)
        self.initial = InitialValues(self)
        self._hear_settings()

    # ------------------------------------------------------------------ what a person does

    def run(self, duration: float | None = None) -> None:
        """Run at `speed`, for `duration` ms or until told otherwise. Other labs pause, unless `together`."""
        if duration is not None:
            checks.number("duration", duration, unit="ms", low=0)
        self._refuse_closed()
        if not self.together:
            for other in list(labs.values()):
                if other is not self and other.status == "running" and not other.together:
                    other.pause(f"paused: {self.name} runs")
        self.note = ""
        self.sender.awake()
        self._do(lambda session: session.run(duration))

    def pause(self, why: str = "") -> None:
        """Stop after the chunk in progress. A closed lab stands still already."""
        self.note = checks.text("why", why)
        self._do(lambda session: session.pause())

    def step(self, n: int = 1) -> None:
        """Make `n` time steps and be paused."""
        checks.count("n", n, "steps", low=0)
        self._refuse_closed()
        self.note = ""
        self._do(lambda session: session.step(n))

    @property
    def speed(self) -> float:
        """Simulated ms per second of wall time."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        value = checks.number("speed", value, unit="ms per second", above=0, finite=False)
        self._refuse_closed()
        self._speed = value
        self._do(lambda session: setattr(session, "speed", self._speed))
        self._do(lambda session: session.nudge())

    def set(self, name: str, value: float) -> None:
        """Move a control: ``lab.set('I', 0.7)``, or ``'group.I'`` where several have it."""
        k = self._find(name)
        self._refuse_closed()
        self._move({k: value})

    def place(self, **values: float) -> None:
        """Put variables of the neuron of the phase plane somewhere: ``lab.place(v=0.5, w=0.1)``. The run goes on there.

        Raises
        ------
        ModelKeyError
            For a name that no phase plane has.
        """
        self._refuse_closed()
        in_plane.place(self, values)

    def trial(self, **values: float) -> None:
        """Try another start beside the run: ``lab.trial(v=0.5, w=0.1)``; other variables start as they are in the run.

        Its path is drawn dim in the phase plane, on the clock of the run. It has the method, the time step, the resets
        and the noise of the run and follows the sliders; it ends when the run goes back. Of more than six the oldest
        ends.

        Raises
        ------
        ModelKeyError
            For a name that no phase plane has.
        ModelUseError
            When the model is too large to be computed a second time.
        """
        self._refuse_closed()
        in_plane.trial(self, values)

    def clear_trials(self) -> None:
        """End all trials of the phase plane."""
        self._refuse_closed()
        in_plane.clear_trials(self)

    def plane(
        self,
        x: str | None = None,
        y: str | None = None,
        *,
        element: int | None = None,
        fixed: dict[str, float] | None = None,
        group: str | None = None,
    ) -> None:
        """Show the phase plane, and choose of what: ``lab.plane('V', 'n', element=12, fixed={'h': 0.4})``.

        Parameters
        ----------
        x, y : str, optional
            The variables on the axes; those of now when left out.
        element : int, optional
            The neuron, from 0 on.
        fixed : dict of str to float, optional
            Values that nullclines, equilibria and separatrices take for other variables, instead of those that the
            neuron has now. The run is left alone. An empty dict gives all of them back.
        group : str, optional
            Of a network: whose plane.

        Raises
        ------
        ModelKeyError
            For a name that is no variable, or the same twice, and for a group that there is not.
        ModelUseError
            For a neuron that is not there, and a value that is no number.
        """
        self._refuse_closed()
        in_plane.choose(self, x, y, element, fixed, group)

    def bifurcation(self, parameter: str | None = None, y: str | None = None, *, shown: bool = True) -> None:
        """Show equilibria and limit cycles over a slider: ``lab.bifurcation('I', 'v')``; ``shown=False`` hides them.

        They are of all variables of the neuron of the phase plane, for the present values of everything else, and are
        computed again, beside the run, when those move. Folds, Hopf points and ends of cycles are marked and told.

        Parameters
        ----------
        parameter : str, optional
            A slider whose parameter the equations read; the one of before when left out.
        y : str, optional
            The variable that is drawn; the one of before when left out.
        shown : bool

        Raises
        ------
        ModelKeyError
            When there is no such slider or variable, or no phase plane.
        """
        self._refuse_closed()
        in_plane.bifurcation(self, parameter, y, shown)

    @property
    def views(self) -> dict[str, bool]:
        """Name of every view -> whether it is shown."""
        return {view.name: view.shown for view in self.subject.views if view.name}

    def show_view(self, name: str, of: str | None = None) -> None:
        """Show a view: ``lab.show_view('histogram', of='rate')``. What it shows of the past is computed again.

        Parameters
        ----------
        name : str
            One of `views`.
        of : str, optional
            What it is to show, as its menu in the page says it.

        Raises
        ------
        ModelKeyError
            For a name that no view has, and something that the view does not show.
        ModelUseError
            When the lab is closed, or the view shows one thing only.
        """
        view = viewing.find_view(self, name)
        number = view.of if of is None else viewing.choice(self, view, of)
        viewing.change(self, lambda: (view.show_choice(number), setattr(view, "shown", True)))

    def hide_view(self, name: str) -> None:
        """Show a view no more; then it costs nothing.

        Raises
        ------
        ModelKeyError, ModelUseError
            As `show_view`.
        """
        view = viewing.find_view(self, name)
        viewing.change(self, lambda: setattr(view, "shown", False))

    def choose(self, neuron: int, group: str | None = None) -> None:
        """Show the trace of a neuron, with its past, and mark it in all views.

        Parameters
        ----------
        neuron : int
            From 0.
        group : str, optional
            Of which group of a network; without, the one from which a neuron was chosen last.

        Raises
        ------
        ModelKeyError
            For a group that there is not.
        ModelUseError
            For a neuron that there is not, without groups of neurons, and when the lab is closed.
        """
        which = viewing.population(self, group)
        one = self.subject.who[which]
        number = checks.count("neuron", neuron, low=0)
        if number >= one.size:
            what = f"a neuron of {one.name}, 0 to {one.size - 1}"
            raise checks.wrong("neuron", neuron, what, "Choose one of these.")
        viewing.choose(self, which, number)

    def close(self) -> None:
        """End the simulation and the live view; the picture stays. May be called again."""
        if self._closed:
            return
        self._closed = True
        for view in self.subject.views:
            view.close()
        if self.session is not None:
            if self.session.status != "failed":
                self._draw_picture()
            self._end_session()
        self._past.kept = None
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(0.1)  # running the cell again cannot be interrupted; it ends the thread when it is done
        self._refresh()
        if self._comms is not None:
            self._comms.close()
        if labs.get(self.name) is self:
            labs.pop(self.name)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the lab is paused; False after `timeout` seconds. Raises what made it fail."""
        return self.session is None or self.session.wait(timeout)

    # ------------------------------------------------------------------ what it is

    @property
    def status(self) -> str:
        """'running', 'paused', 'failed' or 'closed'."""
        if self._closed or self._ended:
            return "closed"
        if self._failure:
            return "failed"
        # While a cell runs again there is no session, or a closed one.
        status = "paused" if self.session is None else self.session.status
        return "paused" if status == "closed" else status

    @property
    def t(self) -> float:
        """Time, ms."""
        return self._simulation.t if self._simulation is not None else 0.0

    @property
    def window_ms(self) -> float:
        """How much time the views show: five seconds of watching."""
        return self._window_of(self._speed)

    def _window_of(self, speed: float) -> float:
        if math.isinf(speed):
            return MOST_WINDOW
        return min(MOST_WINDOW, max(LEAST_WINDOW, WATCHED_SECONDS * speed))

    @property
    def values(self) -> dict[str, float]:
        """Name of every control -> the value the simulation uses."""
        return {self._label(k): value for k, value in self._read_values().items()}

    @property
    def backend_name(self) -> str:
        """The back end in use."""
        return self._simulation.backend if self._simulation is not None else self.backend

    @property
    def backend_now(self) -> str:
        """The back end in use, and whether a faster one is on its way."""
        upgrading = self._simulation is not None and self._simulation.is_upgrading
        return f"{self.backend_name}, compiling\N{HORIZONTAL ELLIPSIS}" if upgrading else self.backend_name

    @property
    def notices(self) -> list[str]:
        """What a person should know, one line each."""
        simulation, found = self._simulation, list(self.subject.notices)
        if simulation is None:
            return found
        found += simulation.notices
        if simulation.upgrade_error is not None:
            reason = str(simulation.upgrade_error).strip().split("\n")[0] or type(simulation.upgrade_error).__name__
            found.append(f"Numba could not compile this, so it runs uncompiled, with the same results: {reason}")
        return found

    def __repr__(self) -> str:
        return f"<Lab {self.name}, {self.status} at t = {self.t:g} ms>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, metadata = bundle.still(self)
        view = self._view()
        if view is not None:
            data["application/vnd.jupyter.widget-view+json"] = view
        return data, metadata

    def _ipython_display_(self) -> None:
        """Show it where a cell ends with it, but not again in the cell that has just shown it, as `bp.explore` does."""
        from IPython.display import publish_display_data

        if self._shown_in is None or self._shown_in != _execution():
            publish_display_data(*self._repr_mimebundle_())

    # ------------------------------------------------------------------ display

    def spec(self) -> dict:
        """What the page must know once."""
        subject = self.subject
        return {
            "id": self.id,
            "name": self.name,
            "kind": subject.kind,
            "version": __version__,
            "summary": subject.summary,
            "dt": subject.bindings.dt,
            "seed": subject.seed,
            "float": subject.program.float_type,
            "speed": None if math.isinf(self._speed) else self._speed,
            "speeds": [None if math.isinf(speed) else speed for speed in SPEEDS],
            "views": [view.spec() for view in subject.views],
            "shades": list(COLOURS),
            "controls": [control.spec() for control in subject.controls],
            "projector": self.projector,
            "protocols": self._protocols.spec(),
            "initial": self.initial.spec(),
        }

    def show(self) -> None:
        """Display the picture and, where a page can show it, the live lab, as two outputs of the cell.

        Two, because a front end that finds no live lab shows the picture, and because the picture can be refreshed
        without making the view again.
        """
        from IPython.display import display, publish_display_data

        data, metadata = bundle.still(self)
        self._display = f"brainpy-lab-{self.id}"
        self._shown_in = _execution()
        display(data, metadata=metadata, raw=True, display_id=self._display)
        view = self._view()
        if view is not None:
            publish_display_data({"application/vnd.jupyter.widget-view+json": view})

    def _view(self) -> dict | None:
        from .widgets import Comms, is_headless

        if is_headless() or self._closed:
            return None
        if self._comms is None:
            self._comms = Comms(self.spec(), self.receive)
        return self._comms.view

    def _refresh(self) -> None:
        """Put the newest picture into the notebook."""
        if self._display is None:
            return
        from IPython.display import display

        data, metadata = bundle.still(self)
        display(data, metadata=metadata, raw=True, display_id=self._display, update=True)


def _execution() -> int | None:
    """Which execution of a cell this is; None outside of IPython."""
    from IPython import get_ipython

    shell = get_ipython()
    return None if shell is None else shell.execution_count
