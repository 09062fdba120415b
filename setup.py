"""Maps the top-level folder kernels/ to brainpy_lab.kernels; everything else is in pyproject.toml.

`packages.find` cannot rename a folder, and a list of packages written by hand goes stale.
"""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["brainpy_lab", "brainpy_lab.*"]),
        "brainpy_lab.kernels",
        *("brainpy_lab.kernels." + name for name in find_packages("kernels")),
    ],
    package_dir={"brainpy_lab": "brainpy_lab", "brainpy_lab.kernels": "kernels"},
)
