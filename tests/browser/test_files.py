"""Script, downloads and recordings in the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser.test_live_lab import FHN, LOAD, keep_screenshot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fhn(open_shared_notebook):
    """A lab that has run for a while with a moved slider, and is paused."""
    notebook = open_shared_notebook(LOAD, FHN)
    notebook.run(0)
    notebook.run(1)
    notebook.wait_for_lab("lab.counters.t > 5")
    notebook.kernel("import brainpy_lab as bp")
    notebook.kernel("lab = bp.labs['FHN']; lab.set('I', 1.1); lab.pause(); lab.wait(); lab.step(40); lab.wait()")
    notebook.wait_for_lab("lab.counters.status === 'paused'")
    return notebook


def open_more(notebook) -> None:
    notebook.page.get_by_role("button", name="More commands").click()


def download(notebook, command: str):
    open_more(notebook)
    with notebook.page.expect_download(timeout=60_000) as caught:
        notebook.page.get_by_role("menuitem", name=command).click()
    return caught.value


def test_the_script_goes_into_a_cell_that_passes_its_own_assertion(fhn):
    fhn.lab("lab.node.focus()")
    fhn.page.keyboard.press("s")
    fhn.page.wait_for_function("() => document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === 3")
    assert not fhn.lab("lab.node.querySelector('dialog').open")
    fhn.run(2)
    assert "FHN: every bit is as in the lab." in fhn.output(2)
    assert fhn.console == []


def test_without_the_plug_in_the_script_can_be_copied(fhn):
    fhn.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fhn.lab("lab.node.addEventListener('brainpy-lab:insert-cell', event => event.stopPropagation())")
    button = fhn.page.get_by_role("button", name="Script", exact=True)
    button.click()
    dialog = fhn.page.get_by_role("dialog", name="Script of FHN")
    dialog.wait_for()
    text = dialog.get_by_role("textbox").input_value()
    assert "lab_replay = bp.Replay('FHN'" in text and "I = 1.1" in text
    keep_screenshot(fhn, "script-dialog")
    seen = set()
    for _ in range(8):  # the focus stays inside
        fhn.page.keyboard.press("Tab")
        seen.add(
            fhn.page.evaluate("document.activeElement.closest('dialog') ? 'inside' : document.activeElement.tagName")
        )
    assert "inside" in seen and seen <= {"inside", "BODY"}  # BODY is the browser's own bar
    dialog.get_by_role("button", name="Copy").click()
    dialog.get_by_role("button", name="Copied").wait_for()
    assert fhn.page.evaluate("navigator.clipboard.readText()") == text
    fhn.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert button.evaluate("node => node === document.activeElement")


def test_what_is_saved_from_the_menu_opens_with_the_same_bits(fhn, tmp_path):
    open_more(fhn)
    keep_screenshot(fhn, "more-menu")
    fhn.page.keyboard.press("Escape")
    saved = download(fhn, "Save lab")
    assert saved.suggested_filename == "FHN.lab.json"
    path = tmp_path / "FHN.lab.json"
    saved.save_as(path)
    assert json.loads(path.read_text())["log"]
    said = fhn.kernel(
        f"a = bp.labs['FHN'].session.state()['FHN']['v']; b = bp.open_lab({str(path)!r}); b.wait();"
        "print(a.tobytes() == b.session.state()['FHN']['v'].tobytes())"
    )
    assert said == "True"
    fhn.edit(2, f"bp.open_lab({str(path)!r})")
    fhn.run(2)
    fhn.page.wait_for_function(
        """() => { const node = document.querySelectorAll('.jp-Notebook .jp-CodeCell')[2].querySelector('.bpw-lab');
                   const lab = node && window.brainpyLabs[node.dataset.lab];
                   return lab && lab.counters.drawn > 0 && lab.counters.values[0] === 1.1; }"""
    )
    keep_screenshot(fhn, "opened-lab")
    fhn.edit(2, "")  # and no second lab of this name stays in the notebook
    fhn.run(2)


def test_pictures_and_numbers_are_downloads(browser, fhn, tmp_path):
    fhn.run(1)
    fhn.wait_for_lab("lab.counters.t > 2")
    fhn.kernel("bp.labs['FHN'].pause(); bp.labs['FHN'].wait()")
    for command, name, begins in (
        ("Picture (PNG)", "FHN.png", b"\x89PNG"),
        ("Picture (SVG)", "FHN.svg", b"<svg"),
        ("Numbers (CSV)", "FHN.csv", b"time (ms),v,w"),
        ("Recording (HTML)", "FHN.html", b"<!doctype html>"),
    ):
        found = download(fhn, command)
        assert found.suggested_filename == name
        found.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    page = browser.new_page(viewport={"width": 900, "height": 500})
    page.goto(f"file://{tmp_path / 'FHN.svg'}")
    page.screenshot(path=Path(__file__).resolve().parents[2] / "test-results" / "picture-svg.png")
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_recording_plays_with_no_network(recorded, browser, theme):
    context = browser.new_context(viewport={"width": 1200, "height": 800}, color_scheme=theme, offline=True)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"file://{recorded}")
    lab = "Object.values(window.brainpyLabs)[0]"
    page.wait_for_function(f"() => window.brainpyLabs && {lab}.counters.drawn > 0")
    assert page.evaluate(f"{lab}.counters.t") == pytest.approx(60)
    slider = page.get_by_role("slider", name="Moment of the recording")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"() => {lab}.counters.t === {20.0}")
    assert slider.get_attribute("aria-valuetext") == "t = 20.0 ms"
    assert page.evaluate(f"{lab}.counters.values[0]") == 0.8
    page.get_by_role("button", name="Run").click()
    page.wait_for_function(f"() => {lab}.counters.t > 25 && {lab}.counters.status === 'running'")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function(f"() => {lab}.counters.status === 'paused'")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Step").click()
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function(f"() => {lab}.counters.t > 59.9 && {lab}.counters.values[0] === 1.1")
    assert page.evaluate("[...document.querySelectorAll('.bpw-side input')].every(node => node.disabled)")
    assert page.get_by_role("button", name="Script").count() == 0
    assert "simulated to t = 60 ms" in page.inner_text("main")
    page.screenshot(path=Path(recorded).parent / "player.png")
    out = Path(__file__).resolve().parents[2] / "test-results"
    out.mkdir(exist_ok=True)
    page.screenshot(path=out / f"recording-{theme}.png", full_page=True)
    assert said == [] and [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A page that plays 40 ms of a lab, in which a slider was moved."""
    from tests.lab.cells import FHN as TEXT
    from tests.lab.cells import neuron_lab, run

    lab = neuron_lab(TEXT, "FHN")
    run(lab, 40)
    lab.set("I", 1.1)
    run(lab, 20)
    lab.speed = 20.0
    path = lab.to_html(tmp_path_factory.mktemp("page") / "FHN.html", seconds=2)
    lab.close()
    return path


def test_a_saved_notebook_makes_its_lab_live_again(fhn):
    fhn.kernel("lab = bp.labs['FHN']; lab.set('tau', 20.0); lab.step(30); lab.wait()")
    fhn.kernel("kept = lab.session.state()['FHN']['v']")
    fhn.wait_for_lab("lab.counters.values[3] === 20")
    fhn.page.wait_for_timeout(500)  # the picture of the pause, with its numbers, is on its way
    book = fhn.save()
    (bundle,) = [
        output.data["application/vnd.brainpy-lab+json"]
        for cell in book.cells
        for output in cell.get("outputs", [])
        if "application/vnd.brainpy-lab+json" in output.get("data", {})
    ]
    assert bundle["values"]["tau"] == 20.0 and len(json.dumps(bundle)) < 10_000
    said = fhn.kernel(
        f"again = type(lab).reopen({str(fhn.path)!r}); again.wait();"
        "print(again.session.state()['FHN']['v'].tobytes() == kept.tobytes(), again.values['tau'])"
    )
    assert said == "True 20.0"
