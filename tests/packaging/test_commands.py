"""`tools/dev.py` and `tests/conftest.py` keep their word where a mistake would cost a user something."""

import importlib.util
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """A fresh copy of the module tools/dev.py whose project is an empty folder."""
    spec = importlib.util.spec_from_file_location("dev_under_test", ROOT / "tools" / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(module, "COMPILED", tmp_path / "js" / "plugin" / "lib")
    return module


def test_copying_notebooks_never_overwrites_a_users_file(dev, tmp_path):
    for name in ("01-a.ipynb", "data/b.txt"):
        path = tmp_path / "notebooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("ours")
    (tmp_path / "lab-work").mkdir()
    (tmp_path / "lab-work" / "01-a.ipynb").write_text("the user's")
    work = dev.copy_notebooks()
    assert (work / "01-a.ipynb").read_text() == "the user's"
    assert (work / "data" / "b.txt").read_text() == "ours"


def test_a_step_runs_again_only_when_a_source_changed_or_a_product_is_gone(dev, tmp_path):
    source, product = tmp_path / "js", tmp_path / "built.js"
    (source / "plugin" / "lib").mkdir(parents=True)
    (source / "a.ts").write_text("one")
    product.write_text("")
    assert dev.is_stale("build", [source], [product])
    dev.mark_done("build", [source])
    assert not dev.is_stale("build", [source], [product])
    (source / "plugin" / "lib" / "a.js").write_text("written by the build")
    assert not dev.is_stale("build", [source], [product])
    (source / "a.ts").write_text("two")
    assert dev.is_stale("build", [source], [product])
    dev.mark_done("build", [source])
    product.unlink()
    assert dev.is_stale("build", [source], [product])


def test_steps_at_once_all_end_and_are_marked_and_a_failure_is_raised(dev, tmp_path):
    def step(name):
        (tmp_path / name).write_text(name)
        dev.mark_done(name, [tmp_path / name])

    names = [f"step {k}" for k in range(20)]
    dev.at_once(*(partial(step, name) for name in names))
    assert set(dev.read_stamp()) == set(names)
    with pytest.raises(dev.Failed, match="this one"):
        dev.at_once(lambda: dev.mark_done("late", []), lambda: (_ for _ in ()).throw(dev.Failed("this one")))
    assert "late" in dev.read_stamp()


def test_clean_keeps_the_users_notebooks(dev, tmp_path):
    for name in ("lab-work", ".venv", "node_modules", "dist"):
        (tmp_path / name).mkdir()
    dev.clean()
    assert [path.name for path in tmp_path.iterdir()] == ["lab-work"]


def test_a_failing_step_is_named(dev):
    with pytest.raises(dev.Failed, match="a step: .* ended with 3"):
        dev.run(sys.executable, "-c", "raise SystemExit(3)", step="a step")
    with pytest.raises(dev.Failed, match="'no-such-program' is not there"):
        dev.run("no-such-program", step="a step")


def test_the_commands_need_only_the_standard_library():
    command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "dev.py"), "--help"]
    assert "lab" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


NEEDS_NODE = "def test_needs_node(node):\n    pass\n"


@pytest.mark.parametrize(("required", "outcome"), [("", "1 skipped"), ("browser", "1 skipped"), ("node", "1 error")])
def test_a_missing_tool_skips_unless_it_is_required(tmp_path, required, outcome):
    """Runs our conftest.py on one test, with nothing on PATH."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "tests" / "test_it.py").write_text(NEEDS_NODE)
    (tmp_path / "CONTRIBUTING.md").write_text("| `tests/a` | what | 1 |\n")
    env = {**os.environ, "PATH": str(tmp_path), "BRAINPY_LAB_REQUIRE": required}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests"]
    shown = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert outcome in shown.stdout
    assert (shown.returncode != 0) == (required == "node")


def test_a_session_has_a_kernel_cache_of_its_own():
    assert Path(os.environ["BRAINPY_LAB_CACHE"]).exists()
