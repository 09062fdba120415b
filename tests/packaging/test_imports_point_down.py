"""Imports inside the package point down: every import is parsed, also relative ones and those inside functions.

A part is a folder or a file directly under `brainpy_lab`; the top-level folder `kernels` is the part `kernels`.
`ALLOWED` is the rule: what each part may import besides itself and what all may import, `COMMON`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

_arrays = {"kernels", "connect", "measure"}
_engine = {"ir", "passes", "backends", "kernels", "connect", "profile", "tools", "types"}
_public = (
    _engine | _arrays | {"inputs", "running", "runtime", "frontends", "integration", "models", "visualize", "analysis"}
)
_public |= {"sweeps", "root", "dynamics", "initialize", "math"}

COMMON = {"errors", "checks"}

ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "naming": set(),
    "alive": set(),
    "checks": set(),
    "ir": set(),
    "kernels": set(),
    # A device is opened when it is chosen, so that what is missing is told there.
    "profile": {"backends"},
    "types": {"profile"},
    "connect": {"kernels", "profile", "naming"},
    "connectivity": {"connect"},
    # Other paths of the same things, for old programs.
    "backend": {"profile"},
    "core": {"frontends", "types", "root"},
    # Groups that spike are models and groups of the 0.3 front end.
    "inputs": {"frontends", "math", "profile", "types"},
    # Weights that fall with distance measure it as connectors do.
    "initialize": {"connect", "math", "profile"},
    "measure": {"kernels", "math", "naming", "profile"},
    "running": set(),
    # Points of a sweep, wherever they are computed; its figure is the lab's.
    "sweeps": {"frontends", "math", "ir", "passes", "runtime", "profile"},
    "tools": {"profile"},
    "passes": {"ir"},
    "backends": {"ir", "kernels", "connect", "alive"},
    "runtime": {"ir", "passes", "backends", "kernels", "profile", "alive"},
    # Arrays that compute by themselves take the functions of the reference, and its order of sums.
    "math": {"ir", "passes", "runtime", "backends", "kernels", "profile"},
    # A front end meets a back end only in `ir`.
    "frontends": {"ir", "passes", "runtime", "kernels", "connect", "profile", "tools", "types", "math", "initialize"},
    "dyn": {"channels", "frontends"},
    "dnn": {"frontends"},
    "channels": {"frontends"},
    "neurons": {"frontends"},
    "synapses": {"frontends"},
    "synouts": {"frontends"},
    "synplast": {"frontends"},
    # Views of what the front end reads.
    "integration": {"passes", "frontends"},
    "visualize": {"measure", "naming", "runtime", "profile"},
    "visualization": {"visualize"},
    # Curves that are followed point by point take the printed code of the reference.
    "analysis": {"ir", "passes", "runtime", "backends", "kernels", "profile"},
    # What a person calls to analyse a model: reads it through the front end.
    "dynamics": {"analysis", "frontends", "ir", "profile"},
    # Ready models are written with the public front ends, as a user would.
    "models": {"frontends", "connect", "inputs", "profile", "types", "root"},
    "lab": _public,
    # What the notebooks ask: answers are computed as a person would.
    "course": {"analysis", "connect", "dynamics", "models", "profile", "root"},
    # The table of public names and the two hooks of IPython; nothing of it is loaded by `import brainpy_lab`.
    "root": _public | {"lab", "course"},
    # `python -m brainpy_lab`
    "__main__": {"lab"},
}


def python_files() -> Iterator[tuple[str, Path]]:
    """Module name (`brainpy_lab.kernels...` for the top-level folder) and path of every file of the package."""
    for base, prefix in [(ROOT / "brainpy_lab", "brainpy_lab"), (ROOT / "kernels", "brainpy_lab.kernels")]:
        for path in sorted(base.rglob("*.py")):
            parts = path.relative_to(base).with_suffix("").parts
            yield ".".join([prefix, *parts]), path


def part_of(module: str) -> str | None:
    """The part that `module` belongs to; None if it is not ours."""
    names = module.removesuffix(".__init__").split(".")
    if names[0] != "brainpy_lab":
        # Top-level `kernels` is another copy of the module when installed: nobody may import it by that name.
        return "top-level kernels" if names[0] == "kernels" else None
    return names[1] if len(names) > 1 else "root"


def imported(module: str, source: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that `source`, the text of `module`, imports."""
    package = module.split(".")[:-1]  # of the package's __init__ too: its last part is `__init__`
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            target = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from .. import profile` imports a part; `from ..profile import get_dt` a name in one.
                yield node.lineno, f"{target}.{alias.name}" if target == "brainpy_lab" else target
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                name = first.value
                level = len(name) - len(name.lstrip("."))
                base = package[: len(package) - level + 1] if level else []
                yield node.lineno, ".".join([*base, name.lstrip(".")])


def wrong_arrows(module: str, source: str) -> list[str]:
    here = part_of(module)
    if here not in ALLOWED:
        return [f"{module}: the part '{here}' has no rule; add it to ALLOWED and to docs/architecture.md"]
    problems = []
    for line, name in imported(module, source):
        there = part_of(name)
        if there in {None, here, *COMMON} or there in ALLOWED[here]:
            continue
        # A name of the root (`from brainpy_lab import NeuType`) is no part of its own.
        if there not in ALLOWED and there != "top-level kernels" and "root" in ALLOWED[here] | {here}:
            continue
        problems.append(f"{module}:{line}: '{here}' imports '{there}' ({name})")
    return problems


def test_every_import_points_down():
    problems = [text for module, path in python_files() for text in wrong_arrows(module, path.read_text("utf-8"))]
    assert not problems, "\n".join(problems)


def test_the_package_is_read_at_all():
    modules = {module for module, _ in python_files()}
    assert {"brainpy_lab.__init__", "brainpy_lab.errors", "brainpy_lab.kernels.__init__"} <= modules


def test_a_planted_wrong_arrow_is_caught():
    planted = {
        "a relative import": ("brainpy_lab.ir.expr", "from ..passes import fold"),
        "a part itself": ("brainpy_lab.frontends.trace", "from .. import backends"),
        "one in a subpackage": ("brainpy_lab.passes.integrate.rk4", "from ...runtime import compile"),
        "one in a package's __init__": ("brainpy_lab.runtime.__init__", "from ..lab import magics"),
        "an absolute one": ("brainpy_lab.runtime.session", "import brainpy_lab.lab.page as page"),
        "a lazy one": ("brainpy_lab.backends.numba", "def load():\n    from ..runtime import session\n"),
        "the root": ("brainpy_lab.passes.fold", "import brainpy_lab as bp"),
        "by name": ("brainpy_lab.ir.model", "import importlib\nimportlib.import_module('..lab', __name__)"),
        "kernels to ir": ("brainpy_lab.kernels.numba.math", "from brainpy_lab.ir import expr"),
        "top-level kernels": ("brainpy_lab.backends.numba", "from kernels import random"),
        "an unknown part": ("brainpy_lab.utils", "import numpy"),
    }
    assert [name for name, (module, source) in planted.items() if not wrong_arrows(module, source)] == []


def test_a_right_arrow_is_let_through():
    right = {
        "brainpy_lab.ir.expr": "from ..errors import ModelError\nfrom .place import Place\nimport numpy",
        "brainpy_lab.backends.numba": "from brainpy_lab.kernels.numba import math\nfrom ..ir.expr import Expr",
        "brainpy_lab.models.networks": "import brainpy_lab as bp\nfrom brainpy_lab import NeuType",
        "brainpy_lab.lab.magics": "from ..frontends import equations\nfrom .. import profile",
        "brainpy_lab.kernels.numba.random": "from .math import exp\nfrom ...errors import InternalError",
    }
    assert {module: wrong_arrows(module, source) for module, source in right.items()} == dict.fromkeys(right, [])
