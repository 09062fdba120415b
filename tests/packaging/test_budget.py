"""The table of test folders in CONTRIBUTING.md holds every folder and stays within what a visitor will wait for."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def test_every_test_folder_has_a_row(budget):
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")}
    assert folders - set(budget) == set()


def test_two_processors_need_eighteen_minutes_at_most(budget):
    alone = budget["browser"]  # by itself, after all others
    assert 0 < alone + (sum(budget.values()) - alone) / 2 <= 18
