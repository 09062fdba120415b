"""What people call the objects of a program, whose own names (``N0``, ``S1``) say only where they stand."""
from __future__ import annotations

from collections.abc import Iterable, Mapping


class Names:
    """A name to show for every object, and the way back. No two objects are shown under one name.

    Parameters
    ----------
    objects : iterable of str
        Names in the program.
    given : mapping of str to str
        Name in the program -> what its user calls it; an object that is missing goes by its name in the program.
    """

    def __init__(self, objects: Iterable[str], given: Mapping[str, str]) -> None:
        self._shown: dict[str, str] = {}
        self._found: dict[str, str] = {}
        for name in objects:
            shown = given.get(name, name)
            while shown in self._found:
                shown = f"{shown} ({name})"
            self._shown[name] = shown
            self._found[shown] = name

    def shown(self, name: str) -> str:
        """What to call the object that is `name` in the program."""
        return self._shown.get(name, name)

    def find(self, name: str) -> str:
        """The name in the program of the object that somebody calls `name`; a user's name comes before a program's."""
        return self._found.get(name, name)
