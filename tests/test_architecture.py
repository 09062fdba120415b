"""The walk through the pipeline in docs/architecture.md is true."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"


def test_every_block_of_the_architecture_page_runs_in_order():
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    assert len(blocks) >= 6
    namespace = {"__name__": "architecture"}
    for block in blocks:
        line = PAGE.read_text()[: PAGE.read_text().index(block)].count("\n")
        exec(compile("\n" * line + block, str(PAGE), "exec"), namespace)
