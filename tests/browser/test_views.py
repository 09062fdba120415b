"""Views are chosen, neurons are chosen, and one time is shown in all views, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

LOAD = "%load_ext brainpy_lab\nimport brainpy_lab as bp, numpy as np"
LIF = """%%brainpy neuron LIF --no-show
dV/dt = (-V + I) / tau
tau = 20 ms in [5, 40]
I = 0
init V = uniform(0, 1)
spike when V > 1
reset V = 0
"""
SHEET = """%%brainpy network sheet --dt 0.1 --seed 1
E = bp.NeuGroup(LIF, (20, 30))
E.pars['I'] = np.linspace(0.8, 2, 600)
FHN = bp.neuron('''
dv/dt = v - v**3/3 - w + I
dw/dt = (v + 0.7 - 0.8*w) / 12.5
I = 0.8
init v = uniform(-1, 1), w = 0
''', 'FHN')
F = bp.NeuGroup(FHN, 5)
sheet = bp.Network(E, F)
"""
CHOSEN = "lab.last.header.chosen"
PLANE = "(lab.last.header.views.find(view => view && view.kind === 'phase') || {})"


@pytest.fixture(scope="module")
def book(open_shared_notebook):
    opened = open_shared_notebook(LOAD, LIF, SHEET)
    for index in range(3):
        opened.run(index)
    opened.wait_for_frames(8, "sheet", timeout=90_000)
    return opened


def test_a_neuron_is_chosen_and_views_show_one_time(book):
    page = book.page
    page.locator(".bpw-view-raster .bpw-area").click(position={"x": 200, "y": 100})
    book.wait_for_lab(f"{CHOSEN}.startsWith('neuron ')", "sheet")
    neuron = int(book.lab(CHOSEN, "sheet").split()[1])
    assert page.locator(".bpw-view-trace").is_visible()
    rate = page.locator(".bpw-view-rate .bpw-area")
    rate.hover(position={"x": 60, "y": 40})
    assert page.locator(".bpw-view-rate .bpw-read-out").text_content().startswith("t = ")
    assert "of E" in page.locator(".bpw-view-raster .bpw-read-out").text_content()
    rate.focus()
    page.keyboard.press("ArrowUp")
    book.wait_for_lab(f"{CHOSEN} === 'neuron {neuron + 1} of E'", "sheet")
    page.keyboard.press("v")
    item = page.locator("[role=menuitemcheckbox]", has_text="heat map")
    assert item.get_attribute("aria-checked") == "false"
    item.click()
    book.wait_for_lab("lab.last.header.views.some(view => view && view.kind === 'image' && view.span)", "sheet")
    assert item.get_attribute("aria-checked") == "true" and page.locator(".bpw-view-heat").is_visible()
    assert book.console == []


def test_the_plane_of_a_group_follows_the_box_and_a_click_moves_that_neuron_alone(book):
    page = book.page
    book.lab("(lab.say({do: 'pause'}), lab.node.focus())", "sheet")
    book.wait_for_lab("lab.counters.status === 'paused'", "sheet")
    page.keyboard.press("v")
    page.locator("[role=menuitemcheckbox]", has_text="phase plane").click()
    book.wait_for_lab(f"{PLANE}.state", "sheet")
    head = page.locator(".bpw-view-phase .bpw-view-head").inner_text()
    assert all(name in head for name in ("w against v", "path", "dv/dt = 0", "dw/dt = 0"))
    box = page.get_by_label("Neuron of the phase plane, 0 to 4")
    places = []
    for k in (2, 3):
        box.fill(str(k))
        box.press("Enter")
        book.wait_for_lab(f"{PLANE}.element === {k}", "sheet")
        places.append(book.lab(f"{PLANE}.state", "sheet"))
    assert places[0] != places[1]

    canvas = page.locator(".bpw-view-phase canvas")
    canvas.scroll_into_view_if_needed()
    size = canvas.bounding_box()
    canvas.click(position={"x": size["width"] * 0.75, "y": size["height"] * 0.25})
    book.wait_for_lab(f"{PLANE}.state[0] !== {places[1][0]}", "sheet")
    (left, right), (low, high) = book.lab(f"[{PLANE}.x, {PLANE}.y]", "sheet")
    wanted = [left + 0.75 * (right - left), low + 0.75 * (high - low)]
    near = max(right - left, high - low) / 100  # the plane is some 300 pixels wide and high
    assert book.lab(f"{PLANE}.state", "sheet") == pytest.approx(wanted, abs=near)
    box.fill("2")
    box.press("Enter")
    book.wait_for_lab(f"{PLANE}.element === 2", "sheet")
    assert book.lab(f"{PLANE}.state", "sheet") == places[0]
    assert book.console == []
