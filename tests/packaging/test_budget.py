"""The table of test folders in CONTRIBUTING.md holds every folder and stays within what a visitor will wait for."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def test_every_test_folder_has_a_row(budget):
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")}
    assert folders - set(budget) == set()


def test_two_processors_need_less_than_25_minutes_with_setting_up(budget):
    alone, setting_up = budget["browser"], 3.0  # the browser by itself, after all others
    assert 0 < alone and setting_up + alone + (sum(budget.values()) - alone) / 2 < 25
