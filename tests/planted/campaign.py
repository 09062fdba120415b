"""Changes are planted, one after the other, and each is shown to the tests that must notice it."""

from __future__ import annotations

import importlib
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.planted.checks import Ordered, Relevant, little_memory
from tests.planted.harmless import reason
from tests.planted.live import module_of, planted
from tests.planted.plants import ROOT, Plant, plants


@dataclass(frozen=True)
class Bed:
    """Files in which changes are planted.

    Parameters
    ----------
    name : str
    files : tuple of str
        Relative to the repository; patterns are filled in.
    kinds : tuple of str
        What is changed (see `plants`).
    checks : callable
        Makes the checks, one of which must notice each change.
    helpers : dict
        What changed code calls besides.
    then : tuple of str
        Files that are run again behind a change, because they make things with what it defines.
    """

    name: str
    files: tuple[str, ...]
    kinds: tuple[str, ...]
    checks: Callable[[], Relevant | Ordered]
    helpers: dict[str, Any] = field(default_factory=dict)
    then: tuple[str, ...] = ()

    def plants(self) -> list[Plant]:
        """All changes of the files."""
        found = []
        for pattern in self.files:
            paths = sorted(ROOT.glob(pattern))
            assert paths, f"{pattern} is no file"
            for path in paths:
                found += plants(str(path.relative_to(ROOT)), self.kinds)
        return found


@dataclass
class Outcome:
    """What became of the changes of a bed.

    Attributes
    ----------
    caught : Counter
        For each check, how many changes it was the first to notice.
    survived : list of Plant
        Nothing noticed them.
    seconds : float
    """

    caught: Counter[str] = field(default_factory=Counter)
    survived: list[Plant] = field(default_factory=list)
    seconds: float = 0.0


def grow(bed: Bed) -> Outcome:
    """Plant all changes of a bed."""
    began = time.perf_counter()
    outcome = Outcome()
    changes = bed.plants()
    for plant in changes:
        importlib.import_module(module_of(plant.file))
    checks = bed.checks()
    checks.prepare()
    with little_memory():
        for plant in changes:
            noticed = notice(plant, checks, bed)
            if noticed:
                outcome.caught[noticed] += 1
            else:
                outcome.survived.append(plant)
    for check in checks.checks.values():  # all changes are taken back
        check()
    outcome.seconds = time.perf_counter() - began
    return outcome


def sample(bed: Bed, n: int, seed: int = 0) -> list[str]:
    """Plant `n` changes of a bed; returns those that no check noticed.

    Checks that are named after what is changed are asked first, and each that noticed something is run once more, when
    the change is taken back.
    """
    changes = random.Random(f"{bed.name} {seed}").sample([p for p in bed.plants() if not reason(p.key)], n)
    checks = bed.checks()
    survived = []
    for plant in changes:
        importlib.import_module(module_of(plant.file))
        noticed = notice(plant, checks, bed)
        if noticed in checks.checks:
            checks.checks[noticed]()
        elif not noticed:
            survived.append(plant.name)
    return survived


def notice(plant: Plant, checks: Relevant | Ordered, bed: Bed) -> str:
    """The name of the check that noticed a change; an empty text when none did."""
    try:
        with planted(plant, bed.then, **bed.helpers):
            return checks.first(str(ROOT / plant.file), plant.function)
    except (KeyboardInterrupt, AssertionError):
        raise
    except Exception as error:  # the changed module cannot even be imported
        return f"import: {type(error).__name__}"
