"""Where changes are planted, which tests must notice them, and how all of them are tried."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.agreement.plants import ROOT, Plant, plants

NUDGE = '''
def _nudged(value):
    """The next number, the next whole number, the other truth; of a tuple the first moves."""
    import numpy
    if isinstance(value, tuple):
        return (_nudged(value[0]), *value[1:])
    kind = numpy.asarray(value).dtype.kind
    if kind == "b":
        return numpy.logical_not(value)
    if kind in "iu":
        return value + numpy.asarray(value).dtype.type(1)
    return numpy.nextafter(value, numpy.asarray(value).dtype.type(numpy.inf)) if kind == "f" else value
'''

COMPILED_NUDGE = '''
import numpy as _np
from numba.core import types as _types
from numba.extending import overload as _overload


def _nudged(value):
    return value


@_overload(_nudged)
def _(value):
    kind = value.dtype if isinstance(value, _types.Array) else value
    if isinstance(value, _types.BaseTuple):
        if len(value) == 2:
            return lambda value: (_nudged(value[0]), value[1])
        return lambda value: (_nudged(value[0]), value[1], value[2], value[3])
    if isinstance(kind, _types.Boolean):
        return lambda value: value == False
    if kind == _types.uint32:
        return lambda value: _np.uint32(value + _np.uint32(1))
    if kind == _types.uint64:
        return lambda value: value + _np.uint64(1)
    if isinstance(kind, _types.Integer):
        return lambda value: value + 1
    if kind == _types.float32:
        return lambda value: _np.nextafter(value, _np.float32(_np.inf))
    return lambda value: _np.nextafter(value, _np.inf)
'''

PRINTED_NUDGE = '''
def _nudged(text, node, module, side):
    if side != "both" and ("numba" in module) != (side == "numba"):
        return text
    turned = {"bool": f"np.logical_not({text})", "int": f"({text} + 1)"}
    return turned.get(node.dtype, f"np.nextafter({text}, np.inf)")
'''

CODE = ("operators", "texts", "drops")
RANDOM, NETWORKS = "tests/agreement/test_random_steps.py", "tests/agreement/test_networks_agree.py"
STEPS, STEP_ERRORS = "tests/agreement/test_python_steps.py", "tests/frontends/test_python_step.py"
ARRAYS, BITS = "tests/kernels/test_arrays.py", "tests/kernels/test_math_bits.py"
INPUTS, PRINTED = "tests/inputs/test_groups.py", "tests/backends/test_printed_code.py"


@dataclass(frozen=True)
class Bed:
    """A file in which changes are planted.

    Parameters
    ----------
    file : str
    kinds : tuple of str
        What is changed (see `plants`).
    tests : tuple of str
        The tests that must notice, quick ones first.
    nudge : str
    calls : str
        A test whose parameters are names of functions: those that lead to the change are run first. With it, `tests`
        follow.
    """

    file: str
    kinds: tuple[str, ...]
    tests: tuple[str, ...]
    nudge: str = ""
    calls: str = ""


BEDS = (
    Bed("kernels/reference/math.py", ("values", "operators"), (BITS,), NUDGE, "math"),
    Bed("kernels/numba/math.py", ("compiled values", "operators"), (BITS,), COMPILED_NUDGE, "math"),
    Bed("kernels/numba/intrinsics.py", ("operators",), (BITS,)),
    Bed("kernels/constants_f64.py", ("operators",), ("tests/kernels/test_constants.py",)),
    Bed("kernels/constants_f32.py", ("operators",), ("tests/kernels/test_constants.py",)),
    Bed("kernels/power_chain.py", ("operators",), ("tests/kernels/test_power_chain.py",)),
    Bed("kernels/philox.py", ("operators",), ("tests/kernels/test_random.py",)),
    Bed("kernels/reference/random.py", ("values", "operators"), ("tests/kernels/test_random.py",), NUDGE),
    Bed("kernels/numba/random.py", ("compiled values", "operators"), ("tests/kernels/test_random.py",), COMPILED_NUDGE),
    Bed("kernels/reference/arrays.py", ("values", "operators"), (ARRAYS, STEPS), NUDGE, "arrays"),
    Bed("kernels/numba/arrays.py", ("compiled values", "operators"), (ARRAYS, STEPS), COMPILED_NUDGE, "arrays"),
    Bed("kernels/reference/orders.py", ("values", "operators"), (ARRAYS,), NUDGE, "arrays"),
    Bed("kernels/numba/orders.py", ("compiled values", "operators"), (ARRAYS,), COMPILED_NUDGE, "arrays"),
    Bed("kernels/numba/memory.py", ("operators", "drops"), (NETWORKS, INPUTS)),
    Bed("brainpy_lab/ir/functions.py", ("operators", "texts"), ("tests/ir/test_functions.py",)),
    Bed("brainpy_lab/backends/python_text.py", (*CODE, "printed"), (RANDOM, NETWORKS, STEPS), PRINTED_NUDGE),
    Bed("brainpy_lab/backends/reference.py", (*CODE, "printed"), (RANDOM, NETWORKS), PRINTED_NUDGE),
    Bed("brainpy_lab/backends/reference_program.py", CODE, (NETWORKS, INPUTS, STEPS)),
    Bed("brainpy_lab/backends/python_step.py", CODE, (STEPS, STEP_ERRORS)),
    Bed("brainpy_lab/backends/equation_text.py", (*CODE, "printed"), (STEPS,), PRINTED_NUDGE),
    Bed("brainpy_lab/backends/numba/kernel_text.py", (*CODE, "printed"), (RANDOM, NETWORKS, PRINTED), PRINTED_NUDGE),
    Bed("brainpy_lab/backends/numba/driver_text.py", CODE, (NETWORKS, INPUTS, STEPS)),
    Bed("brainpy_lab/backends/numba/backend.py", CODE, (NETWORKS, STEPS, "tests/runtime/test_simulation.py")),
    Bed("brainpy_lab/backends/numba/stages.py", CODE, ("tests/backends/test_stages.py",)),
    Bed("brainpy_lab/backends/numba/python_step.py", CODE, (STEPS, STEP_ERRORS)),
)

HARMLESS: dict[str, str] = {}
"""Changes that change nothing anyone can see, each with its reason: ``file function what`` without the line."""


def key(plant: Plant) -> str:
    """What a plant is called in `HARMLESS`."""
    return f"{plant.file} {plant.function or 'module'}: {plant.what}"


def planted(bed: Bed) -> list[Plant]:
    """The changes of a file."""
    return plants(bed.file, bed.kinds, bed.nudge)


# -- which tests notice ------------------------------------------------------------------------------------------------


def tests_of(plant: Plant) -> list[str]:
    """The tests that must notice a change, those of the functions that lead to it first."""
    bed = next(bed for bed in BEDS if bed.file == plant.file)
    if not bed.calls:
        return list(bed.tests)
    names = leading_to(plant.file, plant.function.removeprefix("_define.").partition(".")[0])
    found = (math_tests if bed.calls == "math" else array_tests)(names)
    return [*found, *bed.tests] if bed.calls == "arrays" or not found else found


def leading_to(file: str, function: str) -> list[str]:
    """The functions of a file that call one of its functions, directly or through others; itself first."""
    from tests.agreement.plants import overloaded

    uses: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        if isinstance(node, ast.FunctionDef):
            uses.setdefault(overloaded(node) or node.name, set()).update(names)
        elif isinstance(node, ast.Assign):
            for target in (part for item in node.targets for part in ast.walk(item)):
                if isinstance(target, ast.Name):
                    uses.setdefault(target.id, set()).update(names)
    found = [function]
    for name in found:
        found += [other for other, names in uses.items() if name in names and other not in found]
    return found


def math_tests(names: Iterable[str]) -> list[str]:
    """The comparisons of both back ends for elementary functions."""
    from tests.kernels.samples import EXACT, UNARY

    called = {"minimum": "min", "maximum": "max", "fabs": "abs"}
    found: list[str] = []
    for name in (called.get(name, name) for name in names):
        for kind in ("f64", "f32"):
            if name in (*UNARY, *EXACT):
                test = f"function_of_one_number_has_the_same_bits_in_both_back_ends[{name}-{kind}]"
            elif name in ("pow", "min", "max"):
                test = f"function_of_two_numbers_has_the_same_bits_in_both_back_ends[{name}-{kind}]"
            elif name in ("clip", "ipow", "select"):
                found.append(f"{BITS}::test_clip_select_and_integer_powers_have_the_same_bits_in_both_back_ends[{kind}]")
                continue
            else:
                continue
            found.append(f"{BITS}::test_a_{test}")
    return found


def array_tests(names: Iterable[str]) -> list[str]:
    """The comparisons of both back ends for functions of arrays."""
    from tests.kernels.test_arrays import ARGUMENTS

    found: list[str] = []
    for name in names:
        whole, _, axis = name.rpartition("_")
        if name in ARGUMENTS:
            found.append(f"{ARRAYS}::test_a_function_has_the_same_bits[{name}]")
        elif axis in ("0", "1", "last"):
            found.append(f"{ARRAYS}::test_a_function_along_an_axis_has_the_same_bits[{whole}-{axis}]")
    return found


# -- trying ------------------------------------------------------------------------------------------------------------


def module_of(file: str) -> str:
    """The name under which a file is imported."""
    name = file.removesuffix(".py").replace("/", ".")
    return name if name.startswith("brainpy_lab") else f"brainpy_lab.{name}"


class Grower:
    """A process that runs tests on changed copies."""

    def __init__(self, cache: Path):
        environment = dict(os.environ, BRAINPY_LAB_CACHE=str(cache), PYTHONHASHSEED="0")
        script = Path(__file__).with_name("run_planted.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def try_one(self, plant: Plant, tests: list[str], seconds: float = 300.0) -> dict:
        """``{"code", "tail"}`` of the tests on a changed copy."""
        salt = plant.name if plant.file.startswith("kernels/") else ""
        request = {"module": module_of(plant.file), "path": str(ROOT / plant.file), "text": plant.text, "tests": tests}
        request |= {"salt": salt, "seconds": seconds}
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@dataclass
class Field:
    """Several processes that try changes; `survivors` are those that no test noticed."""

    cache: Path
    n: int = field(default_factory=lambda: os.cpu_count() or 1)

    def survivors(self, changes: Iterable[Plant], told=lambda plant, result: None) -> list[Plant]:
        growers = [Grower(self.cache) for _ in range(self.n)]
        free = list(growers)
        survived: list[Plant] = []

        def one(plant: Plant) -> None:
            grower = free.pop()
            try:
                result = grower.try_one(plant, tests_of(plant))
            finally:
                free.append(grower)
            told(plant, result)
            if result["code"] in (0, 4, 5):  # passed; or no test was found, which is as bad
                survived.append(plant)

        try:
            with ThreadPoolExecutor(self.n) as pool:
                list(pool.map(one, changes))
        finally:
            for grower in growers:
                grower.close()
        return survived
