"""What a lab does not promise: options by which its numbers are not those of the usual settings."""

from __future__ import annotations


def inexact(simulation) -> list[dict[str, str]]:
    """One entry for each option in force that changes digits: ``name`` for a badge, ``told`` in a sentence.

    Parameters
    ----------
    simulation : Simulation

    Returns
    -------
    list of dict
        Empty while every bit is that of the reference, the same on every back end and in every run.
    """
    found = []

    def add(name: str, told: str) -> None:
        found.append({"name": name, "told": told})

    if simulation.program.float_type != "float64":
        add(
            "float32",
            "Single precision: about 7 digits instead of 16. Where small differences grow, as in chaotic networks, the "
            "course is another one than in double precision. It is the same on every back end.",
        )
    if simulation.merged.sums:
        add(
            "merged synapses",
            "merge_synapses=True: synapses are summed per neuron before they are integrated, so sums are rounded in "
            "another order and last digits differ from those edge by edge.",
        )
    if simulation.sums == "any":
        add(
            "any order",
            "deterministic=False: on a GPU spikes are summed in whatever order they come, so last digits differ from "
            "run to run, and running again after a rewind need not give the same bits.",
        )
    elif simulation.plan.quanta:
        add(
            "quanta",
            "Spikes are summed in whole numbers of a smallest quantum: the same bits in every run, in other last "
            "digits than sums edge by edge (sums='fold').",
        )
    for notice in simulation.notices:
        if "not promised" in notice and "deterministic" not in notice:
            add("not promised", notice)
    return found
