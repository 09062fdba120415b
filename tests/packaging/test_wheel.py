"""The wheel holds what a user needs: built from a copy of the tree, without isolation, so that no network is needed."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHARE = "brainpy_lab-0.1.0.data/data/share/jupyter/labextensions/brainpy-lab/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> dict[str, bytes]:
    """Names and contents of a wheel built from the files that git knows and what the front-end build wrote."""
    tree = tmp_path_factory.mktemp("tree")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("the tree is no git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tree / name)
    for built in ("brainpy_lab/_static", "brainpy_lab/_labextension"):
        assert (ROOT / built).is_dir(), f"{built} is missing: run 'npm run build' (or 'make test') first"
        shutil.copytree(ROOT / built, tree / built)
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(tree)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_widget_is_in_the_wheel(wheel):
    assert len(wheel["brainpy_lab/_static/widget.js"]) > 1000


def test_every_file_of_the_widget_is_in_the_wheel(wheel):
    built = {f"brainpy_lab/_static/{path.name}" for path in (ROOT / "brainpy_lab/_static").iterdir()}
    assert built <= set(wheel)


def test_the_plug_in_is_where_jupyterlab_looks(wheel):
    found = {name.removeprefix(SHARE) for name in wheel if name.startswith(SHARE)}
    assert {"install.json", "package.json"} <= found
    assert [name for name in found if name.startswith("static/remoteEntry")]


def test_the_settings_and_the_course_come_with_the_plug_in(wheel):
    assert json.loads(wheel[SHARE + "schemas/brainpy-lab/plugin.json"])["title"] == "BrainPy Lab"
    lessons = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {lesson["file"] for lesson in json.loads(wheel[SHARE + "course/index.json"])} == lessons
    for name in lessons:
        assert wheel[SHARE + "course/" + name] == (ROOT / "notebooks" / name).read_bytes()


def test_the_plug_in_is_in_the_wheel_once(wheel):
    assert [name for name in wheel if "_labextension" in name] == []


def test_every_subpackage_is_in_the_wheel(wheel):
    packages = {f"brainpy_lab{suffix(path, 'brainpy_lab')}/" for path in (ROOT / "brainpy_lab").rglob("__init__.py")}
    packages |= {f"brainpy_lab/kernels{suffix(path, 'kernels')}/" for path in (ROOT / "kernels").rglob("__init__.py")}
    assert "brainpy_lab/kernels/" in packages
    assert {name for name in packages if name + "__init__.py" not in wheel} == set()


def suffix(init: Path, base: str) -> str:
    """`/a/b` for `base/a/b/__init__.py`, empty for `base/__init__.py`."""
    return "".join("/" + part for part in init.parent.relative_to(ROOT / base).parts)


def test_every_python_file_of_the_package_is_in_the_wheel(wheel):
    """A folder without `__init__.py` works in the source tree and is lost in a wheel."""
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "brainpy_lab").rglob("*.py")}
    files |= {"brainpy_lab/" + path.relative_to(ROOT).as_posix() for path in (ROOT / "kernels").rglob("*.py")}
    assert files - set(wheel) == set()


def test_every_cuda_source_is_in_the_wheel(wheel):
    sources = [path for path in (ROOT / "kernels").rglob("*") if path.suffix in (".cu", ".cuh", ".h")]
    assert {"brainpy_lab/" + path.relative_to(ROOT).as_posix() for path in sources} <= set(wheel)


def test_the_source_of_the_emulated_device_is_in_the_wheel(wheel):
    sources = [path for path in (ROOT / "brainpy_lab/backends/cuda").rglob("*") if path.suffix in (".h", ".cpp")]
    assert len(sources) > 3
    assert {path.relative_to(ROOT).as_posix() for path in sources} <= set(wheel)


def test_the_course_and_the_command_that_copies_it_are_in_the_wheel(wheel):
    listed = subprocess.run(["git", "ls-files", "notebooks"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert "notebooks/01-first-minute.ipynb" in listed
    assert {f"brainpy_lab/{name}" for name in listed} <= set(wheel)
    points = wheel["brainpy_lab-0.1.0.dist-info/entry_points.txt"].decode()
    assert "brainpy-lab = brainpy_lab.lab.command_line:main" in points


def test_nothing_else_is_installed_at_top_level(wheel):
    tops = {name.partition("/")[0] for name in wheel}
    assert tops == {"brainpy_lab", "brainpy_lab-0.1.0.dist-info", "brainpy_lab-0.1.0.data"}


def test_the_core_needs_three_distributions_only(wheel):
    metadata = wheel["brainpy_lab-0.1.0.dist-info/METADATA"].decode()
    needed = [
        line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")
    ]
    core = {entry.split(">")[0] for entry in needed if "extra ==" not in entry}
    assert core == {"numpy", "numba", "tqdm"}
    assert not [entry for entry in needed if entry.split(";")[0].strip().split(">")[0] == "cupy"]
