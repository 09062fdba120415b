"""The first minute of somebody who has never seen the lab, from the launcher's card to a script that runs."""

import pytest

from tools.notebook_page import PANEL

pytestmark = pytest.mark.browser


# The kernel comes two seconds after the notebook: whoever is quick runs a cell before it is there.
SLOW_KERNEL = """(() => {
    const fetched = window.fetch;
    window.fetch = async (what, ...rest) => {
        const asked = what instanceof Request ? what : new Request(what, ...rest);
        if (asked.method === 'POST' && asked.url.includes('/api/sessions')) {
            await new Promise(done => setTimeout(done, 2000));
        }
        return fetched.call(window, what, ...rest);
    };
})()"""


class Newcomer:
    """Acts as a person does: with the mouse, the keyboard, and what can be seen."""

    def __init__(self, page):
        self.page = page

    def lab(self, expression: str):
        return self.page.evaluate(f"() => {{ const lab = Object.values(window.brainpyLabs)[0]; return {expression} }}")

    def wait(self, condition: str, timeout: float = 60_000) -> None:
        """Until a condition on `lab`, the only one of the page, holds."""
        self.page.wait_for_function(
            f"() => {{ const lab = Object.values(window.brainpyLabs || {{}})[0]; return lab && ({condition}) }}",
            timeout=timeout,
        )

    def cell(self, index: int):
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def shift_enter(self, index: int) -> None:
        self.cell(index).locator(".cm-content").click(position={"x": 5, "y": 5})
        self.page.keyboard.press("Shift+Enter")

    def output(self, index: int) -> str:
        return "\n".join(self.cell(index).locator(".jp-OutputArea-output").all_inner_texts())

    def drag(self, label: str, start: float, end: float) -> None:
        """Take the slider at a share of its length and let go at another."""
        slider = self.page.locator(f'.bpw-range[aria-label="{label}"]')
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + start * box["width"], middle)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + end * box["width"], middle, steps=8)
        self.page.mouse.up()


def test_a_newcomer_comes_from_the_card_to_a_script_that_runs(lab_server, browser):
    address, _ = lab_server
    page = browser.new_page(viewport={"width": 1360, "height": 1400})
    page.add_init_script(SLOW_KERNEL)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    person = Newcomer(page)
    try:
        # The card opens a notebook with a first model, run at once: kernel and magics may not be ready.
        page.goto(f"{address}/lab/workspaces/newcomer?token=lab-tests")
        page.click('.jp-LauncherCard:has-text("BrainPy Lab")', timeout=60_000)
        page.wait_for_selector(".jp-Notebook .bpl-derivative", timeout=60_000)
        person.shift_enter(1)
        person.wait("lab.counters.status === 'running' && lab.counters.t > 20", timeout=120_000)

        # A slider is dragged, and the simulation follows.
        person.drag("I", 0.65, 0.9)
        person.wait("lab.counters.values[0] > 1.2")

        # A click into the plane puts the neuron there.
        canvas = page.locator(".bpw-view-phase canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        page.click('.bpw-button[data-name="run"]')
        person.wait("lab.counters.status === 'paused'")
        before = person.lab("lab.last.header.views.find(view => view?.kind === 'phase').state")
        page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
        person.wait(f"lab.last.header.views.find(view => view?.kind === 'phase').state[0] !== {before[0]}")
        placed = person.lab("lab.last.header.views.find(view => view?.kind === 'phase')")
        (left, right), (low, high) = placed["x"], placed["y"]
        assert placed["state"][0] == pytest.approx(left + 0.25 * (right - left), abs=0.02 * (right - left))
        assert placed["state"][1] == pytest.approx(high - 0.25 * (high - low), abs=0.02 * (high - low))
        page.click('.bpw-button[data-name="run"]')
        t = person.lab("lab.counters.t")
        person.wait(f"lab.counters.t > {t} + 10")

        # Back in time, and on again.
        page.click('.bpw-button[data-name="back"]')
        person.wait(f"lab.counters.status === 'paused' && lab.counters.t < {t}")
        page.click('.bpw-button[data-name="run"]')
        person.wait("lab.counters.status === 'running'")
        page.click('.bpw-button[data-name="run"]')
        person.wait("lab.counters.status === 'paused'")

        # The script goes into a new cell below, and computes the same bits again.
        cells = page.locator(".jp-Notebook .jp-Cell").count()
        page.click('.bpw-button[data-name="script"]')
        page.wait_for_function(f"() => {PANEL}.content.widgets.length === {cells} + 1", timeout=30_000)
        person.shift_enter(2)
        page.wait_for_function(
            f"() => /^\\[\\d+\\]/.test({PANEL}.content.widgets[2].node.querySelector('.jp-InputPrompt').textContent)",
            timeout=120_000,
        )
        assert (
            page.evaluate(
                f"() => {PANEL}.content.widgets[2].model.outputs.toJSON().filter(one => one.output_type === 'error')"
            )
            == []
        )

        # A misspelt name is underlined where it stands, and the right one makes the lab live again.
        cell = person.cell(1).locator(".cm-content")
        cell.get_by_text("dv/dt").first.click()
        page.keyboard.press("End")
        page.keyboard.type("I")
        page.keyboard.press("Shift+Enter")
        page.wait_for_selector(".bpl-problem")
        assert page.locator(".bpl-problem").all_inner_texts() == ["II"]
        assert "did you mean 'I'" in person.output(1)
        cell.get_by_text("dv/dt").first.click()
        page.keyboard.press("End")
        page.keyboard.press("Backspace")
        assert page.locator(".bpl-problem").count() == 0
        page.keyboard.press("Shift+Enter")
        person.wait("lab.counters.status === 'running' && lab.counters.t > 5")
        assert errors == []
    finally:
        page.evaluate(f"async () => {{ const p = {PANEL}; if (p) await p.sessionContext.shutdown() }}")
        page.close()
