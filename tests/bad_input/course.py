"""The questions of the course."""

from tests.bad_input.table import Call

NAMES = ["lif.reobase", "", 3, None, ["lif.tau"], {}, True]
ROWS = [
    Call(
        "course.check",
        {"name": "lif.rheobase", "value": 0.15},
        {"name": NAMES},
        free={"value": "told to the student in one line: tests/course/test_questions.py"},
    ),
    Call("course.list"),
]
