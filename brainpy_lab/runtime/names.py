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
    parameters : mapping of (object, parameter) to (str, str), optional
        What the user calls parameters: whose they are, and their name there. Others go by their object and their name.
    """

    def __init__(self, objects: Iterable[str], given: Mapping[str, str],
                 parameters: Mapping[tuple[str, str], tuple[str, str]] | None = None) -> None:
        self._parameters = dict(parameters or {})
        self._places: dict[tuple[str, str], tuple[str, str]] = {}
        for place, called in self._parameters.items():
            self._places.setdefault(called, place)
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

    def shown_parameter(self, obj: str, name: str) -> tuple[str, str]:
        """What to call a parameter of the program: (whose, name)."""
        return self._parameters.get((obj, name), (self.shown(obj), name))

    def find_parameter(self, owner: str, name: str) -> tuple[str, str] | None:
        """The (object, parameter) of the program that somebody calls so, where parameters have names of their own."""
        return self._places.get((owner, name))

    def twins(self, obj: str, name: str) -> list[tuple[str, str]]:
        """A parameter of the program, and all others that are the same number to its user."""
        called = self._parameters.get((obj, name))
        if called is None:
            return [(obj, name)]
        return [place for place, other in self._parameters.items() if other == called]

    def find(self, name: str) -> str:
        """The name in the program of the object that somebody calls `name`; a user's name comes before a program's."""
        return self._found.get(name, name)
