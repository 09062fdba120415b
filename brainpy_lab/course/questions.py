"""Questions with an answer that is computed: never a number that was typed in.

Each chapter of the course has a module beside this one, which adds its questions with `question`. A question knows how
its answer is computed, how far off an answer may be and why, and what typical wrong answers mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from .. import checks
from ..errors import ModelUseError, ModelValueError

# In the order of the notebooks; a chapter is the module of this name, and the first part of its questions' names.
CHAPTERS = ("first", "lif", "hh", "plane", "synapse", "balance")

_questions: dict[str, Question] = {}
_ASKED = object()  # the value of check() when there is none


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer and what it would mean.

    Parameters
    ----------
    looks : callable
        ``looks(answer, truth)``: whether an answer is this mistake. Both are arrays where the answer is a function.
    says : str
        What is told: what the answer would mean, and where to look.
    """

    looks: Callable[[object, object], bool]
    says: str


@dataclass(frozen=True)
class Question:
    """One question of a notebook.

    Parameters
    ----------
    name : str
        Chapter and name, 'lif.rheobase'.
    asks : str
        The question, as a sentence.
    compute : callable
        The truth: a number, a word, or for a function its values at `at`. From a closed form or a simulation.
    unit : str
        Of the answer; of a function's values.
    relative, absolute : float
        An answer is right within ``absolute + relative*abs(truth)``, value by value.
    because : str
        Why it may be that far off.
    right : str
        What is told with a right answer: what follows from it.
    mistakes : sequence of Mistake
        The first that fits is told.
    words : sequence of str
        The answers to choose from, where the answer is a word.
    at : sequence of float
        Where a function is evaluated, where the answer is a function of one number.
    """

    name: str
    asks: str
    compute: Callable[[], object]
    unit: str = ""
    relative: float = 0.0
    absolute: float = 0.0
    because: str = ""
    right: str = ""
    mistakes: Sequence[Mistake] = ()
    words: Sequence[str] = ()
    at: Sequence[float] = ()

    @property
    def truth(self):
        """The answer; computed at the first use."""
        if self.name not in _truths:
            _truths[self.name] = self.compute()
        return _truths[self.name]

    def read(self, value):
        """An answer in a plain form.

        Raises
        ------
        ModelValueError
            When it is no number, none of the words, or no function of one number.
        """
        of = f"answer to {self.name}"
        if self.words:
            return checks.choice(of, value.strip().lower() if isinstance(value, str) else value, self.words)
        if not self.at:
            return checks.number(of, value, unit=self.unit)
        function = checks.function(of, value, "a function of one number")
        return np.array([self._value(function, x) for x in self.at])

    def _value(self, function, x: float) -> float:
        try:
            value = function(x)
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise ModelValueError(
                f"the function that answers {self.name} fails at {x:g}: {type(error).__name__}: {error}. "
                "Write one that takes one number and returns one."
            ) from error
        if isinstance(value, float) and np.isnan(value):  # NumPy's answer outside of a domain, which a mistake may name
            return value
        return checks.number(f"answer to {self.name} at {x:g}", value, unit=self.unit, finite=False)

    def is_right(self, answer) -> bool:
        """Whether an answer, as `read` gives it, is right."""
        return answer == self.truth if self.words else self.near(answer, self.truth)

    def near(self, answer, value, scale: float = 1.0) -> bool:
        """Whether an answer is within the tolerance of `value`, the absolute one times `scale`."""
        within = self.absolute * scale + self.relative * np.abs(value)
        return bool(np.all(np.abs(np.subtract(answer, value)) <= within))

    def verdict(self, answer) -> str:
        """What an answer that is not right means, or in which direction it misses."""
        for mistake in self.mistakes:
            if mistake.looks(answer, self.truth):
                return mistake.says
        if self.words:
            return "Try it in the lab and look again."
        over = np.greater(answer, self.truth)
        if not self.at:
            return f"It is too {'large' if over else 'small'}."
        x, high = next((x, high) for x, a, t, high in zip(self.at, answer, self.truth, over) if not self.near(a, t))
        return f"At {x:g} it gives too {'large' if high else 'small'} a value, to begin with."


_truths: dict[str, object] = {}


def question(name: str, asks: str, *, mistakes: Sequence[Callable[[Question], Mistake]] = (), **rest):
    """Add a question whose truth the decorated function computes.

    Parameters
    ----------
    name : str
        Chapter and name.
    asks : str
    mistakes : sequence
        Of what `gives`, `when` and `word` return.
    **rest
        The other fields of `Question`.

    Raises
    ------
    ModelUseError
        When the course has a question of this name. One of your own is replaced.
    """
    if not isinstance(name, str) or not name.partition(".")[2]:
        raise checks.wrong("name", name, "a chapter and a name with a point between", 'Write "mine.charge", say.')

    def add(compute: Callable[[], object]) -> Callable[[], object]:
        there = _questions.get(name)
        if there is not None and there.compute.__module__ != compute.__module__:
            raise ModelUseError(
                f"a question called {name!r} is in {there.compute.__module__} already. Choose another name for yours."
            )
        _truths.pop(name, None)
        asked = Question(name, asks, compute, **rest)
        made = tuple(make(asked) for make in mistakes)
        _questions[name] = Question(name, asks, compute, mistakes=made, **rest)
        return compute

    return add


def gives(value: Callable, says: str):
    """The mistake whose answer is ``value(truth)``, within the tolerance; a scaled truth has a scaled one."""

    def make(asked: Question) -> Mistake:
        def looks(answer, truth) -> bool:
            wrong = value(truth)
            scale = max(1.0, abs(wrong / truth)) if np.ndim(truth) == 0 and truth else 1.0
            return asked.near(answer, wrong, scale)

        return Mistake(looks, says)

    return make


def when(looks: Callable, says: str):
    """The mistake of answers for which ``looks(answer, truth)`` holds."""
    return lambda asked: Mistake(looks, says)


def word(wrong: str, says: str):
    """The mistake of choosing the word `wrong`."""
    return lambda asked: Mistake(lambda answer, truth: answer == wrong, says)


def questions() -> dict[str, Question]:
    """All questions by name: those of the course in its order, then those of other chapters."""
    for chapter in CHAPTERS:
        import_module(f".{chapter}", __package__)
    place = {chapter: k for k, chapter in enumerate(CHAPTERS)}
    names = sorted(_questions, key=lambda name: place.get(name.partition(".")[0], len(place)))
    return {name: _questions[name] for name in names}


def check(name: str, value=_ASKED) -> bool:
    """Say whether an answer to a question of the course is right, and what it would mean where it is wrong.

    Parameters
    ----------
    name : str
        Of the question, 'lif.rheobase'.
    value : float, str, callable or ``...``, optional
        The answer in the unit that the question names, one of its words, or a function. ``...`` stands for no answer
        yet. Left out, the question is told.

    Returns
    -------
    bool
        Whether the answer is right; False where there is none, and where it is no number, none of the words, or no
        function of one number, which is said.

    Raises
    ------
    ModelKeyError
        For a name that no question has.

    Examples
    --------
    >>> from brainpy_lab import course
    >>> course.check('lif.rheobase', ...)
    lif.rheobase: not answered yet.
    False
    """
    known = questions()
    asked = known[checks.key("name", name, known, "a question of the course")]
    if value is _ASKED:
        print(f"{asked.name}: {_told(asked)}")
        return False
    if value is ...:
        print(f"{asked.name}: not answered yet.")
        return False
    try:
        answer = asked.read(value)
    except ModelValueError as error:
        print(f"✗ {asked.name}: {error}")
        return False
    if asked.is_right(answer):
        print(f"✓ {asked.name}: right. {asked.right}".rstrip())
        return True
    print(f"✗ {asked.name}: not yet. {asked.verdict(answer)}")
    return False


def show() -> None:
    """Print all questions of the course, chapter by chapter."""
    for asked in questions().values():
        print(f"{asked.name:<20} {_told(asked)}")


def _told(asked: Question) -> str:
    if asked.words:
        return f"{asked.asks} Answer {' or '.join(repr(word) for word in asked.words)}."
    if asked.at:
        return f"{asked.asks} Answer with a function" + (f" that returns {asked.unit}." if asked.unit else ".")
    return f"{asked.asks} Answer in {asked.unit}." if asked.unit else asked.asks
