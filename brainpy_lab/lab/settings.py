"""What a person sets besides single controls: the seed, all sliders at once, and what drives inputs."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .controls import drawn_values
from .start import reseed


class Settings:
    """The part of `Lab` that sets things; its attributes are used."""

    @property
    def seed(self) -> int | None:
        """The seed of random numbers, None where nothing is random. Assigning it starts again from t = 0."""
        return self.subject.seed

    @seed.setter
    def seed(self, value: int) -> None:
        value = checks.seed("seed", value)
        self._refuse_closed()
        if self.subject.seed is None:
            raise ModelUseError(f"seed: nothing in {self.name} is random, so that a seed has no effect. Leave it out.")
        reseed(self, value)

    def randomise(self, seed: int | None = None) -> int:
        """Draw a value for every slider from its range, evenly, on a logarithmic one in its logarithm.

        Sliders for which the cell runs again stay where they are.

        Parameters
        ----------
        seed : int, optional
            A new one when left out.

        Returns
        -------
        int
            The seed, with which the same values are drawn again.
        """
        self._refuse_closed()
        seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else checks.seed("seed", seed)
        self._move(drawn_values(self.subject.controls, seed))
        self.tell("said", text=f"sliders drawn with seed {seed}")
        return seed

    def back_to_cell(self) -> None:
        """Move every control back to the value that the cell gives it; time goes on."""
        self._refuse_closed()
        controls = self.subject.controls
        # What was asked for and has not come to the steps yet counts as well.
        self._move({k: control.value for k, control in enumerate(controls) if self._past.asked(k) != control.value})

    def protocol(
        self, kind: str | None, target: str | None = None, *, points=None, restart: bool = True, **numbers
    ) -> None:
        """Let an input follow a protocol from now on, on top of its constant value.

        Parameters
        ----------
        kind : str or None
            'constant', 'steps', 'ramp', 'pulses', 'noise' or 'drawn'; 'off' or None ends the one before.
        target : str, optional
            Which input, where there are several: ``'exc'`` or ``'exc.input'``.
        points : sequence of (float, float), optional
            Of 'drawn': times in ms from 0 on, and values, joined by straight lines.
        restart : bool, optional
            False lets a protocol of the same kind go on from where it is, with other numbers.
        **numbers : float
            As ``brainpy_lab.runtime.waveforms.KINDS`` lists them: amplitudes in the unit of the input, times in ms.
            All have defaults.

        Raises
        ------
        ModelUseError
            When a number does not fit, has another name, or nothing takes input.
        ModelKeyError
            For a target that is not there.

        Notes
        -----
        Every neuron of a group gets the same. What it is worth follows from the step alone, so it has the same bits on
        every back end, and when it is replayed after a rewind.

        Examples
        --------
        >>> lab.protocol("pulses", amplitude=2.0, width=5, period=40)  # doctest: +SKIP
        >>> lab.protocol("noise", target="exc", sd=0.5, every=1, seed=3)  # doctest: +SKIP
        >>> lab.protocol("drawn", points=[(0, 0), (100, 2), (150, 0)])  # doctest: +SKIP
        >>> lab.protocol("off")  # doctest: +SKIP
        """
        self._protocols.set(kind, target, not checks.flag("restart", restart), points, numbers)

    @property
    def protocols(self) -> dict[str, dict]:
        """Name of every input that follows a protocol now -> its kind and numbers."""
        return self._protocols.now()

    def _hear_settings(self) -> None:
        self.hear("seed", lambda message: setattr(self, "seed", int(message["seed"])))
        self.hear("randomise", lambda _: self.randomise())
        self.hear("back to cell", lambda _: self.back_to_cell())
