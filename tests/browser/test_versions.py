"""What a person reads when page and kernel do not belong together."""

from __future__ import annotations

import pytest

import brainpy_lab as bp

pytestmark = pytest.mark.browser

CELL = """%%brainpy neuron Leak --paused
dv/dt = (I - v) / tau
I = 2 in [0, 5]
tau = 10 ms
"""
OTHER = "import brainpy_lab.lab.lab as module; module.__version__ = '9.9.9'"
# A kernel of other sources may call the parts of a frame by other names.
STRANGE = """(lab.receive({header: {...lab.last.header, views: lab.last.header.views.map(part =>
    part && {...part, buffers: undefined})}, buffers: [], arrived: 0}), true)"""


def test_other_versions_and_frames_that_make_no_sense_are_told_with_what_to_do(open_notebook):
    book = open_notebook("%load_ext brainpy_lab", CELL, CELL.replace("Leak", "Other"))
    book.run(0)
    book.run(1)
    book.wait_for_frames(1)
    picture = book.page.locator("figure[data-brainpy-lab-picture^='Leak']")
    assert not picture.is_visible()
    book.lab(STRANGE)
    told = book.page.get_by_role("alert").filter(has_text="The lab Leak cannot be shown any longer")
    told.wait_for()
    text = told.inner_text()
    version = bp.__version__
    assert "TypeError" in text and f"the kernel has brainpy_lab {version}, this page has {version}." in text
    assert "npm run build" in text and "bp.labs['Leak']" in text
    assert picture.is_visible()  # what is saved comes back in the place of the live lab
    assert book.kernel("import brainpy_lab as bp; print(bp.labs['Leak'].values)") == "{'I': 2.0, 'tau': 10.0}"

    book.kernel(OTHER)
    book.run(2)
    told = book.page.get_by_role("alert").filter(has_text="This lab cannot be shown live")
    told.wait_for()
    assert f"the kernel has brainpy_lab 9.9.9, this page has {version}. Restart the kernel" in told.inner_text()
    assert len([line for line in book.console if "pageerror" in line]) == 1  # that of the strange frame, for developers
