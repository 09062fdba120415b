"""Can the lab be read: contrast of its colours in every theme, and its series apart for colour-blind readers.

The colours are those of the sheets of the page, with what JupyterLab 4's own two themes give them.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

STYLES = Path(__file__).resolve().parents[2] / "js" / "widget" / "styles"
DARK = "body[data-jp-theme-light='false'] .bpw-root"
# The selectors that hold in each theme, the later over the earlier.
THEMES = {
    "light": [".bpw-root"],
    "dark": [".bpw-root", f"{DARK}:not([data-theme='light'])"],
    "always light": [".bpw-root", ".bpw-root[data-theme='light']"],
    "always dark": [".bpw-root", ".bpw-root[data-theme='dark']"],
    "light, high contrast": [".bpw-root", ".bpw-root[data-palette='contrast']"],
    "dark, high contrast": [
        ".bpw-root",
        f"{DARK}:not([data-theme='light'])",
        ".bpw-root[data-palette='contrast']",
        f"{DARK}[data-palette='contrast']:not([data-theme='light'])",
    ],
}
# @jupyterlab/theme-light-extension and theme-dark-extension, 4.4.
JUPYTERLAB = {
    "light": {
        "content-font-color1": "#000000de",
        "layout-color0": "#ffffff",
        "layout-color1": "#ffffff",
    },
    "dark": {"content-font-color1": "#ffffff", "layout-color0": "#111111", "layout-color1": "#212121"},
}
# Machado, Oliveira and Fernandes (2009), IEEE TVCG 15, 1291: no cones of one kind (severity 1), for linear RGB.
# https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html
EYES = {
    "all cones": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(text: str, below: str = "#ffffff") -> np.ndarray:
    """Linear RGB of `#rrggbb`, or of `#rrggbbaa` painted over another colour."""
    rgba = np.array([int(text[k : k + 2], 16) / 255 for k in range(1, len(text), 2)])
    if len(rgba) == 4:
        under = np.array([int(below[k : k + 2], 16) / 255 for k in (1, 3, 5)])
        rgba = rgba[3] * rgba[:3] + (1 - rgba[3]) * under
    return np.where(rgba <= 0.04045, rgba / 12.92, ((rgba + 0.055) / 1.055) ** 2.4)


def contrast(front: str, back: str) -> float:
    """WCAG 2.2's ratio of relative luminances."""
    high, low = sorted((float(XYZ[1] @ linear(front, back)), float(XYZ[1] @ linear(back))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def difference(one: str, other: str, eyes) -> float:
    """CIE76: the distance in CIELAB (D65) of what such eyes see."""

    def lab(text):
        xyz = XYZ @ np.clip(np.asarray(eyes) @ linear(text), 0, 1) / XYZ.sum(axis=1)
        f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
        return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

    return float(np.linalg.norm(lab(one) - lab(other)))


def colours(theme: str) -> dict[str, str]:
    """The variables of a theme, resolved."""
    sheets = "".join((STYLES / name).read_text() for name in ("colours.css", "themes.css"))
    sheet = re.sub(r"/\*.*?\*/", "", sheets, flags=re.S)
    blocks = [
        (selector.strip(), dict(re.findall(r"(--bpw-[\w-]+):\s*([^;]+);", body)))
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
        for selector in selectors.split(",\n")
    ]
    found: dict[str, str] = {}
    for wanted in THEMES[theme]:
        parts = [values for selector, values in blocks if selector == wanted]
        assert parts, f"no rule for {wanted}"
        for values in parts:
            found.update(values)
    given = JUPYTERLAB["dark" if "dark" in theme else "light"]
    for name, value in found.items():
        outer = re.fullmatch(r"var\(--jp-([\w-]+), (.*)\)", value)
        if outer and "font-family" not in value:
            found[name] = given[outer[1]]
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme):
    c = colours(theme)
    pairs = [(front, back) for front in ("ink", "soft", "accent") for back in ("panel", "paper", "fill")]
    pairs += [("accent-ink", "accent"), ("bad", "bad-fill")]
    pairs += [(front, "panel") for front in ("good", "warn", "bad")]
    ratios = {f"{a} on {b}": round(contrast(c[f"--bpw-{a}"], c[f"--bpw-{b}"]), 2) for a, b in pairs}
    least = 7.0 if "contrast" in theme else 4.5
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_lines_stand_out_from_the_paper(theme):
    c = colours(theme)
    for back in ("panel", "paper"):
        ratios = {k: contrast(c[f"--bpw-series-{k}"], c[f"--bpw-{back}"]) for k in range(6)}
        assert {k: ratio for k, ratio in ratios.items() if ratio < 3} == {}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_series_are_told_apart(theme, eyes):
    c = [colours(theme)[f"--bpw-series-{k}"] for k in range(6)]
    apart = {(a, b): difference(c[a], c[b], EYES[eyes]) for a in range(6) for b in range(a)}
    assert {pair: round(value, 1) for pair, value in apart.items() if value <= 11} == {}


def test_the_measures_are_those_of_the_standards():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # known to fail by a little
    assert difference("#ffffff", "#000000", np.eye(3)) == pytest.approx(100, abs=0.1)
    assert difference("#ff0000", "#00ff00", np.eye(3)) == pytest.approx(170.6, abs=0.5)
    assert difference("#d55e00", "#009e73", EYES["deutan"]) < 60
