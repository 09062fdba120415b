"""The folder of compiled code: shared, healed, and never in the way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from brainpy_lab.backends.numba import cache

ROOT = Path(__file__).resolve().parents[2]
RIGHT = {"x": [15.0] * 5, "events": [np.repeat([0, 3, 6, 9], 5).tolist(), list(range(5)) * 4]}


def start(folder, *arguments, **more):
    environment = {**os.environ, "BRAINPY_LAB_CACHE": str(folder), **more}
    environment.pop("NUMBA_CACHE_DIR", None)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.backends.cached_run", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    found = json.loads(out)
    assert {key: found[key] for key in RIGHT} == RIGHT
    return found


def run(folder, *arguments, **more):
    return finish(start(folder, *arguments, **more))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder that a first process has filled; tests that spoil it must leave it whole again."""
    folder = tmp_path_factory.mktemp("cache")
    first = run(folder)
    assert first["compiled"] > 0 and first["warnings"] == []
    return folder


def test_the_environment_moves_the_folder(filled, monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(filled))
    assert cache.folder() == filled
    printed = list(filled.glob("??/bpl_*.py"))
    assert len(printed) == 2  # one kernel and the driver
    assert all(list((path.parent / "__pycache__").glob(f"{path.stem}.*.nbc")) for path in printed)
    monkeypatch.delenv("BRAINPY_LAB_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache.folder() == Path("/somewhere/brainpy_lab")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.folder() == Path.home() / ".cache" / "brainpy_lab"


def test_a_second_process_compiles_nothing(filled):
    assert run(filled)["compiled"] == 0


@pytest.mark.parametrize(
    "garbage",
    [b"", b"garbage(", b"\x80\x05\x95\xff\xfe random \x00\x01" * 9, None],
    ids=["empty", "text", "bytes", "half"],
)
def test_garbage_is_healed(filled, garbage):
    one, other = sorted(filled.glob("??/__pycache__/*.nbc"))
    for path in [*filled.glob("??/*.py"), one.parent / one.name.replace(".1.nbc", ".nbi"), other]:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if garbage is None else garbage)
    assert run(filled)["warnings"] == []
    if garbage is None:
        assert run(filled)["compiled"] == 0


def test_an_index_without_its_code_is_healed(filled):
    for path in filled.rglob("*.nbc"):
        path.unlink()
    found = run(filled)
    assert found["compiled"] > 0 and found["warnings"] == []
    assert run(filled)["compiled"] == 0


def test_two_processes_that_fill_one_folder_at_once_both_succeed(tmp_path):
    together = [start(tmp_path), start(tmp_path)]
    for process in together:
        assert finish(process)["warnings"] == []
    assert run(tmp_path)["compiled"] == 0
    assert not list(tmp_path.rglob("*.tmp*"))


def test_a_process_killed_while_it_writes_leaves_nothing_broken(tmp_path):
    # Text, index and code of a kernel are moved into place one after the other. Each process dies before or after the
    # first that is missing, in the folder that the ones before it left.
    for number in range(5):
        when = "kill-before" if number % 2 else "kill-after"
        process = start(tmp_path, when, "1")
        process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL
    assert run(tmp_path)["warnings"] == []
    assert run(tmp_path)["compiled"] == 0


def test_a_process_killed_at_any_time_leaves_nothing_broken(tmp_path):
    chance = random.Random(0)
    for _ in range(3):
        process = start(tmp_path)
        # From the import of Numba to the end of the run.
        time.sleep(chance.uniform(0.4, 2.5))
        process.kill()
        process.communicate(timeout=120)
    assert run(tmp_path)["warnings"] == []


def one_warning(found, folder):
    (message,) = found["warnings"]
    assert str(folder) in message and "BRAINPY_LAB_CACHE" in message
    assert found["compiled"] > 0


def test_a_folder_that_cannot_be_made_costs_one_warning(tmp_path):
    place = tmp_path / "file"
    place.write_text("not a folder")
    one_warning(run(place), place)


def test_a_full_disk_costs_one_warning_and_leaves_nothing_broken(tmp_path):
    one_warning(run(tmp_path, "small-files"), tmp_path)
    assert run(tmp_path)["warnings"] == []
    assert run(tmp_path)["compiled"] == 0


TEXT = "from numba import njit\n\n\n@njit('int64(int64)', cache=CACHE)\ndef kernel(x):\n    return x + {}\n"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """An empty folder, and a process that has not warned yet."""
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "_warned", False)
    return tmp_path


def test_a_folder_that_can_only_be_read_costs_one_warning(own, monkeypatch):
    # Root may write into any folder of a writable disk, so the system is asked to say what it says of a read-only one.
    def refuse(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(cache.tempfile, "mkstemp", refuse)
    with pytest.warns(RuntimeWarning, match="Read-only file system") as caught:
        assert [cache.load(TEXT.format(number)).kernel(1) for number in (1001, 1002)] == [1002, 1003]
    assert len(caught) == 1
    assert not list(own.rglob("*.nb?"))


def test_code_that_numba_can_keep_nowhere_costs_one_warning(own, monkeypatch):
    from numba.core import caching

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    with pytest.warns(RuntimeWarning, match="BRAINPY_LAB_CACHE") as caught:
        assert [cache.load(TEXT.format(number)).kernel(1) for number in (2001, 2002)] == [2002, 2003]
    assert len(caught) == 1


def test_a_filled_folder_that_can_only_be_read_later_is_no_trouble(own, monkeypatch, recwarn):
    from numba.core import caching

    assert cache.load(TEXT.format(4001)).kernel(1) == 4002
    del sys.modules[cache.module_name(TEXT.format(4001))]

    def refuse(locator):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(caching.InTreeCacheLocator, "ensure_cache_path", refuse, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(own / "home"))
    assert cache.load(TEXT.format(4001)).kernel(1) == 4002
    assert list((own / "home" / "numba").rglob("*.nbc"))
    assert not [one for one in recwarn if issubclass(one.category, RuntimeWarning)]


def test_an_error_in_a_printed_text_is_raised_as_it_is(own, recwarn):
    from numba.core.errors import TypingError

    with pytest.raises(TypingError):
        cache.load(TEXT.format("'text'"))
    assert not [one for one in recwarn if issubclass(one.category, RuntimeWarning)]
    assert cache.module_name(TEXT.format("'text'")) not in sys.modules


def test_the_name_of_a_module_follows_its_text_and_the_tools(monkeypatch):
    one = cache.module_name("text")
    assert one == cache.module_name("text") != cache.module_name("other text")
    monkeypatch.setattr(cache, "toolchain", lambda: "another compiler")
    assert cache.module_name("text") != one


def test_threads_that_load_one_text_get_one_complete_module(own):
    found = []
    threads = [threading.Thread(target=lambda: found.append(cache.load(TEXT.format(3001)).kernel(1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3002] * 4
