"""The benchmark of a card, as far as it can be tried without one: its tables, and the page that it writes."""

import re

import pytest

from benchmarks import gpu

PAGE = f"""# Before
{gpu.BEGIN}
| stale | table |
|---|---|
{gpu.END}
Behind.
"""


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """What takes minutes is told instead; the page is a small one."""
    page = tmp_path / "gpu.md"
    page.write_text(PAGE, "utf-8")
    monkeypatch.setattr(gpu, "PAGE", page)
    monkeypatch.setattr(gpu, "MANY", 2000)
    monkeypatch.setattr(gpu, "equal_bits", lambda backend: [("16 neurons", "equal"), ("COBA", "E.V, monitor 0")])
    monkeypatch.setattr(gpu, "slider", lambda backend, n: (5.81, 6.29))

    def per_step(simulation):
        simulation.begin(0.0, None, gpu.WATCHED)
        simulation.advance(20)
        return 41.26

    monkeypatch.setattr(gpu, "per_step", per_step)
    return page


def tables_of(text):
    """Lists of rows, each a list of cells."""
    found = re.findall(r"(?:^\|.*\|\n)+", text, re.M)
    return [[row.strip("|").split("|") for row in one.strip().split("\n")] for one in found]


def test_the_tables_are_whole_and_stand_between_the_marks(quick):
    assert gpu.main(["--backend", "reference", "--sizes", "100,200", "--write"]) == 0
    page = quick.read_text("utf-8")
    assert page.startswith(f"# Before\n{gpu.BEGIN}\n\n") and page.endswith(f"\n{gpu.END}\nBehind.\n")
    assert "stale" not in page and re.search(r"^\d{4}-\d\d-\d\d: reference, .*NumPy \S+\.$", page, re.M)
    bits, coba, neurons = tables_of(page)
    for one in (bits, coba, neurons):
        assert len({len(row) for row in one}) == 1 and set(one[1]) == {"---"}
    assert [[cell.strip() for cell in row] for row in bits[2:]] == [["16 neurons", "equal"], ["COBA", "E.V, monitor 0"]]
    sums = [tuple(cell.strip() for cell in row[:3]) for row in coba[2:]]
    rules = [("float32", "quanta"), ("float32", "any"), ("float32", "fold"), ("float64", "quanta")]
    assert sums == [(size, *rule) for size in ("100", "200") for rule in rules]
    assert all(row[3] == " 41.3 " and row[5] == " 0.413 " and float(row[6]) >= 0.0 for row in coba[2:])
    assert neurons[2] == [" 2,000, float64 ", " 41.3 ", " 20.63 "]  # 41.26 us of 2,000 neurons
    assert neurons[4][1] == " 6.3 (not moved: 5.8) "


def test_writing_again_changes_nothing_else():
    once = gpu.put_between(PAGE, "one\n")
    assert gpu.put_between(once, "two\n") == once.replace("one", "two")


@pytest.mark.parametrize("page", ["no marks", gpu.BEGIN, f"{gpu.END}{gpu.BEGIN}", PAGE + gpu.END])
def test_a_page_without_its_marks_is_told_before_anything_is_measured(page, quick, monkeypatch):
    quick.write_text(page, "utf-8")
    monkeypatch.setattr(gpu, "tables", lambda *_: pytest.fail("it was measured"))
    with pytest.raises(ValueError, match="measured: begin.*measured: end.*each once"):
        gpu.main(["--write"])
    assert quick.read_text("utf-8") == page
