"""A library built with -ffast-math switches off denormal numbers in the whole process: the user is told."""

import shutil
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, sys, warnings
import brainpy_lab as bp

def notices():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bp.Network(bp.NeuGroup(bp.models.get_LIF(), 1)).simulation(backend="reference")
    return [str(one.message) for one in caught if "denormal" in str(one.message)]

print(len(notices()))
ctypes.CDLL(sys.argv[1])
print(len(notices()))
"""


def test_lost_denormals_are_noticed(tmp_path):
    if shutil.which("gcc") is None:
        pytest.skip("no gcc on PATH")
    source, library = tmp_path / "fast.c", tmp_path / "fast.so"
    source.write_text("int nothing;\n")
    subprocess.run(["gcc", "-ffast-math", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(library)], capture_output=True, text=True, check=True)
    # Newer compilers no longer do this to a shared library; then there is nothing to notice.
    assert done.stdout.split() in (["0", "1"], ["0", "0"])
    probe = "import ctypes, numpy as np; ctypes.CDLL({!r}); print(np.float64(5e-324) * np.float64(1.) > 0)"
    kept = subprocess.run([sys.executable, "-c", probe.format(str(library))], capture_output=True, text=True)
    assert (done.stdout.split()[1] == "0") == (kept.stdout.strip() == "True")
