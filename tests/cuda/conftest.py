"""Where programs run in the tests of this folder, and which tests of others are run again."""

from __future__ import annotations

import pytest

from brainpy_lab import profile
from tests.cuda.places import at


@pytest.fixture
def there(request):
    """Programs for Numba run at a place instead (parametrised indirectly); yields their codes as they are made.

    As one block they sum in order, otherwise in quanta.
    """
    place = request.param
    profile.set(sums="fold" if place.whole else "quanta")
    with at(place, "numba") as made:
        yield made


def pytest_collection_modifyitems(items):
    """Of tests that are run again at a place, those for the reference have nothing to say.

    Those of simulations and sessions (snapshots, sliders, rewinding) are about what surrounds a program, so that one
    kind of program is enough; the other is left to the campaign.
    """
    items[:] = [
        item
        for item in items
        if not (
            "there" in getattr(item, "fixturenames", ())
            and hasattr(item, "callspec")
            and item.callspec.params.get("backend") == "reference"
        )
    ]
    for item in items:
        place = item.callspec.params.get("there") if hasattr(item, "callspec") else None
        if place is not None and not place.whole and item.function.__module__.startswith("tests.runtime."):
            item.add_marker(pytest.mark.soak)
