"""A program that several threads run together, with the bits of one."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from ...ir.plan import Action, Key, Plan, Record, RunKernel, recorded
from ...ir.program import Projection
from ...kernels.numba.team import LINE
from . import cache, pieces
from .backend import NumbaAdvance
from .dealing import Dealt, deal, meetings
from .driver_text import SUFFIX, Driver, Part, Slot
from .team import Team
from .team_text import TeamDriver
from .turns import Turns
from .work import worth


def compiled(plan: Plan, buffers: dict[Key, np.ndarray], threads: int) -> NumbaAdvance:
    """Compile a plan for at most `threads` threads: for as many as make a step shorter."""
    dealt = [deal(plan, action, buffers) for action in plan.actions]
    before, at_end = meetings(dealt, [_listed(plan, action, buffers) for action in plan.actions])
    weights = pieces.weights_of(plan, dealt, buffers)

    def cut(size: int) -> dict[str, np.ndarray]:
        return pieces.bounds_of(plan, weights, buffers, size)

    times = {1: pieces.slowest(weights, cut(1))}
    while threads > 1:
        times[threads] = pieces.slowest(weights, cut(threads))
        threads //= 2
    size, why = worth(times, sum(before) + at_end)
    if size == 1:
        code = NumbaAdvance(plan, buffers)
        code.notices.append(f"device 'multi-cpu': this program runs on one thread, because {why}")
        return code
    return TeamAdvance(plan, buffers, [Cut(count, cut(count)) for count in (size, 1)], dealt, (before, at_end))


def _listed(plan: Plan, action: Action, buffers: dict[Key, np.ndarray]) -> Key | None:
    """The array that an action looks at for events."""
    if not isinstance(action, Record) or action.spec.kind != "events":
        return None
    return recorded(plan.program, action.spec, buffers)


class Cut:
    """A program cut into pieces for a number of threads.

    Parameters
    ----------
    size : int
    bounds : dict of str to ndarray
        The pieces of every space.

    Attributes
    ----------
    own : dict of Key to list of ndarray
        Arrays that each thread has another of.
    team : Team
        The threads.
    """

    team: Team

    def __init__(self, size: int, bounds: dict[str, np.ndarray]):
        self.size, self.bounds = size, bounds
        self.own: dict[Key, list[np.ndarray]] = {}


class TeamAdvance(NumbaAdvance):
    """A compiled program that several threads run, each over its own pieces of the arrays.

    Parameters
    ----------
    plan : Plan
    buffers : dict
        As for `NumbaAdvance`.
    cuts : list of Cut
        For all threads, and for one alone, which takes over while that is faster.
    dealt : list of Dealt
        For each action of the plan.
    meetings : list of bool, bool
        Before which actions the threads meet, and whether they do at the end of a step.
    """

    def __init__(self, plan: Plan, buffers: dict[Key, np.ndarray], cuts: list[Cut], dealt: list[Dealt],
                 meetings: tuple[list[bool], bool]):  # fmt: skip
        self.plan, self.cuts, self.dealt, self.meetings = plan, cuts, dealt, meetings
        self.threads = cuts[0].size
        self.views: dict[tuple[Key, str], int] = {}  # places of pieces of arrays
        self.spaces: dict[str, int] = {}  # places of the bounds of spaces
        self.own: dict[Key, int] = {}  # places of arrays that each thread has another of
        self.projections: set[str] = set()  # whose edges have been cut
        self.n_places = len(buffers)
        self.turns = Turns()
        super().__init__(plan, buffers)

    def _load(self) -> None:
        advance = cache.load(self.driver_source).advance
        for cut in self.cuts:
            cut.team = Team(advance, cut.size, self.n_places)
            for key, place in self.own.items():
                for rank, array in enumerate(cut.own[key]):
                    cut.team.addresses[rank, place] = array.ctypes.data
                    cut.team.sizes[rank, 2 * place : 2 * place + array.ndim] = array.shape
        self.rebind()

    def rebind(self) -> None:
        """Take the addresses and sizes of all buffers anew."""
        super().rebind()
        places = len(self.keys)
        for cut in self.cuts:
            team, bounds = cut.team, cut.bounds
            team.addresses[:, :places], team.sizes[:, : 2 * places] = self.addresses, self.sizes
            for (key, space), place in self.views.items():
                array = self.buffers[key]
                if len(array) != bounds[space][-1]:  # an array of a group was replaced by one of another size
                    bounds[space] = pieces.cut(np.ones(len(array)), cut.size, pieces.GRAIN)
                team.addresses[:, place] = array.ctypes.data + bounds[space][:-1] * array.itemsize
                team.sizes[:, 2 * place] = np.diff(bounds[space])
            for space, place in self.spaces.items():
                team.sizes[:, 2 * place] = np.diff(bounds[space])
                team.sizes[:, 2 * place + 1] = bounds[space][:-1]

    def _run(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        done = 0
        for together, n, counts in self.turns.parts(n_steps):
            began = time.perf_counter()
            team = self.cuts[0 if together else 1].team
            now = team.advance(step + done, i_run + done, n, t0, dt, seed)
            done += now
            if now < n:
                break
            if counts:
                self.turns.note(together, (time.perf_counter() - began) / n)
        if self.turns.is_alone and not self.notices:
            self.notices.append("device 'multi-cpu': one thread does the steps alone while that is faster, because the "
                                "processors are busy with other work")  # fmt: skip
        return done

    # -- printing ----------------------------------------------------------------------------------------------------

    def _print(self, plan: Plan) -> str:
        driver = TeamDriver()
        before, at_end = self.meetings
        for action, dealt, meet in zip(plan.actions, self.dealt, before):
            if meet:
                driver.meet()
            with driver.alone(dealt.alone):
                self._act(driver, plan, action, dealt)
        if at_end:
            driver.meet()
        return driver.text()

    def take(self, name: str, key: Key, dealt: Dealt) -> Slot:
        """The whole of an array, this thread's piece of it, or what this thread has of its own."""
        if name in dealt.parts:
            if (key, dealt.space) not in self.views:
                self.views[key, dealt.space] = self._place()
            return replace(self.slot(key), place=self.views[key, dealt.space])
        if dealt.by_target and key[1] == "edges":
            self._cut_edges(key[0])
            if key in self.cuts[0].own:
                return self._owned(key)
        return self.slot(key)

    def part(self, dealt: Dealt, counted: Key) -> Part:
        """The piece of a thread, or everything."""
        if not dealt.space:
            return super().part(dealt, counted)
        if dealt.space not in self.spaces:
            self.spaces[dealt.space] = self._place()
        place = self.spaces[dealt.space]
        return Part(f"sizes[{2 * place + 1}]", f"sizes[{2 * place}]")

    def _place(self) -> int:
        self.n_places += 1
        return self.n_places - 1

    def _owned(self, key: Key) -> Slot:
        """The slot of an array that each thread has another of."""
        if key not in self.own:
            self.own[key] = self._place()
        array = self.cuts[0].own[key][0]
        return Slot(self.own[key], SUFFIX[array.dtype], array.ndim)

    def _cut_edges(self, projection: str) -> None:
        """Give each thread the edges onto its neurons."""
        if projection in self.projections:
            return
        self.projections.add(projection)
        item = self.plan.program.find(projection)
        assert isinstance(item, Projection)
        arrays = {key[2]: array for key, array in self.buffers.items() if key[:2] == (projection, "edges")}
        for cut in self.cuts:
            own = pieces.edges_of_targets(item.layout, arrays, cut.bounds[item.post])
            cut.own.update({(projection, "edges", name): each for name, each in own.items()})

    def _is_single(self, action: RunKernel, count: Key) -> bool:
        return False  # a thread may have no element at all

    def _is_picked(self, action: RunKernel, dealt: Dealt) -> bool:
        if dealt.by_target:
            self._cut_edges(action.target)
        return dealt.by_target and (action.target, "edges", "edge_ids") in self.cuts[0].own

    def _events(self, driver: Driver, source: Key, lists: list[Key], dealt: Dealt) -> None:
        assert isinstance(driver, TeamDriver)
        key = "", "counts", lists[0][2]
        for cut in self.cuts:
            cut.own[key] = [np.zeros((2, LINE * cut.size), np.int64)] * cut.size
        steps, ids, count = (self.slot(each) for each in lists)
        driver.share_events(steps, ids, count, self._owned(key), self.slot(source), self.take("source", source, dealt),
                            self.part(dealt, source))  # fmt: skip
