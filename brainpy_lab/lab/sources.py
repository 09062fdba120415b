"""What a network cell takes from other cells of the notebook, as Python that can stand in front of it in a script.

The history of the notebook is cut down to the statements that make the names which the cell uses, and those which
these use, in the order in which they ran. What a history does not explain must be a value that Python can write down.
"""

from __future__ import annotations

import ast
import base64
import builtins
import importlib
import inspect
import symtable
import textwrap
import zlib
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from ..errors import ModelUseError
from .recipe import magic_cells

_MODULES = frozenset(("bp", "brainpy_lab", "np", "numpy", "plt", "matplotlib", "display", "print"))

REFUSED = "raise NameError("
"""Begins what stands in place of lines that cannot be written."""

MOST_BYTES = 200_000
"""Of an array that is written into a script."""


class Part(NamedTuple):
    """A statement of the history: where it stands, its text, the names that it makes, and those that it works on."""

    place: tuple[int, int]
    text: str
    makes: frozenset[str]
    changes: frozenset[str]
    uses: frozenset[str]


def names_used(source: str) -> set[str]:
    """The names that Python text takes from its surroundings."""
    table = symtable.symtable(source, "cell", "exec")
    made = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    made |= {child.get_name() for child in table.get_children()}
    return {name for name in _looked_up(table) if name not in made and not hasattr(builtins, name)}


def _looked_up(table: symtable.SymbolTable) -> set[str]:
    """Names that are looked up in the module, here or in functions and classes inside."""
    here = table.get_type() == "module" or str(table.get_type()).endswith("MODULE")
    found = {
        symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced() and (here or symbol.is_global())
    }
    return found.union(*(_looked_up(child) for child in table.get_children()))


def needed(source: str, namespace: dict, cells_before: int, what: str) -> str:
    """The Python that has to run before `source`.

    Parameters
    ----------
    source : str
        Python text.
    namespace : dict
        Of the notebook; ``In``, where IPython keeps what was run, is used where it is there.
    cells_before : int
        How many cells of the history had run before.
    what : str
        What errors call the text.

    Raises
    ------
    ModelUseError
        For names that cannot be written down: which, and why.
    """
    history = _read_history(namespace.get("In", [])[:cells_before])
    search = _Search(namespace, history)
    for name in sorted(names_used(source)):
        search.find(name, (cells_before, 0))
    if search.refused:
        listed = "; ".join(f"{name!r}: {why}" for name, why in sorted(search.refused.items())[:3])
        raise ModelUseError(
            f"{what} cannot be written as a script, because of {listed}. Make what has these names "
            "in the cell itself, or in a cell that ran before it in this notebook."
        )
    parts = [*search.values, *(part.text for _, part in sorted(search.parts.items()))]
    return "\n".join(_imports_first(parts))


def _imports_first(parts: list[str]) -> list[str]:
    imports = [text for text in parts if text.startswith(("import ", "from ")) and "\n" not in text]
    return [*dict.fromkeys(imports), *(text for text in parts if text not in imports)]


class _Search:
    """Collects the statements and the values that names come from."""

    def __init__(self, namespace: dict, history: list[Part]):
        self.namespace, self.history = namespace, history
        self.parts: dict[tuple[int, int], Part] = {}
        self.values: list[str] = []
        self.refused: dict[str, str] = {}
        self._known: set[tuple[str, tuple[int, int]]] = set()

    def find(self, name: str, before: tuple[int, int]) -> None:
        """Explain a name as it was before a place in the history."""
        earlier = [part for part in self.history if part.place < before]
        made = next((part for part in reversed(earlier) if name in part.makes), None)
        start = made.place if made is not None else (-1, 0)
        if (name, start) in self._known:
            return
        self._known.add((name, start))
        if made is None:
            self._find_value(name)
            changed = []
        else:
            self._add(made)
            changed = [part for part in earlier if part.place > start and name in part.changes]
        for part in changed:
            self._add(part)

    def _add(self, part: Part) -> None:
        if part.place not in self.parts:
            self.parts[part.place] = part
            for name in sorted(part.uses):
                self.find(name, part.place)

    def _find_value(self, name: str) -> None:
        if name not in self.namespace:
            self.refused[name] = "nothing has this name any more"
            return
        value = self.namespace[name]
        try:
            text = written(name, value)
        except ModelUseError as error:
            self.refused[name] = str(error)
            return
        self.values.append(text)
        if getattr(value, "__module__", None) == "__main__" or text.startswith(("def ", "class ", "@")):
            for other in sorted(names_used(text)):
                self.find(other, (-1, 0))


def written(name: str, value: Any) -> str:
    """A statement that gives `name` this value, with the same bits.

    Raises
    ------
    ModelUseError
        When there is none: why.
    """
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" if value.__name__ == name else f"import {value.__name__} as {name}"
    found = _importable(name, value)
    if found is not None:
        return found
    if inspect.isfunction(value) or inspect.isclass(value):
        return _definition(name, value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        if value.nbytes > MOST_BYTES:
            raise ModelUseError(f"it is an array of {value.nbytes:,} bytes")
        packed = base64.b64encode(zlib.compress(value.tobytes(), 9)).decode("ascii")
        return (
            f"import base64, zlib\nimport numpy\n{name} = numpy.frombuffer("
            f"zlib.decompress(base64.b64decode({packed!r})), {value.dtype.str!r}).reshape({value.shape!r}).copy()"
        )
    if isinstance(value, np.generic):
        value = value.item()
    text = repr(value)
    try:
        if len(text) < MOST_BYTES and repr(ast.literal_eval(text)) == text:
            return f"{name} = {text}"
    except (ValueError, SyntaxError, MemoryError):
        pass
    source = getattr(getattr(value, "ir", None), "source", "")
    if source and getattr(value.ir, "kind", "") in ("neuron", "synapse"):
        call = model_call(value.ir.kind, source, value.ir.name, _method(value.ir), "brainpy_lab")
        return f"import brainpy_lab\n{name} = {call}"
    raise ModelUseError(f"it is a {type(value).__name__}, and no cell that ran before made it")


def _definition(name: str, value: Any) -> str:
    """The source of a function or class, which is then called `name`."""
    if getattr(value, "__closure__", None):
        raise ModelUseError("it holds values of the function that made it")
    try:
        text = textwrap.dedent(inspect.getsource(value)).rstrip()
        (statement,) = ast.parse(text).body
    except (OSError, TypeError, ValueError, SyntaxError):
        raise ModelUseError("its source is not known") from None
    if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
        raise ModelUseError("its source is no statement of its own")
    return text if statement.name == name else f"{text}\n{name} = {statement.name}"


def model_call(kind: str, text: str, name: str, method: str | None, module: str = "bp") -> str:
    """``bp.neuron(text, name)`` or ``bp.synapse(text, name)`` as it is written."""
    option = f", method={method!r}" if method else ""
    return f"{module}.{kind}({quoted(text)}, {name!r}{option})"


def quoted(text: str) -> str:
    """A text in Python, over several lines where that keeps it as it is."""
    if '"""' in text or "\\" in text or not text.isprintable() and not text.replace("\n", "").isprintable():
        return repr(text)
    first = "\\\n" if "\n" in text and not text.startswith("\n") else ""
    return f'"""{first}{text}"""' if not text.endswith('"') else repr(text)


def _method(model) -> str | None:
    from ..ir.statements import Integrate
    from ..passes.typing import statements_of

    if any(line.split("#")[0].split()[:1] == ["method"] for line in model.source.split("\n")):
        return None
    parts = [one for step in model.steps for one in statements_of(step.body)]
    return next((one.system.method for one in parts if isinstance(one, Integrate)), None)


def _importable(name: str, value: Any) -> str | None:
    """An import statement, where a module that is no notebook holds the value under its own name."""
    module, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(own, str) or module == "__main__":
        return None
    try:
        if getattr(importlib.import_module(module), own, None) is not value:
            return None
    except ImportError:
        return None
    return f"from {module} import {own}" + ("" if own == name else f" as {name}")


def _read_history(cells: list[str]) -> list[Part]:
    parts: list[Part] = []
    for number, cell in enumerate(cells):
        magics = magic_cells(cell)
        if magics:
            for line, body in magics:
                parts += _magic_parts(number, line, body)
            continue
        parts += _python_parts(number, cell)
    return parts


def _magic_parts(number: int, line: str, body: str) -> list[Part]:
    from ..errors import ModelError
    from ..frontends.equations import rewrite_network

    words = line.split()
    if len(words) < 2:
        return []
    kind, name = words[:2]
    if kind == "network":
        try:
            return _python_parts(number, rewrite_network(body).source)
        except ModelError:
            return []
    method = words[words.index("--method") + 1] if "--method" in words[:-1] else None
    text = f"import brainpy_lab\n{name} = {model_call(kind, body, name, method, 'brainpy_lab')}"
    return [Part((number, 0), text, frozenset([name]), frozenset(), frozenset())]


def _python_parts(number: int, cell: str) -> list[Part]:
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return []
    return [
        Part((number, k), _text_of(cell, statement), *_deeds(statement, cell)) for k, statement in enumerate(tree.body)
    ]


def _text_of(cell: str, statement: ast.stmt) -> str:
    """The statement as it was typed, with its decorators."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(one.lineno for one in decorators)])
    if statement.col_offset == 0 or decorators:
        lines = cell.split("\n")[first - 1 : statement.end_lineno]
        if first == statement.lineno and first == statement.end_lineno or len(lines) == 1:
            return ast.get_source_segment(cell, statement) or ast.unparse(statement)
        return "\n".join(lines)
    return ast.unparse(statement)


def _deeds(statement: ast.stmt, cell: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Names that a statement makes, those whose objects it may change, and those that it uses."""
    text = ast.unparse(statement)
    table = symtable.symtable(text, "cell", "exec")
    makes = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        makes.add(statement.name)
    uses = {name for name in _looked_up(table) if not hasattr(builtins, name)}
    changes = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            changes.add(_root(node))
        elif isinstance(node, ast.AugAssign):
            changes.add(_root(node.target))
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = ast.unparse(statement.value.func)
        root = _root(statement.value.func)
        # Of modules only random numbers and settings: what draws and prints has no part in the model.
        if root not in _MODULES or any(f".{word}." in called for word in ("random", "profile")):
            changes.add(root)
    if isinstance(statement, ast.AugAssign):
        uses |= makes
    return frozenset(makes), frozenset(changes - {""}), frozenset(uses)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
