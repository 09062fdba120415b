"""`import brainpy_lab` loads NumPy at most: everything heavier waits until something needs it."""

import subprocess
import sys

HEAVY = [
    *["numba", "llvmlite", "scipy", "sympy", "matplotlib", "pandas", "cupy", "tqdm"],
    *["IPython", "ipykernel", "ipywidgets", "anywidget", "traitlets", "bqplot", "jupyterlab", "joblib", "distributed"],
]


def loaded_by(source: str) -> set[str]:
    """Top-level modules in a fresh process after `source`, beyond those of a bare Python."""
    show = "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    ended = subprocess.run([sys.executable, "-c", source + show], capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


def test_importing_the_package_loads_nothing_heavier_than_numpy():
    beyond_numpy = loaded_by("import brainpy_lab") - loaded_by("import numpy")
    assert beyond_numpy - set(sys.stdlib_module_names) <= {"brainpy_lab"}


def test_the_check_sees_a_heavy_import():
    assert "numba" in loaded_by("import numba") - loaded_by("import numpy")


def test_no_heavy_module_is_loaded():
    assert loaded_by("import brainpy_lab") & set(HEAVY) == set()


def test_looking_around_loads_nothing_heavy():
    assert loaded_by("import brainpy_lab; dir(brainpy_lab); brainpy_lab.__version__") & set(HEAVY) == set()


def test_errors_are_there_without_anything_heavy():
    assert loaded_by("import brainpy_lab; brainpy_lab.errors.ModelError") & set(HEAVY) == set()
