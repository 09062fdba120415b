"""Maps the top-level folders kernels/ and notebooks/ into the package; everything else is in pyproject.toml.

`packages.find` cannot rename a folder, and a list of packages written by hand goes stale.
"""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["brainpy_lab", "brainpy_lab.*"]),
        "brainpy_lab.kernels",
        "brainpy_lab.notebooks",  # no code: the course, which `brainpy-lab` copies
        *("brainpy_lab.kernels." + name for name in find_packages("kernels")),
    ],
    package_dir={
        "brainpy_lab": "brainpy_lab",
        "brainpy_lab.kernels": "kernels",
        "brainpy_lab.notebooks": "notebooks",
    },
)
