"""What the README shows works."""

import re
from pathlib import Path

from brainpy_lab.frontends.equations import read_neuron

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_script_of_the_readme_runs_and_its_network_fires(capsys):
    (script,) = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.M | re.S)
    exec(compile(script, str(README), "exec"), {"__name__": "readme"})
    shape, spikes = re.search(r"\((\d+, \d+)\) (\d+) spikes", capsys.readouterr().out).groups()
    assert shape == "6000, 20"
    assert int(spikes) > 0


def test_the_cell_of_the_readme_is_a_neuron():
    cell = re.search(r"%%brainpy neuron FHN\n((?:    .*\n)+)", README.read_text()).group(1)
    assert [state.name for state in read_neuron(cell, "FHN").states] == ["v", "w", "input", "spike"]


def test_every_picture_and_page_that_the_readme_names_exists():
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text()):
        assert (README.parent / target).exists(), target
