"""The table of test folders in CONTRIBUTING.md holds every folder and stays within what a visitor will wait for."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def test_every_test_folder_has_a_row(budget):
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")}
    assert folders - set(budget) == set()


def test_the_budget_adds_up_to_twenty_eight_minutes_at_most(budget):
    assert 0 < sum(budget.values()) <= 28
