"""`group.runner`: the order in which an object's input, steps and monitors take place in a time step."""

from __future__ import annotations

from ... import checks
from ...errors import ModelUseError


class Runner:
    """The schedule of one object; by default ``['input', <steps in order>, 'monitor']``."""

    def __init__(self, owner):
        self._owner = owner
        self._schedule = ["input", *owner.model.step_names, "monitor"]

    def get_schedule(self) -> list[str]:
        """The items in order (a copy)."""
        return list(self._schedule)

    def set_schedule(self, schedule) -> None:
        """Choose which items run, and in which order.

        Parameters
        ----------
        schedule : list or tuple of str
            'input', 'monitor' and names of steps. What is left out does not run, what is repeated runs again.

        Raises
        ------
        ModelUseError
            For an unknown name.
        """
        if not isinstance(schedule, (list, tuple)):
            raise checks.wrong(
                "schedule", schedule, "a list/tuple", "Write ['input', 'update', 'monitor'].", ModelUseError
            )
        names = self._owner.model.step_names
        for item in schedule:
            if item not in ("input", "monitor") and item not in names:
                raise ModelUseError(
                    f'Unknown step function "{item}" for model "{self._owner.name}". '
                    f'Use "input", "monitor" and the steps {names} in "schedule".'
                )
        self._schedule = list(schedule)
