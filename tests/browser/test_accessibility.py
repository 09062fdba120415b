"""Everything in a lab is reached with the Tab key, says what it is, and shows that it has the focus."""

import pytest

pytestmark = pytest.mark.browser

LOAD = "%load_ext brainpy_lab\nimport brainpy_lab as bp, numpy as np"
FHN = """%%brainpy neuron FHN --dt 0.05 --paused
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 ms in [5, 30]
init v = -1, w = 1
spike when v > 1
"""
SHEET = """%%brainpy network sheet --dt 0.1 --seed 1 --together --paused
LIF = bp.neuron('dV/dt = (-V + I) / tau; tau = 20 ms in [5, 40]; I = 0; spike when V > 1; reset V = 0', 'LIF')
E = bp.NeuGroup(LIF, (6, 10))
E.pars['I'] = np.linspace(0.8, 2, 60)
drive = 0.1 in [0, 1]
sheet = bp.Network(E)
inputs = [(E, 'ST.V', drive)]
"""
SYNAPSE = """%%brainpy synapse AMPA --dt 0.1 --paused
ds/dt = -s/tau
tau = 5 ms in [1, 20]
g = 0.01 uS in [0, 0.1]
on spike: s += 1
post.input += g*s*(0 - post.V)
"""
LABS = ["FHN", "sheet", "AMPA"]
# What can be acted on, by the roles of HTML; menus hold their commands for the arrow keys.
ACTS = "button, input, select, textarea, summary, a[href], [tabindex='0']"
LAB = "Object.values(window.brainpyLabs).find(one => one.node.dataset.lab.startsWith(name + '-')).node"
READ = f"""name => {{
    const now = document.activeElement;
    if (!{LAB}.contains(now)) return null;
    const style = getComputedStyle(now), box = now.getBoundingClientRect();
    now.dataset.met = 'yes';
    return {{kind: now.className || now.tagName, inView: box.bottom > 0 && box.top < innerHeight,
            ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1}};
}}"""
REACHABLE = f"""([name, acts]) => [...{LAB}.querySelectorAll(acts)]
    .filter(one => one.checkVisibility({{checkVisibilityCSS: true}}) && one.tabIndex >= 0 && !one.disabled)
    .map(one => [one.outerHTML.slice(0, 200), one.dataset.met === 'yes'])"""
ROLES = {
    *("button", "slider", "spinbutton", "textbox", "combobox", "checkbox", "radio", "link"),
    *("DisclosureTriangle", "application", "img", "group", "listitem"),
}


@pytest.fixture(scope="module")
def book(open_shared_notebook):
    opened = open_shared_notebook(LOAD, FHN, SHEET, SYNAPSE, size=(1500, 1200))
    for index in range(4):
        opened.run(index)
    for name in LABS:
        opened.wait_for_lab("true", name)
        opened.lab("lab.node.scrollIntoView()", name)  # a lab that is out of sight gets no frames
        opened.wait_for_frames(1, name)
    return opened


def walk(book, name: str) -> list[dict]:
    """Press Tab from the lab until the focus leaves it; what had it."""
    book.lab("lab.node.scrollIntoView()", name)  # a lab that is out of sight gets no frames
    book.lab("lab.node.querySelectorAll('details').forEach(one => { one.open = true })", name)
    book.lab("lab.spec.views.forEach((view, k) => view.name && lab.say({do: 'view show', view: k, shown: true}))", name)
    book.wait_for_lab("lab.last.header.views.every((part, k) => part || !lab.spec.views[k].name)", name)
    book.lab("(lab.node.scrollIntoView(), lab.node.focus())", name)
    if name == "FHN":  # the diagram is computed beside the run, and what it lists can have the focus
        book.page.wait_for_function(
            f"name => {LAB}.querySelectorAll('.bpw-view-bifurcation .bpw-place').length", arg=name
        )
    met = []
    for _ in range(150):
        book.page.keyboard.press("Tab")
        here = book.page.evaluate(READ, name)
        if here is None:
            return met
        met.append(here)
    raise AssertionError("the focus never left the lab")


@pytest.mark.parametrize("name", LABS)
def test_tab_reaches_everything_and_shows_where_it_is(book, name):
    met = walk(book, name)
    reachable = book.page.evaluate(REACHABLE, [name, ACTS])
    assert len(reachable) > 12
    assert [text for text, reached in reachable if not reached] == []
    assert {one["kind"] for one in met if not one["ring"]} == set()
    assert {one["kind"] for one in met if not one["inView"]} == set()


@pytest.mark.parametrize("name", LABS)
def test_everything_has_a_role_and_a_name(book, name):
    client = book.page.context.new_cdp_session(book.page)
    client.send("Accessibility.enable")
    found = client.send("Runtime.evaluate", {"expression": LAB.replace("name", f"'{name}'")})
    tree = client.send("Accessibility.queryAXTree", {"objectId": found["result"]["objectId"]})["nodes"]
    client.detach()
    controls = []
    for node in tree:
        can = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        if not node["ignored"] and can.get("focusable") and node["role"]["value"] not in ("region", "option"):
            controls.append((node["role"]["value"], node.get("name", {}).get("value", "").strip()))
    assert len(controls) > 12
    assert [one for one in controls if not one[1]] == []
    assert {role for role, _ in controls} <= ROLES
