"""The page on running on a GPU: every Python block runs, in order, in one process, with a card or without."""

import re
from pathlib import Path

import pytest

from benchmarks.gpu import BEGIN, END

PAGE = Path(__file__).resolve().parent.parent / "docs" / "gpu.md"


@pytest.mark.filterwarnings("ignore:device 'auto' is")
def test_every_block_of_the_page_runs(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert len(blocks) >= 2
    namespace = {"__name__": "gpu_page"}
    for number, block in enumerate(blocks):
        file = tmp_path / f"block_{number}.py"
        file.write_text(block)
        exec(compile(block, str(file), "exec"), namespace)
    assert namespace["group"].mon.spike.any()


def test_the_benchmark_finds_its_place_on_the_page():
    text = PAGE.read_text("utf-8")
    assert text.count(BEGIN) == text.count(END) == 1 and text.index(BEGIN) < text.index(END)
