"""Where input comes from: `InputVar`."""

from __future__ import annotations

from typing import Any

from ...math.variable import Variable
from .groups import Dynamic
from .synapse_states import as_variable


class InputVar(Dynamic):
    """A variable ``input`` that flows into others.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool

    Notes
    -----
    Use it as an input function, ``neurons.add_inp_fun('', input_var)``, and let a `DSRunner` write ``input_var.input``
    in each step; it is cleared when the step is over.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        name: str | None = None,
        mode: Any = None,
        method: str = "exp_auto",
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self.reset_state()

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No input."""
        as_variable(self, "input", 0.0)

    def update(self, *args: Any, **kwargs: Any) -> Any:
        """The input, whatever the arguments."""
        return self.input.value

    def clear_input(self, *args: Any, **kwargs: Any) -> None:
        """No input."""
        self.input.value = 0.0

    def return_info(self) -> Variable:
        """The input."""
        return self.input
