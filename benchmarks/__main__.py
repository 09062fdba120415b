"""``python -m benchmarks``: the table. ``python -m benchmarks gamma neuron``: some of it."""
from __future__ import annotations

import argparse
import sys

from . import by_hand, merging, planes, populations, sizes, start_up, threads
from .report import CheckFailed, Row, machine

ROWS = {
    "libm": populations.libm,
    "many": populations.many,
    "gamma": by_hand.gamma,
    "neuron": by_hand.neuron,
    "start": start_up.start,
    "llvm": start_up.llvm,
    "lif": populations.integrate_and_fire,
    "merging": merging.merging,
    "threads": threads.threads,
    "sizes": sizes.sizes,
    "planes": planes.planes,
}


def main(arguments: list[str] | None = None) -> int:
    """Run the rows; the exit code is 1 when a gate or a check failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"rows, of {', '.join(ROWS)}; all when left out")
    parser.add_argument("--rounds", type=int, default=9, help="rounds in which both sides take turns (9)")
    parser.add_argument("--tiny", action="store_true", help="small sizes: does it work? Gates are not judged.")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in ROWS]
    if unknown:
        parser.error(f"there is no row {unknown[0]!r}; the rows are {', '.join(ROWS)}")
    if chosen.rounds < 1:
        parser.error("--rounds must be 1 or more")
    print("\n".join(machine()))
    print("One thread, float64, exact mode; medians of interleaved rounds, lowest and highest in brackets\n")
    bad = 0
    for name in chosen.names or ROWS:
        try:
            found = ROWS[name](chosen.tiny, chosen.rounds)
        except CheckFailed as problem:
            print(f"{'NOT VALID':<12}{name}: {problem}\n", flush=True)
            bad += 1
            continue
        for row in [found] if isinstance(found, Row) else found:
            print("\n".join(row.lines(not chosen.tiny)) + "\n", flush=True)
            bad += row.verdict(not chosen.tiny) == "FAIL"
    print(f"{bad} failed" if bad else "tiny sizes: everything ran, no gate was judged" if chosen.tiny
          else f"every gate of {', '.join(chosen.names or ROWS)} passes")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
