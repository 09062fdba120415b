"""``python -m benchmarks.peers``: the engine beside other simulators and hand-written C, on the same networks."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from ..hand import MISSING, gcc_version
from ..report import CheckFailed, machine
from .comparison import Comparison, Gate, Result, compare
from .environments import REQUIREMENTS, NotInstalled, folder, python_of
from .processes import SideFailed

LIF = ("brainpy_lab", "brainpy_lab LifRef", "C", "C LifRef", "Brian2", "BrainPy LifRef")
NETWORKS = {
    "coba4000": Comparison("coba", 4000, 1.0, LIF, (
        Gate("Brian2", "brainpy_lab LifRef", 3.0),
        Gate("BrainPy LifRef", "brainpy_lab LifRef", 10.0),
        Gate("Brian2", "brainpy_lab", None),
    )),
    "coba16000": Comparison("coba", 16_000, 0.5, LIF),
    "coba64000": Comparison("coba", 64_000, 0.2, LIF, (
        Gate("brainpy_lab LifRef", "C", 1.5, at_least=False),
        Gate("brainpy_lab LifRef", "C LifRef", 1.5, at_least=False),
        Gate("brainpy_lab", "C", None, at_least=False),
    )),
    "cobahh4000": Comparison("cobahh", 4000, 0.5, ("brainpy_lab", "C", "Brian2", "BrainPy"), (
        Gate("Brian2", "brainpy_lab", 4.0),
        Gate("brainpy_lab", "C", None, at_least=False),
    )),
}  # fmt: skip
PEERS = {"brian2": "Brian2", "brainpy": "BrainPy"}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    made.add_argument("names", nargs="*", metavar="NAME", help=f"networks, of {', '.join(NETWORKS)}; all when left out")
    made.add_argument("--rounds", type=int, default=7, help="rounds in which all sides take turns (7)")
    made.add_argument("--tiny", action="store_true", help="400 neurons, one round: does it work? Gates are not judged.")
    made.add_argument("--without", action="append", default=[], choices=sorted(PEERS), help="leave a peer out")
    made.add_argument("--environments", type=Path, help="folder of the peers' environments (in the cache folder)")
    made.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured to a file")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run the networks; the exit code is 1 when a gate or a check failed."""
    made = parser()
    chosen = made.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in NETWORKS]
    if unknown:
        made.error(f"there is no network {unknown[0]!r}; the networks are {', '.join(NETWORKS)}")
    if chosen.rounds < 1:
        made.error("--rounds must be 1 or more")
    print("\n".join(head := machine()))
    print("One thread on one core, float64, run only; medians of interleaved windows, lowest and highest in brackets\n")
    python, left_out = _peers(chosen.without, chosen.environments or folder())
    results, bad = [], 0
    for name in chosen.names or NETWORKS:
        network, rounds = NETWORKS[name], chosen.rounds
        if chosen.tiny:
            network, rounds = Comparison(network.network, 400, 0.1, network.sides, network.gates), 1
        try:
            found = compare(network, python, left_out, rounds)
            # Windows of a tenth of a second of 400 neurons, which fire in bursts, tell no rate: nobody may be silent.
            found.check(*([float("inf")] if chosen.tiny else []))
        except (CheckFailed, SideFailed) as problem:
            print(f"{'NOT VALID':<12}{name}: {problem}\n", flush=True)
            bad += 1
            continue
        results.append(found)
        rows = found.rows()
        lines = [*found.table(), *(line for row in rows for line in row.lines(not chosen.tiny))]
        print("\n".join(lines) + "\n", flush=True)
        bad += sum(row.verdict(not chosen.tiny) == "FAIL" for row in rows)
    load = f"load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    print(load)
    if chosen.json:
        chosen.json.write_text(json.dumps(_file([*head, load], results), indent=1) + "\n")
    print(f"{bad} failed" if bad else "tiny sizes: everything ran, no gate was judged" if chosen.tiny
          else "every gate passes")  # fmt: skip
    return int(bool(bad))


def _peers(without: list[str], place: Path) -> tuple[dict[str, Path], dict[str, str]]:
    """The interpreters of the peers, and the sides that cannot run, with the reason."""
    python: dict[str, Path] = {}
    reasons: dict[str, str] = {} if gcc_version() else {"C": MISSING}
    for peer in REQUIREMENTS:
        if peer in without:
            reasons[PEERS[peer]] = f"--without {peer}"
            continue
        try:
            python[peer] = python_of(peer, place)
        except NotInstalled as problem:
            print(problem, flush=True)
            reasons[PEERS[peer]] = str(problem).split("\n")[0]
    every = {side for network in NETWORKS.values() for side in network.sides}
    return python, {side: reasons[side.split()[0]] for side in sorted(every) if side.split()[0] in reasons}


def _file(machine: list[str], results: list[Result]) -> dict:
    return {"machine": machine, "networks": [result.as_json() for result in results]}


if __name__ == "__main__":
    sys.exit(main())
