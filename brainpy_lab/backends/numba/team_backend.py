"""A program that several threads run together, with the bits of one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...ir.plan import Action, Key, Plan, Record, RunKernel
from ...ir.program import Projection
from ...kernels.numba.team import LINE
from . import cache, pieces
from .backend import NumbaAdvance
from .dealing import Dealt, deal, meetings, recorded
from .driver_text import SUFFIX, Driver, Part, Slot
from .team import Team
from .team_text import TeamDriver
from .work import worth


def compiled(plan: Plan, buffers: dict[Key, np.ndarray], threads: int) -> NumbaAdvance:
    """Compile a plan for at most `threads` threads: for as many as make a step shorter."""
    dealt = [deal(plan, action, buffers) for action in plan.actions]
    before, at_end = meetings(dealt, [_listed(plan, action, buffers) for action in plan.actions])
    weights = pieces.weights_of(plan, dealt, buffers)
    times = {1: pieces.slowest(weights, pieces.bounds_of(plan, weights, buffers, 1))}
    while threads > 1:
        times[threads] = pieces.slowest(weights, pieces.bounds_of(plan, weights, buffers, threads))
        threads //= 2
    size, why = worth(times, sum(before) + at_end)
    if size == 1:
        code = NumbaAdvance(plan, buffers)
        code.notices.append(f"device 'multi-cpu': this program runs on one thread, because {why}")
        return code
    return TeamAdvance(plan, buffers, size, dealt, (before, at_end), pieces.bounds_of(plan, weights, buffers, size))


def _listed(plan: Plan, action: Action, buffers: dict[Key, np.ndarray]) -> Key | None:
    """The array that an action looks at for events."""
    if not isinstance(action, Record) or action.spec.kind != "events":
        return None
    return recorded(plan, action, buffers)


class TeamAdvance(NumbaAdvance):
    """A compiled program that several threads run, each over its own pieces of the arrays.

    Parameters
    ----------
    plan : Plan
    buffers : dict
        As for `NumbaAdvance`.
    threads : int
    dealt : list of Dealt
        For each action of the plan.
    meetings : list of bool, bool
        Before which actions the threads meet, and whether they do at the end of a step.
    bounds : dict of str to ndarray
        The pieces of every space.
    """

    def __init__(
        self,
        plan: Plan,
        buffers: dict[Key, np.ndarray],
        threads: int,
        dealt: list[Dealt],
        meetings: tuple[list[bool], bool],
        bounds: dict[str, np.ndarray],
    ):
        self.plan, self.threads, self.dealt, self.meetings, self.bounds = plan, threads, dealt, meetings, bounds
        self.views: dict[tuple[Key, str], int] = {}  # places of pieces of arrays
        self.spaces: dict[str, int] = {}  # places of the bounds of spaces
        self.own: dict[Key, tuple[int, list[np.ndarray]]] = {}  # places of arrays that each thread has another of
        self.edges: dict[str, dict[str, list[np.ndarray]]] = {}
        self.n_places = len(buffers)
        super().__init__(plan, buffers)

    def _load(self) -> None:
        self.team = Team(cache.load(self.driver_source).advance, self.threads, self.n_places)
        for place, arrays in self.own.values():
            for rank, array in enumerate(arrays):
                self.team.addresses[rank, place] = array.ctypes.data
                self.team.sizes[rank, 2 * place : 2 * place + array.ndim] = array.shape
        self.rebind()

    def rebind(self) -> None:
        """Take the addresses and sizes of all buffers anew."""
        super().rebind()
        places = len(self.keys)
        self.team.addresses[:, :places], self.team.sizes[:, : 2 * places] = self.addresses, self.sizes
        for (key, space), place in self.views.items():
            array = self.buffers[key]
            if len(array) != self.bounds[space][-1]:  # an array of a group was replaced by one of another size
                self.bounds[space] = pieces.cut(np.ones(len(array)), self.threads, pieces.GRAIN)
            self.team.addresses[:, place] = array.ctypes.data + self.bounds[space][:-1] * array.itemsize
            self.team.sizes[:, 2 * place] = np.diff(self.bounds[space])
        for space, place in self.spaces.items():
            self.team.sizes[:, 2 * place] = np.diff(self.bounds[space])
            self.team.sizes[:, 2 * place + 1] = self.bounds[space][:-1]

    def _run(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        return self.team.advance(step, i_run, n_steps, t0, dt, seed)

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
        if dealt.by_target and key[1] == "edges" and name in self._edges(key[0]):
            return self._owned(key, self._edges(key[0])[name])
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

    def _owned(self, key: Key, arrays: list[np.ndarray]) -> Slot:
        """A slot that holds another array for each thread."""
        if key not in self.own:
            self.own[key] = self._place(), arrays
        return Slot(self.own[key][0], SUFFIX[arrays[0].dtype], arrays[0].ndim)

    def _edges(self, projection: str) -> dict[str, list[np.ndarray]]:
        if projection not in self.edges:
            item = self.plan.program.find(projection)
            assert isinstance(item, Projection)
            arrays = {
                name: array
                for (owner, kind, name), array in self.buffers.items()
                if (owner, kind) == (projection, "edges")
            }
            self.edges[projection] = pieces.edges_of_targets(item.layout, arrays, self.bounds[item.post])
        return self.edges[projection]

    def _is_single(self, action: RunKernel, count: Key) -> bool:
        return False  # a thread may have no element at all

    def _is_picked(self, action: RunKernel, dealt: Dealt) -> bool:
        return dealt.by_target and "edge_ids" in self._edges(action.target)

    def _events(self, driver: Driver, source: Key, lists: list[Key], dealt: Dealt) -> None:
        assert isinstance(driver, TeamDriver)
        counts = np.zeros((2, LINE * self.threads), np.int64)
        kept = self._owned(("", "counts", lists[0][2]), [counts] * self.threads)
        steps, ids, count = (self.slot(key) for key in lists)
        driver.share_events(
            steps, ids, count, kept, self.slot(source), self.take("source", source, dealt), self.part(dealt, source)
        )
