"""What every test session shares: its own kernel cache, the tools a test may need, and time spent beside budget."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"

_spent: defaultdict[str, float] = defaultdict(float)  # folder under tests/ -> seconds
_own_cache: Path | None = None


def pytest_configure(config):
    """Compiled kernels of a test session go to a folder of its own, unless the caller has chosen one."""
    global _own_cache
    if "BRAINPY_LAB_CACHE" not in os.environ:
        _own_cache = Path(tempfile.mkdtemp(prefix="brainpy-lab-cache-"))
        os.environ["BRAINPY_LAB_CACHE"] = str(_own_cache)


def pytest_unconfigure(config):
    if _own_cache is not None:
        os.environ.pop("BRAINPY_LAB_CACHE", None)
        shutil.rmtree(_own_cache, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_profile():
    """What a test sets in the profile ends with the test."""
    from brainpy_lab import profile

    kept = {name: value for name, value in vars(profile).items() if name[0] == "_" != name[1]}
    options = dict(profile._numba_profile)
    yield
    vars(profile).update(kept)
    profile._numba_profile.update(options)


@pytest.fixture(scope="module", autouse=True)
def _collected():
    """Compiled code is millions of objects: collect garbage once after a file, and never look at the rest again."""
    yield
    gc.collect()
    gc.freeze()


# ---- tools that a machine may lack


@pytest.fixture(scope="session")
def require():
    """``require(name, found, why)``: skip without the tool `name`, but fail where BRAINPY_LAB_REQUIRE names it."""
    required = {name.strip() for name in os.environ.get("BRAINPY_LAB_REQUIRE", "").split(",")}

    def require(name: str, found: object, why: str) -> None:
        if found:
            return
        if name in required:
            pytest.fail(f"BRAINPY_LAB_REQUIRE names '{name}', but {why}")
        pytest.skip(why)

    return require


@pytest.fixture(scope="session")
def chromium(require) -> str:
    """Path of Chromium. Start it with `chromium_options`."""
    from tools.notebook_page import find_chromium

    found = find_chromium()
    require("browser", found, "chromium is not on PATH")
    return found


@pytest.fixture(scope="session")
def chromium_options() -> list[str]:
    from tools.notebook_page import CHROMIUM_OPTIONS

    return CHROMIUM_OPTIONS


@pytest.fixture(scope="session")
def node(require) -> str:
    """Path of Node 20 or later."""
    found = shutil.which("node")
    if found:
        shown = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        if int(shown.strip().lstrip("v").split(".")[0] or 0) < 20:
            found = None
    require("node", found, "Node 20 or later is not on PATH")
    return found


# ---- time spent, beside the budget of CONTRIBUTING.md


@pytest.fixture(scope="session")
def budget() -> dict[str, float]:
    """Minutes that each folder under tests/ may take on two cores."""
    return read_budget()


def read_budget() -> dict[str, float]:
    """The rows ``| tests/NAME | what | minutes |`` of CONTRIBUTING.md, the one place where they are written."""
    minutes = {}
    for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("tests/"):
            minutes[cells[0].removeprefix("tests/").rstrip("/")] = float(cells[2])
    return minutes


def pytest_runtest_logreport(report):
    parts = Path(report.nodeid.partition("::")[0]).parts  # where it is run, also when another folder wrote it
    folder = parts[1] if len(parts) > 2 and parts[0] == "tests" else ""
    _spent[folder] += report.duration


def pytest_terminal_summary(terminalreporter):
    minutes = read_budget()
    terminalreporter.section("minutes per folder: actual / budget on 2 cores")
    for folder, seconds in sorted(_spent.items()):
        allowed = minutes.get(folder)
        over = "" if allowed is None or seconds / 60 <= allowed else "   over budget"
        shown = "-" if allowed is None else f"{allowed:g}"
        terminalreporter.write_line(f"tests/{folder:<14} {seconds / 60:6.2f} / {shown}{over}")
    terminalreporter.write_line(f"{'all':<20} {sum(_spent.values()) / 60:6.2f} / {sum(minutes.values()):g}")
