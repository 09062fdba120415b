"""The JupyterLab plug-in in a page: colours, mistakes, the side panel, settings, commands, and a first notebook."""

import json

import nbformat
import pytest

from tools.notebook_page import PANEL

pytestmark = pytest.mark.browser
LOAD = "%load_ext brainpy_lab"
FHN = """%%brainpy neuron FHN --dt 0.05
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 in [5, 30]
init v = -1, w = 1
spike when v > 1
"""


@pytest.fixture(scope="module")
def page(lab_server, browser):
    """A page of JupyterLab whose application is `window.jupyterapp`."""
    address, folder = lab_server
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"{address}/lab?token=lab-tests")
    page.wait_for_selector(".jp-Launcher", timeout=60_000)
    page.folder, page.before = folder, set(folder.glob("Untitled*.ipynb"))
    yield page
    page.close()


@pytest.fixture(scope="module")
def notebook(page):
    """The notebook that the launcher's card opens; its first cells have been drawn."""
    page.click('.jp-LauncherCard:has-text("BrainPy Lab")')
    page.wait_for_selector(".jp-Notebook .bpl-derivative", timeout=60_000)
    return page


def coloured(page, cell: int) -> list[str]:
    """`text:kind` of every coloured piece in a cell, from left to right."""
    return page.evaluate(
        """cell => [...document.querySelectorAll('.jp-Notebook .jp-Cell')[cell]
            .querySelectorAll('.cm-line [class^=bpl-]')]
            .map(piece => piece.textContent + ':' + piece.className.replace('bpl-', ''))""",
        cell,
    )


def test_the_command_is_in_the_palette_list(page):
    label = page.evaluate("() => window.jupyterapp.commands.label('brainpy-lab:new-notebook')")
    assert label == "New BrainPy Lab notebook"


def test_the_card_opens_a_notebook_with_a_model(notebook):
    saved = [json.loads(path.read_text()) for path in set(notebook.folder.glob("Untitled*.ipynb")) - notebook.before]
    assert len(saved) == 1
    sources = ["".join(cell["source"]) for cell in saved[0]["cells"]]
    assert sources[0] == "%load_ext brainpy_lab\nimport brainpy_lab as bp"
    assert sources[1].startswith("%%brainpy neuron FHN\ndv/dt = ")
    assert saved[0]["metadata"]["kernelspec"]["language"] == "python"


def test_no_question_about_a_kernel_is_asked(notebook):
    assert notebook.query_selector_all(".jp-Dialog") == []


def test_the_model_is_coloured(notebook):
    pieces = coloured(notebook, 1)
    expected = {"%%brainpy neuron:magic", "dv/dt:derivative", "dw/dt:derivative", "input:keyword", "in:keyword"}
    assert expected <= set(pieces)
    assert {"init:keyword", "spike:keyword", "when:keyword", "12.5:number"} <= set(pieces)


def test_a_cell_without_the_magic_is_left_alone(notebook):
    assert coloured(notebook, 0) == []


def test_colours_come_and_go_with_the_magic(notebook):
    write = """text => {
        const shell = window.jupyterapp.shell;
        shell.currentWidget.content.widgets[0].model.sharedModel.setSource(text);
    }"""
    notebook.evaluate(write, "%%brainpy neuron A\nV' = -V / (10 ms)")
    notebook.wait_for_function("document.querySelectorAll('.jp-Cell')[0].querySelector('.bpl-unit') !== null")
    assert "V':derivative" in coloured(notebook, 0)
    notebook.evaluate(write, "V = 10")
    none = "document.querySelectorAll('.jp-Cell')[0].querySelector('.cm-line [class^=bpl-]') === null"
    notebook.wait_for_function(none)


def test_the_new_menu_offers_the_notebook(page):
    page.click(".lm-MenuBar-item:has-text('File')")
    page.hover('.lm-Menu-item[data-type="submenu"]:has-text("New")')
    item = page.locator('.lm-Menu-item[data-command="brainpy-lab:new-notebook"]')
    item.wait_for()
    assert item.inner_text().strip() == "New BrainPy Lab notebook"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


# ---- one notebook with a running lab, for all that follows


@pytest.fixture(scope="module")
def lab(open_shared_notebook):
    """The FitzHugh-Nagumo lab in cell 1, and an empty cell 2 for mistakes."""
    opened = open_shared_notebook(LOAD, FHN, "", size=(1400, 1000))
    opened.run(0)
    opened.run(1)
    opened.wait_for_frames(3)
    return opened


def marked(lab) -> list[str]:
    return lab.page.evaluate(
        f"() => [...{PANEL}.content.widgets[2].node.querySelectorAll('.bpl-problem')].map(node => node.textContent)"
    )


def fail(lab, text: str) -> None:
    lab.edit(2, text)
    lab.run(2)
    lab.page.wait_for_function(f"() => {PANEL}.content.widgets[2].node.querySelector('[aria-invalid]')")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (FHN.replace("- w + I", "- ww + I"), ["ww"]),
        ("\n\n" + FHN.replace("/ tau", "/ taw"), ["taw"]),
        ("%%brainpy neuron A\nα = 1; β = γγ\ndv/dt = -v*β - zz", ["γγ", "zz"]),
        ("%%brainpy neuron A\nx = 1 # 😀\ndv/dt = (x", ["("]),
        ("%%brainpy neuron A\ndv/dt = 2v", ["2v"]),
        ("%%brainpy network net\nx = '😀'\nif x:\n    y = x, 1 / 0", ["1 / 0"]),
        ("%%brainpy network net\nx = (1", ["("]),
        ("%%brainpy network net\nI = 3 in [0, 1]", ["3"]),
    ],
)
def test_the_wrong_words_are_underlined(lab, text, pieces):
    fail(lab, text)
    assert marked(lab) == pieces


def test_the_message_is_read_and_shown(lab):
    fail(lab, FHN.replace("- w + I", "- ww + I"))
    described = lab.page.evaluate(
        f"""() => {{ const editor = {PANEL}.content.widgets[2].node.querySelector('.cm-content');
            const told = document.getElementById(editor.getAttribute('aria-describedby'));
            return [editor.getAttribute('aria-invalid'), told.getAttribute('role'), told.textContent] }}"""
    )
    assert described == ["true", "status", "Line 2, column 22: 'ww' is not defined; did you mean 'w'?"]
    lab.page.locator(".jp-Cell").nth(2).locator(".cm-content").click()
    lab.page.keyboard.press("F8")
    lab.page.wait_for_selector(".bpl-tip")
    assert lab.page.locator(".bpl-tip").inner_text() == "'ww' is not defined; did you mean 'w'?"
    lab.page.keyboard.press("ArrowUp")
    lab.page.wait_for_selector(".bpl-tip", state="detached")
    lab.page.hover(".bpl-problem")
    lab.page.wait_for_selector(".bpl-tip")


def test_an_edit_there_takes_the_mark_away_and_one_elsewhere_leaves_it(lab):
    fail(lab, FHN.replace("- w + I", "- ww + I").replace("b*w", "b*www"))
    assert marked(lab) == ["ww", "www"]
    insert = f"at => {PANEL}.content.widgets[2].editor.editor.dispatch({{changes: {{from: at, insert: 'a'}}}})"
    lab.page.evaluate(insert, len("%%brainpy neuron "))
    assert marked(lab) == ["ww", "www"]
    text = lab.page.evaluate(f"() => {PANEL}.content.widgets[2].model.sharedModel.getSource()")
    lab.page.evaluate(insert, text.index("ww") + 1)
    assert marked(lab) == ["www"]


def test_a_run_that_works_takes_all_marks_away(lab):
    fail(lab, FHN.replace("- w + I", "- ww + I").replace("FHN", "Other --no-show"))
    lab.edit(2, FHN.replace("FHN", "Other --no-show"))
    lab.run(2)
    assert marked(lab) == []
    assert lab.page.evaluate(f"() => {PANEL}.content.widgets[2].node.querySelector('[aria-invalid]')") is None


def test_commands_act_on_the_lab(lab):
    enabled = "names => names.map(name => window.jupyterapp.commands.isEnabled('brainpy-lab:' + name))"
    assert lab.page.evaluate(enabled, ["toggle", "step", "back", "reset"]) == [True] * 4
    execute = "name => window.jupyterapp.commands.execute('brainpy-lab:' + name)"
    if lab.lab("lab.counters.status") == "running":
        lab.page.evaluate(execute, "toggle")
    lab.wait_for_lab("lab.counters.status === 'paused'")
    lab.page.evaluate(execute, "reset")
    lab.wait_for_lab("lab.counters.t === 0")
    lab.page.evaluate(execute, "step")
    lab.wait_for_lab("lab.counters.t > 0")
    lab.page.evaluate(execute, "toggle")
    lab.wait_for_lab("lab.counters.status === 'running'")


def test_a_lab_can_ask_for_a_cell_below_its_own(lab):
    done = lab.lab(
        "!lab.node.dispatchEvent(new CustomEvent('brainpy-lab:insert-cell',"
        " {bubbles: true, cancelable: true, detail: {text: 'print(6 * 7)', lab: lab.spec.id}}))"
    )
    sources = f"() => {PANEL}.content.widgets.map(cell => cell.model.sharedModel.getSource())"
    assert done
    assert lab.page.evaluate(sources)[2] == "print(6 * 7)"
    assert lab.page.evaluate(f"() => {PANEL}.content.activeCellIndex") == 2
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:delete-cell')")


def change_settings(lab, **values) -> None:
    """Through the registry, where the settings editor writes."""
    lab.page.evaluate(
        """async values => {
            const app = window.jupyterapp;
            const tokens = [...app.pluginRegistry._services.keys()];
            const token = tokens.find(one => one.name.endsWith('ISettingRegistry'));
            const registry = await app.resolveRequiredService(token);
            for (const [name, value] of Object.entries(values)) await registry.set('brainpy-lab:plugin', name, value);
        }""",
        values,
    )


def test_an_open_lab_follows_the_settings(lab):
    lab.wait_for_lab("lab.counters.drawn > 0")
    light = lab.lab("getComputedStyle(lab.node).backgroundColor")
    series = lab.lab("getComputedStyle(lab.node).getPropertyValue('--bpw-series-0')")
    change_settings(lab, theme="dark", fps=7, palette="contrast")
    lab.wait_for_lab("lab.node.closest('.bpw-root').dataset.theme === 'dark'")
    assert light == "rgb(255, 255, 255)"
    assert lab.lab("getComputedStyle(lab.node).backgroundColor") == "rgb(0, 0, 0)"
    assert lab.lab("getComputedStyle(lab.node).getPropertyValue('--bpw-series-0')") != series
    fps = "import time, brainpy_lab as bp\nsender, end = bp.labs['FHN'].sender, time.time() + 5\n"
    fps += "while sender.fps != 7 and time.time() < end: time.sleep(0.01)\nprint(sender.fps)"
    assert lab.kernel(fps) == "7.0"
    lab.run(1)  # a lab that comes later follows too
    lab.wait_for_lab("lab.counters.drawn > 0 && lab.node.closest('.bpw-root').dataset.theme === 'dark'")
    assert lab.kernel(fps) == "7.0"
    change_settings(lab, theme="follow", fps=30, palette="standard")
    lab.wait_for_lab("getComputedStyle(lab.node).backgroundColor === 'rgb(255, 255, 255)'")


def test_the_size_for_a_projector_is_one_thing_in_settings_and_keys(lab):
    large = "lab.node.classList.contains('bpw-projector')"
    height = "lab.node.querySelector('.bpw-button-main').getBoundingClientRect().height"
    usual = lab.lab(height)
    change_settings(lab, projector=True)
    lab.wait_for_lab(large)
    assert lab.lab(height) == pytest.approx(1.5 * usual, rel=0.02)
    lab.lab("lab.node.focus()")
    lab.page.keyboard.press("p")  # this lab alone
    lab.wait_for_lab(f"!{large}")
    change_settings(lab, fps=29)  # another setting leaves it alone
    lab.wait_for_lab(f"!{large}")
    lab.page.keyboard.press("p")
    lab.wait_for_lab(large)
    change_settings(lab, projector=False, fps=30)
    lab.wait_for_lab(f"!{large} && Math.abs({height} - {usual}) < 1")


def test_themes_and_systems_of_high_contrast_choose_its_palette(lab):
    palette = "lab.node.closest('.bpw-root').dataset.palette"

    def wear(theme):
        lab.page.evaluate(f"() => window.jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})")

    assert lab.lab(palette) == "standard"
    wear("JupyterLab Dark High Contrast")
    lab.wait_for_lab(f"{palette} === 'contrast'")
    wear("JupyterLab Light")
    lab.wait_for_lab(f"{palette} === 'standard'")
    lab.page.emulate_media(contrast="more")
    lab.wait_for_lab(f"{palette} === 'contrast'")
    lab.page.emulate_media(contrast="no-preference")
    lab.wait_for_lab(f"{palette} === 'standard'")


# ---- the side panel


@pytest.fixture(scope="module")
def panel(lab):
    lab.page.evaluate("() => window.jupyterapp.shell.activateById('brainpy-lab-panel')")
    lab.page.wait_for_selector(".bpl-lab")
    return lab.page.locator(".bpl-panel")


def test_the_panel_lists_the_lab_and_pauses_it(lab, panel):
    row = panel.locator(".bpl-lab")
    assert row.count() == 1
    assert row.locator(".bpl-name").inner_text() == "FHN"
    assert lab.path.name in row.inner_text()
    lab.lab("lab.node.scrollIntoView()")
    if lab.lab("lab.counters.status") == "paused":  # nobody may have looked for a while
        row.get_by_role("button", name="Run FHN").click()
    lab.wait_for_lab("lab.counters.status === 'running'")
    row.get_by_role("button", name="Pause FHN").click()
    lab.wait_for_lab("lab.counters.status === 'paused'")
    row.get_by_role("button", name="Run FHN").click()
    lab.wait_for_lab("lab.counters.status === 'running'")


def test_a_lost_state_is_told_in_a_few_words_where_there_is_no_room_for_more(lab, panel):
    lab.edit(2, "%%brainpy neuron Bang --dt 0.1\ndv/dt = v**2 + I\ninput I = 1 in [0, 2]\ninit v = 1")
    lab.run(2)
    lab.wait_for_lab("true", "Bang")
    lab.lab("lab.node.scrollIntoView()", "Bang")
    lab.wait_for_lab("lab.counters.status === 'paused' && !lab.node.querySelector('.bpw-why').hidden", "Bang")
    badge, tip, why, spoken = lab.lab(
        """['.bpw-badge', '.bpw-why', '.bpw-status > .bpw-spoken'].map(one => lab.node.querySelector(one))
            .flatMap(node => node.title ? [node.textContent, node.title] : [node.textContent])""",
        "Bang",
    )
    assert badge in ("paused: v became infinite", "paused: v became nan")
    assert tip == why == spoken.removeprefix("Bang ") and why.endswith("may help (--dt in the first line of a cell)")
    row = panel.locator(".bpl-lab", has=lab.page.get_by_role("button", name="Stop Bang"))
    row.locator(".bpl-state", has_text=badge).wait_for()
    assert row.locator(".bpl-state").get_attribute("title") == row.locator(".bpl-spoken").text_content() == why
    assert row.bounding_box()["height"] < 80
    row.get_by_role("button", name="Stop Bang").click()
    row.wait_for(state="detached")
    lab.edit(2, "")
    lab.run(2)


def test_the_panel_goes_to_the_cell(lab, panel):
    lab.page.evaluate(f"() => {{ {PANEL}.content.activeCellIndex = 0 }}")
    panel.get_by_role("button", name="FHN", exact=True).click()
    lab.page.wait_for_function(f"() => {PANEL}.content.activeCellIndex === 1")


def test_the_panel_knows_labs_that_no_page_shows_and_stops_them(lab, panel):
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    panel.get_by_text("(not in view)").wait_for()
    panel.get_by_role("button", name="Stop FHN").click()
    panel.get_by_text("No lab is live").wait_for()
    assert lab.kernel("import brainpy_lab as bp; print(dict(bp.labs))") == "{}"


def test_the_panel_opens_a_copy_of_a_course_notebook(lab, panel):
    panel.get_by_role("button", name="The first minute").click()
    lab.page.wait_for_selector(".jp-Notebook h1:has-text('The first minute')", timeout=20_000)
    copy = nbformat.read(lab.path.with_name("01-first-minute.ipynb"), 4)
    assert copy.cells[0].source.startswith("# The first minute")
    panel.get_by_role("button", name="The first minute").click()
    lab.page.click(".jp-Dialog button:has-text('Fresh copy')")
    lab.page.wait_for_function("() => decodeURI(location.href).includes('01-first-minute-2')")
    assert lab.path.with_name("01-first-minute-2.ipynb").exists()
