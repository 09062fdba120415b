"""What must notice a planted change: tests of the suite as plain calls, in the process where the change is."""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import itertools
import re
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import brainpy_lab as bp

Check = Callable[[], object]
"""Raises when it notices something."""


@contextlib.contextmanager
def own_profile() -> Iterator[None]:
    """What a test sets in the profile ends with the test."""
    kept = {name: value for name, value in vars(bp.profile).items() if name[0] == "_" != name[1]}
    try:
        yield
    finally:
        vars(bp.profile).update(kept)


def cases(*modules: str, without: tuple[str, ...] = (), fixtures: dict[str, object] | None = None) -> dict[str, Check]:
    """The tests of some modules, one for each set of parameters; those that ask for fixtures or are soak are left out.

    Parameters
    ----------
    *modules : str
        As ``tests.kernels.test_constants``; with ``::name`` behind it, one test of it.
    without : tuple of str
        Tests that are left out, such as those that take time.
    fixtures : dict, optional
        What tests may ask for besides; only those that ask for some of it are wanted then.
    """
    found: dict[str, Check] = {}
    for entry in modules:
        name, _, only = entry.partition("::")
        module = importlib.import_module(name)
        for test in [only] if only else [key for key in vars(module) if key.startswith("test_") and key not in without]:
            found |= _of_test(name, test, getattr(module, test), fixtures or {})
    return found


def _of_test(module: str, name: str, function: Callable, fixtures: dict[str, object]) -> dict[str, Check]:
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    if any(mark.name in ("soak", "browser", "gpu") for mark in getattr(function, "pytestmark", ())):
        return {}
    sets = []
    for mark in marks:
        names = mark.args[0] if not isinstance(mark.args[0], str) else mark.args[0].replace(" ", "").split(",")
        names, values = list(names), list(mark.args[1])
        values = [value.values if isinstance(value, type(pytest.param(0))) else value for value in values]
        sets.append([dict(zip(names, value if len(names) > 1 else [_alone(value)])) for value in values])
    given = {key for options in sets for option in options for key in option}
    wanted = set(inspect.signature(function).parameters) - given
    fixed = {name: fixtures[name] for name in wanted & fixtures.keys()}
    wanted -= fixed.keys()
    if wanted - {"monkeypatch"} or fixtures and not fixed:
        return {}
    found = {}
    for number, options in enumerate(itertools.product(*sets)):
        merged = {key: value for option in options for key, value in option.items()}
        shown = "-".join(str(value)[:30] for value in merged.values())
        call = functools.partial(_run, function, merged | fixed, bool(wanted))
        found[f"{module}::{name}[{shown or number}]" if merged else f"{module}::{name}"] = call
    return found


def _alone(value: object) -> object:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _run(function: Callable, options: dict, patches: bool) -> None:
    with own_profile(), warnings.catch_warnings(), contextlib.suppress(pytest.skip.Exception):
        warnings.simplefilter("ignore")
        if patches:
            with pytest.MonkeyPatch.context() as monkeypatch:
                function(**options, monkeypatch=monkeypatch)
        else:
            function(**options)


LONGEST = 60.0
"""Seconds of computing that a check may take: a change may have made a loop endless. What others compute on the same
machine, or a compiler that a check waits for, does not count: that would be taken for a change that was noticed."""

WIDE = 10
"""So many times as long, by the clock on the wall, for a change that makes a check sleep or wait."""


@contextlib.contextmanager
def _ended(timer: int, number: int, clock: Callable[[], float], seconds: float) -> Iterator[None]:
    """A TimeoutError after so long. A timer that ran before, such as that of pytest-timeout, goes on afterwards."""

    def late(number, frame):
        raise TimeoutError(f"not done after {seconds} s")

    handler = signal.signal(number, late)
    # Again and again: what it raises is lost where it rings in a finalizer.
    left, interval = signal.setitimer(timer, seconds, max(1.0, seconds))
    began = clock()
    try:
        yield
    finally:
        signal.setitimer(timer, 0.0)
        signal.signal(number, handler)
        if left:
            signal.setitimer(timer, max(1e-3, left - (clock() - began)), interval)


def notices(check: Check) -> bool:
    """Whether a check fails, or does not come to an end."""
    computing = _ended(signal.ITIMER_PROF, signal.SIGPROF, time.process_time, LONGEST)
    waiting = _ended(signal.ITIMER_REAL, signal.SIGALRM, time.monotonic, WIDE * LONGEST)
    try:
        with waiting, computing:
            check()
    except KeyboardInterrupt:
        raise
    except BaseException:  # pytest's own failures are no Exceptions
        return True
    return False


@contextlib.contextmanager
def little_memory(more: int = 3 * 2**30) -> Iterator[None]:
    """A change that asks for all the memory of the machine gets an error."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


# -- which of many checks ran what -------------------------------------------------------------------------------------


def traced(check: Check) -> set[tuple[str, str]]:
    """The (file, function) of the package that a check runs, functions as ``Class.method``."""
    seen: set[object] = set()

    def note(frame, event, argument):
        if event == "call":
            seen.add(frame.f_code)

    sys.setprofile(note)
    try:
        check()
    finally:
        sys.setprofile(None)
    return {(code.co_filename, code.co_qualname.replace(".<locals>", "")) for code in seen}


class Relevant:
    """Checks by what they run, so that a change is shown to those first whose subject it is.

    Parameters
    ----------
    checks : dict of str to callable
        All pass without a change.
    """

    def __init__(self, checks: dict[str, Check]):
        self.checks = checks

    @functools.cached_property
    def runs(self) -> dict[str, set[tuple[str, str]]]:
        """What each check runs, without any change."""
        return {name: traced(check) for name, check in self.checks.items()}

    def named(self, function: str) -> list[str]:
        """Those that name what is around a function."""
        outer = function.partition(".")[0]
        return [name for name in self.checks if outer and outer in re.split(r"[^A-Za-z_0-9]", name)]

    def of(self, path: str, function: str) -> list[str]:
        """Those that run a function, then those that run what is around it, then those that run anything of its file.

        What is in no function is shown to all.
        """
        outer = function.partition(".")[0]
        ranks = {}
        for name, runs in self.runs.items():
            if (path, function) in runs:
                ranks[name] = 0
            elif any(file == path and found.partition(".")[0] == outer for file, found in runs):
                ranks[name] = 1
            elif not function or any(file == path for file, _ in runs):
                ranks[name] = 2
        return sorted(ranks, key=lambda name: ranks[name])

    def prepare(self) -> None:
        """Run all checks, before there is a change."""
        assert self.runs

    def first(self, path: str, function: str) -> str:
        """The first check that fails, or an empty text."""
        named = self.named(function)
        found = first_to_notice(named, self.checks)
        if found:
            return found
        others = self.of(path, function) if "runs" in vars(self) else self.checks
        return first_to_notice([name for name in others if name not in named], self.checks)


class Ordered:
    """Checks of which that comes first which noticed something last."""

    def __init__(self, checks: dict[str, Check]):
        self.checks = checks
        self.names = list(checks)

    def prepare(self) -> None:
        """Run all checks, before there is a change."""
        for check in self.checks.values():
            check()

    def first(self, path: str, function: str) -> str:
        """The first check that fails, or an empty text."""
        found = first_to_notice(self.names, self.checks)
        if found:
            self.names.remove(found)
            self.names.insert(0, found)
        return found


def first_to_notice(names: Iterable[str], checks: dict[str, Check]) -> str:
    """The name of the first check that fails, or an empty text."""
    return next((name for name in names if notices(checks[name])), "")
