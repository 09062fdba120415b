"""What the Tab key offers in ``%%brainpy`` cells and on ``%brainpy`` lines: words of the language, none of Python.

IPython asks in the kernel, so it works in every front end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from ..frontends.cells.words import DRAWS, FUNCTION_ARGS, LINE_WORDS, METHODS, UNITS

IDENTIFIER = "brainpy_lab"
BACKENDS = ("auto", "reference", "numba", "cuda", "emulator")
OPTIONS = (
    "--dt", "--method", "--n", "--seed", "--float32", "--backend", "--paused", "--together", "--projector", "--no-show",
)  # fmt: skip
KINDS = ("neuron", "synapse", "network")
LINE_COMMANDS = ("list", "explain", "source", "bench", "doctor")
# Fields that neurons have as a rule, of those at the ends of a synapse.
USUAL_FIELDS = ("V", "input", "spike")

_WORD = re.compile(r"[^\W\d]\w*$|$")
_OPTION = re.compile(r"\S*$")
_END = re.compile(r"(?<![\w.])(pre|post)\.$")
_AFTER_NUMBER = re.compile(r"=\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s+\S*$")
_DEFINED = (
    ("state", re.compile(r"(?:^|[\n;])[ \t]*d([^\W\d]\w*)[ \t]*/[ \t]*dt\b")),
    ("state", re.compile(r"(?:^|[\n;])[ \t]*([^\W\d]\w*)[ \t]*'")),
    ("input", re.compile(r"(?:^|[\n;])[ \t]*input[ \t]+([^\W\d]\w*)")),
    ("function", re.compile(r"(?:^|[\n;])[ \t]*([^\W\d]\w*)[ \t]*\([^()\n]*\)[ \t]*=[^=]")),
    ("parameter", re.compile(r"(?:^|[\n;])[ \t]*([^\W\d]\w*)[ \t]*=[^=]")),
)
_INIT = re.compile(r"(?:^|[\n;])[ \t]*init[ \t]+([^\n;#]*)")
_ASSIGNED = re.compile(r"^([^\W\d]\w*)[ \t]*=[^=]", re.M)

Offers = list[tuple[str, str]]
"""(text, type), best first."""


def load(shell) -> None:
    """Offer completions in this shell."""
    unload(shell)
    completer = getattr(shell, "Completer", None)
    if completer is not None:
        completer.custom_matchers.append(_matcher(lambda: shell.user_ns))


def unload(shell) -> None:
    """Take them away."""
    completer = getattr(shell, "Completer", None)
    if completer is not None:
        kept = [one for one in completer.custom_matchers if getattr(one, "matcher_identifier", "") != IDENTIFIER]
        completer.custom_matchers[:] = kept


def _matcher(namespace: Callable[[], dict]) -> Callable[[CompletionContext], SimpleMatcherResult]:
    # Before all others, so that what they would say is not even computed.
    @context_matcher(identifier=IDENTIFIER, priority=1000)
    def brainpy(context: CompletionContext) -> SimpleMatcherResult:
        lines = context.full_text.split("\n")
        before = "\n".join([*lines[: context.cursor_line], context.text_until_cursor])
        found = offers(before, context.full_text, namespace())
        if found is None:
            return {"completions": [], "suppress": False}
        fragment, words, alone = found
        chosen = [(text, kind) for text, kind in words if text.startswith(fragment)]
        if alone and not chosen and fragment:
            chosen = [(fragment, "")]  # IPython asks others unless something is offered
        return {
            "completions": [SimpleCompletion(text, type=kind or None) for text, kind in dict(chosen).items()],
            "matched_fragment": fragment,
            "suppress": alone,
            "ordered": True,
        }

    return brainpy


def offers(before: str, text: str, namespace: dict) -> tuple[str, Offers, bool] | None:
    """What may stand at a place.

    Parameters
    ----------
    before : str
        The cell up to the cursor.
    text : str
        The whole cell.
    namespace : dict
        Of the notebook.

    Returns
    -------
    fragment : str
        What of a word is there already.
    offers : list of (str, str)
        Words and what they are.
    alone : bool
        Whether nothing of Python belongs here.
    None
        Where the cell is none of ours.
    """
    line = before.rpartition("\n")[2]
    if line.lstrip().startswith("%brainpy "):
        return _line_magic(line.lstrip(), namespace)
    head, _, body = before.lstrip().partition("\n")
    words = head.split()
    if not words or words[0] != "%%brainpy":
        return None
    if "\n" not in before.lstrip():
        return _first_line(head)
    kind = words[1] if len(words) > 1 else ""
    if kind == "network":
        return _network(body, namespace)
    if kind not in LINE_WORDS:
        return None
    whole = text.lstrip().partition("\n")[2]
    return _equations(kind, body, whole, namespace)


def _line_magic(line: str, namespace: dict) -> tuple[str, Offers, bool]:
    words = line.split()[1:]
    fragment = _last(_OPTION, line)
    given = words[: len(words) - bool(fragment)]
    if not given:
        return fragment, _as(LINE_COMMANDS, "command"), True
    if given[0] == "source" and given[-1] == "--backend":
        return fragment, _as(BACKENDS[1:], "option"), True
    found = _as(_models(namespace), "model") if given[0] in ("source", "explain", "bench") and len(given) == 1 else []
    if given[0] == "source":
        found += _as(("--backend", "--mathematics"), "option")
    return fragment, found, True


def _first_line(head: str) -> tuple[str, Offers, bool]:
    fragment = _last(_OPTION, head)
    words = head.split()[1:]
    given = words[: len(words) - bool(fragment)]
    if not given:
        return fragment, _as(KINDS, "keyword"), True
    if len(given) == 1:
        return fragment, [], True  # a new name
    if given[-1] == "--backend":
        return fragment, _as(BACKENDS, "option"), True
    if given[-1] == "--method":
        return fragment, _as(METHODS, "method"), True
    return fragment, _as((one for one in OPTIONS if one not in given), "option"), True


def _network(body: str, namespace: dict) -> tuple[str, Offers, bool]:
    """Python; what is added are the models, and the names that the cell makes before it has run."""
    fragment = _last(_WORD, body)
    if body[: len(body) - len(fragment)].endswith(".") or not fragment:
        return fragment, [], False
    made = dict.fromkeys(_ASSIGNED.findall(body))
    return fragment, _as(_models(namespace), "model") + _as([*made, "inputs"], "instance"), False


def _equations(kind: str, body: str, whole: str, namespace: dict) -> tuple[str, Offers, bool]:
    fragment = _last(_WORD, body)
    line = body.rpartition("\n")[2].rpartition(";")[2]
    if "#" in body.rpartition("\n")[2]:
        return fragment, [], True
    ahead = line[: len(line) - len(fragment)]
    words = ahead.split()
    if kind == "synapse" and _END.search(ahead):
        return fragment, _as(_fields(namespace), "field"), True
    if not words:
        return fragment, _beginnings(kind, whole), True
    special = _after_word(kind, ahead, words, whole)
    if special is not None:
        return fragment, special, True
    if _AFTER_NUMBER.search(line) and ahead.endswith((" ", "\t")):
        return fragment, _as([*sorted(UNITS), "in"], "unit"), True
    return fragment, _values(kind, whole, draws=words[0] == "init"), True


def _after_word(kind: str, ahead: str, words: list[str], whole: str) -> Offers | None:
    """What may follow the words at the beginning of a line, where that is not an expression."""
    states = _as(_names(whole, "state"), "state")
    first, last = words[0], words[-1]
    item = last == first or ahead.rstrip().endswith(",")  # a new item of init, reset or on
    if first == "method":
        return _as(METHODS, "method")
    if first == "spike" and len(words) == 1:
        return _as(("when",), "keyword")
    if first == "on" and ":" not in ahead:
        if len(words) == 1:
            return _as(("spike:", "post spike:"), "keyword")
        return _as(("spike:",), "keyword") if last == "post" else []
    if first in ("init", "reset") and item:
        return states
    if first == "on" and (ahead.rstrip().endswith((":", ","))):
        return states + _as(("post.",), "keyword")
    if first == "refractory" and "hold" in words:
        return states
    if first == "input" and len(words) == 1:
        return []
    if "]" in ahead and " in " in ahead:
        return _as(("log", "step"), "keyword")
    return None


def _beginnings(kind: str, whole: str) -> Offers:
    """Words that begin a line, and the left sides of equations."""
    words = [f"{word}." if word == "post" else word for word in LINE_WORDS[kind]]
    return _as(words, "keyword") + _as((f"d{name}/dt" for name in _names(whole, "state")), "equation")


def _values(kind: str, whole: str, draws: bool = False) -> Offers:
    """What an expression may read."""
    found = list(_defined(whole).items())
    found += _as(DRAWS, "function") if draws else []
    found += _as(("pre.", "post."), "keyword") if kind == "synapse" else []
    found += _as(FUNCTION_ARGS, "function") + _as(("t", "dt", "pi", "xi"), "constant")
    return found + _as(("in", "if", "else", "and", "or", "not", *(("hold",) if kind == "neuron" else ())), "keyword")


def _defined(whole: str) -> dict[str, str]:
    """Names that the cell defines -> what they are, in the order of their kinds."""
    text = re.sub(r"#[^\n]*", "", whole)
    found: dict[str, str] = {}
    for what, pattern in _DEFINED:
        for match in pattern.finditer(text):
            found.setdefault(match.group(1), what)
    for match in _INIT.finditer(text):
        for item in re.findall(r"([^\W\d]\w*)\s*=[^=]", match.group(1)):
            found.setdefault(item, "state")
    return found


def _names(whole: str, what: str) -> list[str]:
    return [name for name, kind in _defined(whole).items() if kind == what]


def _fields(namespace: dict) -> list[str]:
    """Fields of the notebook's neurons, and those that neurons have as a rule."""
    from ..frontends.types_api import NeuType

    found = dict.fromkeys(USUAL_FIELDS)
    for name, value in namespace.items():
        if isinstance(value, NeuType) and not name.startswith("_"):
            found |= dict.fromkeys(state.name for state in value.ir.states)
    return list(found)


def _models(namespace: dict) -> list[str]:
    from ..frontends.types_api import Network, ObjType

    return sorted(
        name for name, value in namespace.items() if not name.startswith("_") and isinstance(value, ObjType | Network)
    )


def _as(words: Iterable[str], what: str) -> Offers:
    return [(word, what) for word in words]


def _last(pattern: re.Pattern, text: str) -> str:
    found = pattern.search(text)
    return found.group(0) if found else ""
