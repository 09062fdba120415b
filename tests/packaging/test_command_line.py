"""``brainpy-lab`` keeps a person's notebooks, opens JupyterLab on them, and says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError
from brainpy_lab.lab import bench, checkup, command_line, course

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A course of two notebooks in the place of the package's."""
    folder = tmp_path / "shipped"
    (folder / "data").mkdir(parents=True)
    (folder / "01-a.ipynb").write_text("one")
    (folder / "data" / "b.csv").write_text("b")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "01-a.ipynb").write_text("not ours")
    monkeypatch.setattr(course, "source", lambda: folder)
    return folder


# -- the course ---


def test_the_course_of_this_package_is_found():
    names = [path.name for path in course.files(course.source())]
    assert "01-first-minute.ipynb" in names and not [name for name in names if name.startswith(".")]


def test_copying_twice_changes_nothing(shipped, tmp_path, capsys):
    mine = tmp_path / "mine"
    assert command_line.main([str(mine), "--copy-only"]) == 0
    assert sorted(path.relative_to(mine).as_posix() for path in course.files(mine)) == ["01-a.ipynb", "data/b.csv"]
    assert "2 new" in capsys.readouterr().out
    assert command_line.main(["open", str(mine), "--copy-only"]) == 0
    assert "0 new, 2 unchanged" in capsys.readouterr().out


def test_what_a_person_changed_is_kept_and_what_they_did_not_is_brought_up_to_date(shipped, tmp_path, capsys):
    mine = tmp_path / "mine"
    course.copy(mine)
    (mine / "01-a.ipynb").write_text("mine")
    for name in ("01-a.ipynb", "data/b.csv"):
        (shipped / name).write_text("version 2")
    assert command_line.main([str(mine), "--copy-only"]) == 0
    assert (mine / "01-a.ipynb").read_text() == "mine" and (mine / "data" / "b.csv").read_text() == "version 2"
    assert "0 new, 1 updated" in (told := capsys.readouterr().out) and "kept as you changed them: 01-a.ipynb" in told


def test_files_of_a_folder_that_was_no_course_are_a_persons(shipped, tmp_path):
    (tmp_path / "01-a.ipynb").write_text("something else")
    done = course.copy(tmp_path)
    assert done.kept == ["01-a.ipynb"] and (tmp_path / "01-a.ipynb").read_text() == "something else"


def test_a_deleted_file_comes_back(shipped, tmp_path):
    course.copy(tmp_path / "mine")
    (tmp_path / "mine" / "01-a.ipynb").unlink()
    assert course.copy(tmp_path / "mine").new == ["01-a.ipynb"]


def test_a_folder_that_cannot_be_written_is_told(shipped, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert command_line.main([str(tmp_path / "file"), "--copy-only"]) == 1
    assert "cannot be copied" in capsys.readouterr().err


def test_an_installation_without_notebooks_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "__file__", str(tmp_path / "a" / "b" / "course.py"))
    with pytest.raises(ModelError, match="this installation of brainpy-lab is not whole"):
        course.source()


# -- opening ---


def test_jupyterlab_is_opened_on_the_first_notebook(shipped, tmp_path, monkeypatch):
    started = []

    class Server:
        def __init__(self, command, cwd):
            started.append((command, cwd))

        def wait(self):
            return 0

    monkeypatch.setattr(command_line.subprocess, "Popen", Server)
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["--no-browser", "--port", "9999"]) == 0
    ((command, folder),) = started
    assert command[:3] == [sys.executable, "-m", "jupyterlab"] and folder == Path("brainpy-course")
    assert "--LabApp.default_url=/lab/tree/01-a.ipynb" in command
    assert f"--ServerApp.root_dir={tmp_path / 'brainpy-course'}" in command
    assert "--ServerApp.ip=127.0.0.1" in command and "--no-browser" in command and "--ServerApp.port=9999" in command


def test_without_jupyterlab_it_says_what_to_install_and_copies_nothing(shipped, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command_line.importlib.util, "find_spec", lambda name: None)
    assert command_line.main([str(tmp_path / "mine")]) == 1
    told = capsys.readouterr().err
    assert 'pip install "brainpy-lab[lab]"' in told and "--copy-only" in told
    assert not (tmp_path / "mine").exists()


def test_a_misspelled_command_makes_no_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["dcotor"]) == 2
    assert "did you mean 'doctor'" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_the_program_says_its_version_and_commands():
    for words, told in (
        (["--version"], f"brainpy-lab {bp.__version__}"),
        (["--help"], "doctor"),
        (["bench", "-h"], "COBA"),
    ):
        ended = subprocess.run([sys.executable, "-m", "brainpy_lab", *words], capture_output=True, text=True, cwd=ROOT)
        assert ended.returncode == 0 and told in ended.stdout


# -- the doctor ---


def test_the_doctor_ends_with_what_to_fix(monkeypatch, capsys):
    monkeypatch.setattr(checkup, "CHECKS", (lambda: [],))
    assert command_line.main(["doctor"]) == 0
    assert capsys.readouterr().out.endswith("Nothing to fix.\n")
    monkeypatch.setattr(checkup, "CHECKS", (lambda: ["too old: upgrade"], broken))
    assert command_line.main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "To fix:\n1. too old: upgrade\n2. the check of broken itself failed (OSError: gone)" in told


def broken():
    raise OSError("gone")


def with_versions(monkeypatch, **versions):
    known = checkup.installed
    monkeypatch.setattr(checkup, "installed", lambda name: versions.get(name.replace("-", "_"), known(name)))


def test_missing_and_old_packages_are_named(monkeypatch):
    everything = {**checkup.CORE, **checkup.OLDEST}
    monkeypatch.setattr(checkup, "installed", everything.get)
    assert checkup.packages() == []
    monkeypatch.setattr(checkup, "installed", {**everything, "anywidget": "0.9.21", "bqplot": None}.get)
    missing, old = checkup.packages()
    assert missing.startswith("bqplot not installed") and "brainpy-lab[lab]" in missing
    assert old == "anywidget 0.9.21 is older than 0.11: pip install --upgrade anywidget"


@pytest.mark.parametrize(
    ("found", "oldest", "older"),
    [("7.0", "7.0", False), ("6.29.5", "7.0", True), ("0.11.0", "0.11", False), ("4.10", "4.4", False),
     ("8.0.0rc1", "8.1", True), ("8.1.0.dev0", "8.1", False)],
)  # fmt: skip
def test_versions_are_compared_as_numbers(found, oldest, older):
    assert checkup.is_older(found, oldest) is older


def test_the_oldest_versions_are_those_of_the_package():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lab = dict(item.split(">=") for item in project["optional-dependencies"]["lab"])
    assert {name: lab[name] for name in checkup.OLDEST} == checkup.OLDEST
    assert dict(item.split(">=") for item in project["dependencies"]) == checkup.CORE


def test_another_version_than_pip_knows_is_told(monkeypatch):
    with_versions(monkeypatch, brainpy_lab="0.0.9")
    assert "pip knows brainpy-lab 0.0.9" in checkup.own_version()[0]
    with_versions(monkeypatch, brainpy_lab=bp.__version__)
    assert checkup.own_version() == []


def test_missing_files_of_the_widget_are_told(monkeypatch, tmp_path):
    monkeypatch.setattr("brainpy_lab.lab.widgets._STATIC", tmp_path)
    (tmp_path / "widget.js").write_text("")
    assert checkup.widget_files()[0].startswith("widget.css missing")
    (tmp_path / "widget.css").write_text("")
    assert checkup.widget_files() == []


@pytest.fixture
def places(monkeypatch, tmp_path):
    """Folders of JupyterLab with our plug-in and the halves of the widgets; all that is asked for is installed."""
    monkeypatch.setattr(checkup, "installed", lambda name: "1.0")
    monkeypatch.setattr(checkup, "data_folders", lambda: [tmp_path / "nowhere", tmp_path])
    monkeypatch.setattr("jupyter_core.paths.jupyter_config_path", lambda: [str(tmp_path)])
    for folder in ("brainpy-lab", *checkup.PAGE_HALVES.values()):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "package.json").write_text(json.dumps({"version": bp.__version__}))
    return tmp_path


def test_a_plug_in_that_is_missing_or_of_another_version_is_told(places):
    assert checkup.plug_in() == [] and checkup.page_halves() == []
    (places / "brainpy-lab" / "package.json").write_text('{"version": "0.0.9"}')
    assert "plug-in is version 0.0.9" in checkup.plug_in()[0]
    (places / "brainpy-lab" / "package.json").unlink()
    assert "is not where JupyterLab looks" in checkup.plug_in()[0]
    (places / "anywidget" / "package.json").unlink()
    assert checkup.page_halves() == [
        "the page's half of anywidget (anywidget) is not installed: pip install --force-reinstall anywidget"
    ]


@pytest.mark.parametrize(
    "listed", [{"brainpy-lab:plugin": True, "bqplot": True, "x": False}, ["brainpy-lab", "bqplot"]]
)
def test_plug_ins_that_are_switched_off_are_told(places, listed):
    (places / "labconfig").mkdir()
    (places / "labconfig" / "page_config.json").write_text(json.dumps({"disabledExtensions": listed}))
    assert "jupyter labextension enable brainpy-lab" in checkup.plug_in()[0]
    assert "jupyter labextension enable bqplot" in checkup.page_halves()[0]


def test_a_server_of_another_environment_is_told(monkeypatch):
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    assert checkup.server() == []
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    monkeypatch.setattr(checkup, "program_of", lambda pid: "/opt/other/bin/python3")
    assert "/opt/other/bin" in checkup.server()[0] and "pip install anywidget" in checkup.server()[0]
    monkeypatch.setattr(checkup, "program_of", lambda pid: sys.executable)
    assert checkup.server() == []


def test_a_cache_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path / "cache"))
    assert checkup.cache() == []
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path / "file" / "cache"))
    assert "set BRAINPY_LAB_CACHE" in checkup.cache()[0]


def test_a_kernel_without_pages_or_subshells_is_told(monkeypatch):
    class Kernel:
        _supports_kernel_subshells = False

    monkeypatch.setattr(checkup, "this_kernel", lambda: None)
    assert checkup.page() == []
    monkeypatch.setattr(checkup, "this_kernel", Kernel)
    monkeypatch.setenv("LAB_HEADLESS", "1")
    headless, subshells = checkup.page()
    assert "LAB_HEADLESS is set" in headless and "pip install -U ipykernel" in subshells
    monkeypatch.delenv("LAB_HEADLESS")
    Kernel._supports_kernel_subshells = True
    assert checkup.page() == []


# -- the benchmark ---


def test_the_benchmark_times_networks_that_fire(monkeypatch, capsys):
    monkeypatch.setattr(bench, "ROUNDS", 2)
    before = bp.profile.get_dt()
    rows = bench.standard(["COBA"], seconds=0.05, backend="reference", size=0.1)
    assert [(row.what, row.n, row.dt, len(row.rates)) for row in rows] == [("COBA", 400, 0.1, 2)]
    assert rows[0].spikes > 0 and rows[0].steps_per_s > 0
    assert rows[0].real_time == pytest.approx(rows[0].steps_per_s * 1e-4)
    assert bp.profile.get_dt() == before
    lines = bench.table(rows).split("\n")
    assert lines[0].split() == "neurons back end step steps/s spread x real time first step".split()
    assert len(set(map(len, lines))) == 1


def test_a_wrong_name_of_a_benchmark_is_told(capsys):
    assert command_line.main(["bench", "HHH"]) == 1
    assert 'Did you mean "HH"' in capsys.readouterr().err


def test_a_model_of_ones_own_is_timed_and_its_states_are_put_back(monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    group = bp.NeuGroup(bp.models.get_LIF(), 3)
    net = bp.Network(group)
    before = group.ST["V"].copy()
    group.ST["V"] = before + 1
    rows = bench.of_model("net", net, seconds=0.02)
    assert [row.backend for row in rows] == ["reference", "numba"] and rows[0].n == 3
    assert (group.ST["V"] == before + 1).all()
    with pytest.raises(ModelError, match="x is no model or network"):
        bench.of_model("x", 3)
