"""Rows about the time before the first step, each figure from processes of its own."""
from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time

from .report import CheckFailed, Row
from .timing import median, spread

FIRST_STEP = """
import time
import brainpy_lab as bp
bp.profile.set(dt=0.04)
net = bp.models.networks.gamma_network({n}, seed=1)
simulation = net.simulation(backend="numba", inputs=[(net.neurons, "ST.input", 1.2)])
simulation.begin(0.0, 10)
simulation.advance(1)
done = time.time()
assert simulation.run_step == 1 and simulation.backend == "numba"
print("done", done)
"""

IMPORT = """
import time
import numpy
began = time.perf_counter()
import brainpy_lab
print("done", time.perf_counter() - began)
"""

LLVM = """
import sys
for name, module in sorted(sys.modules.items()):
    for function in ("kernel", "advance"):
        compiled = getattr(module, function, None)
        if name.startswith("bpl_") and hasattr(compiled, "inspect_llvm"):
            for signature in compiled.signatures:
                print(compiled.inspect_llvm(signature))
"""


def python(text: str, cache: str) -> str:
    """Standard output of a program in a process of its own that keeps its compiled code in `cache`."""
    environment = os.environ | {"BRAINPY_LAB_CACHE": cache}
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise CheckFailed(f"a process of its own failed:\n{done.stderr[-2000:]}")
    return done.stdout


def _last(output: str) -> float:
    return float(re.findall(r"^done (\S+)$", output, re.MULTILINE)[-1])


def _until_first_step(n: int, cache: str) -> float:
    """Seconds from the start of the interpreter to the end of the first step, by the wall clock of both processes."""
    began = time.time()
    return _last(python(FIRST_STEP.format(n=n), cache)) - began


def start(tiny: bool, rounds: int) -> list[Row]:
    """Cold and second process of the gamma network, and the import."""
    n = 5 if tiny else 100
    cold, warm = [], []
    # A cold start is long and repeats well; the spread is in the table.
    for _ in range(1 if tiny else 3):
        with tempfile.TemporaryDirectory(prefix="brainpy-lab-bench-") as cache:
            cold.append(_until_first_step(n, cache))
            warm += [_until_first_step(n, cache) for _ in range(1 if tiny else 3)]
    with tempfile.TemporaryDirectory(prefix="brainpy-lab-bench-") as cache:
        imports = [_last(python(IMPORT, cache)) for _ in range(2 if tiny else rounds)]
    return [
        Row("Gamma network, cold: process start to first step, s", [spread(cold) + " s"], median(cold), 6.0, unit="s"),
        Row("Gamma network, second process: start to first step, s", [spread(warm) + " s"], median(warm), 1.5,
            unit="s"),
        Row("import brainpy_lab beyond NumPy, s", [spread(imports) + " s"], median(imports), 0.1, unit="s"),
    ]


FLAG = re.compile(r"\b(?:fadd|fsub|fmul|fdiv|frem|fneg|fcmp|select|phi|call)\s+"
                  r"(?:(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc)\b)|\"unsafe-fp-math\"=\"true\"")


def flagged(text: str) -> list[str]:
    """The lines of LLVM text that allow a change of rounding."""
    return [line.strip() for line in text.splitlines() if FLAG.search(line)]


def llvm(tiny: bool, rounds: int) -> Row:
    """The LLVM of all that the gamma network compiles."""
    with tempfile.TemporaryDirectory(prefix="brainpy-lab-bench-") as cache:
        text = python(FIRST_STEP.format(n=5) + LLVM, cache)
    operations = len(re.findall(r"= (?:fadd|fsub|fmul|fdiv) ", text))
    if operations < 100:
        raise CheckFailed(f"only {operations} operations in the printed LLVM: nothing was looked at")
    found = flagged(text)
    return Row("Operations with fast-math flags in the LLVM", [f"{operations} operations looked at", *found[:3]],
               float(len(found)), 0.0, unit="flagged")
