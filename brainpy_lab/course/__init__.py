"""The course: questions that its notebooks ask, and what tells an answer that is right from one that is not.

``from brainpy_lab import course``, then ``course.check('lif.rheobase', my_answer)``. `docs/course.md` is for teachers.
"""

from .questions import check
from .questions import show as list

__all__ = ["check", "list"]
