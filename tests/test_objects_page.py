"""The page on models as classes: every Python block runs, in order, in one process."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "objects.md"


def test_every_block_of_the_page_runs(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    assert len(blocks) >= 6
    namespace = {"__name__": "objects_page"}
    for number, block in enumerate(blocks):
        file = tmp_path / f"block_{number}.py"
        file.write_text(block)
        exec(compile(block, str(file), "exec"), namespace)
