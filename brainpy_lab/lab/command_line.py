"""``brainpy-lab`` on the command line: the course in JupyterLab, what is wrong here, and how fast this machine is."""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from .. import __version__
from ..errors import ModelError

COMMANDS = ("open", "doctor", "bench")
FOLDER = "brainpy-course"


def main(words: list[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    words : list of str, optional
        Those of the command line when left out.

    Returns
    -------
    int
        0, or 1 when something is wrong; the exit status.
    """
    words = list(sys.argv[1:] if words is None else words)
    parser = _parser()
    meant = difflib.get_close_matches(words[0], COMMANDS, n=1) if words else []
    if meant and words[0] not in COMMANDS and not Path(words[0]).is_dir():
        print(
            f"brainpy-lab: there is no command {words[0]!r}; did you mean {meant[0]!r}? For a folder of that name "
            f"write brainpy-lab open {words[0]}",
            file=sys.stderr,
        )
        return 2
    if not words or words[0] not in (*COMMANDS, "-h", "--help", "--version"):
        words.insert(0, "open")  # 'brainpy-lab' alone, or with a folder or an option of 'open'
    args = parser.parse_args(words)
    try:
        return args.act(args)
    except ModelError as error:
        print(f"brainpy-lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="brainpy-lab",
        description="Copies the course notebooks and opens JupyterLab on them ('open', also without a word).",
    )
    parser.add_argument("--version", action="version", version=f"brainpy-lab {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="{open,doctor,bench}")

    opened = commands.add_parser("open", help="copy the course into a folder and open JupyterLab on it")
    opened.add_argument("folder", nargs="?", default=FOLDER, help=f"where the notebooks go (default: ./{FOLDER})")
    opened.add_argument("--copy-only", action="store_true", help="copy, and do not open anything")
    opened.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    opened.add_argument("--port", type=int, help="port of the server")
    opened.set_defaults(act=_open)

    doctor = commands.add_parser("doctor", help="versions, caches, plug-ins, and what to fix")
    doctor.set_defaults(act=_doctor)

    bench = commands.add_parser("bench", help="how fast this machine runs two networks")
    bench.add_argument("names", nargs="*", help="HH, COBA; both when left out")
    bench.add_argument("--seconds", type=float, default=1.0, help="of each of three rounds (default: 1)")
    bench.add_argument("--backend", default="numba", help="reference, numba or cuda (default: numba)")
    bench.set_defaults(act=_bench)
    return parser


def _open(args) -> int:
    from . import course

    if not args.copy_only and importlib.util.find_spec("jupyterlab") is None:
        print(
            f"brainpy-lab: JupyterLab is not installed for {sys.executable}. Install what the lab needs:\n\n"
            '    pip install "brainpy-lab[lab]"\n\n'
            "or only copy the notebooks, for a JupyterLab of another environment: brainpy-lab --copy-only",
            file=sys.stderr,
        )
        return 1
    done = course.copy(Path(args.folder).expanduser())
    print(_told(done))
    if args.copy_only:
        return 0
    return _serve(done.folder, args)


def _told(done) -> str:
    counts = [(len(done.new), "new"), (len(done.updated), "updated"), (len(done.same), "unchanged")]
    lines = [f"{done.folder}: " + ", ".join(f"{n} {what}" for n, what in counts if n or what == "new")]
    if done.kept:
        names = ", ".join(done.kept[:5]) + (f" and {len(done.kept) - 5} more" if len(done.kept) > 5 else "")
        lines.append(f"kept as you changed them: {names} (rename one to get the package's version as well)")
    return "\n".join(lines)


def _serve(folder: Path, args) -> int:
    first = min((path.name for path in folder.glob("*.ipynb")), default=None)
    options = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder.resolve()}"]
    if first:
        options.append(f"--LabApp.default_url=/lab/tree/{first}")
    if args.no_browser:
        options.append("--no-browser")
    if args.port is not None:
        options.append(f"--ServerApp.port={args.port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # JupyterLab refuses root otherwise, and containers run as root
    sys.stdout.flush()
    server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], cwd=folder)
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            continue  # the terminal sent Ctrl-C to the server as well, and the server asks before it stops


def _doctor(args) -> int:
    from .checkup import problems
    from .doctor import report

    print(report())
    return 1 if problems() else 0


def _bench(args) -> int:
    from . import bench

    print(bench.machine())
    print(bench.table(bench.standard(args.names or None, args.seconds, args.backend)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
