"""The questions of the course."""

from tests.bad_input.table import FUNCTION, NEEDED, NUMBER, Call, Wrong

NAMES = ["lif.reobase", "", 3, None, ["lif.tau"], {}, True]


def _answers(name, values):
    """Wrong answers to a question, which the message names."""
    return [Wrong(value, says=f"answer to {name}") for value in values]


ROWS = [
    Call("course.check", {"name": "lif.rheobase"}, {"name": NAMES}),
    Call("course.check", {"name": "lif.rheobase", "value": 0.15}, {"value": _answers("lif.rheobase", NUMBER + NEEDED)}),
    Call("course.check", {"name": "lif.size", "value": "same"}, {
        "value": _answers("lif.size", ["sme", "", 3, None, ["same"], True]),
    }),
    Call("course.check", {"name": "lif.rate", "value": abs}, {"value": _answers("lif.rate", [*FUNCTION, None])}),
    Call("course.list"),
]  # fmt: skip
