"""The course tells right answers from wrong ones, and says what a wrong one means."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import course
from brainpy_lab.course import balance, first, hh, lif, plane, synapse
from brainpy_lab.course import questions as questions_module
from brainpy_lab.course.questions import CHAPTERS, question, questions
from brainpy_lab.errors import ModelKeyError, ModelUseError, ModelValueError
from tests.bad_input.table import FUNCTION, NEEDED, NUMBER, Wrong
from tests.course.answers import RIGHT, WRONG

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "course.md"


def test_every_question_has_answers_here_and_belongs_to_a_chapter():
    assert list(questions()) == list(RIGHT) == list(WRONG)
    assert {name.partition(".")[0] for name in RIGHT} == set(CHAPTERS)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_accepted(name, capsys):
    assert course.check(name, RIGHT[name]) is True
    told = capsys.readouterr().out
    assert told.startswith(f"✓ {name}: right. ") and told.count("\n") == 1


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_wrong_answer_is_told_what_it_means(name, capsys):
    for answer, says in WRONG[name]:
        assert course.check(name, answer) is False
        told = capsys.readouterr().out
        assert told.startswith(f"✗ {name}: not yet. ") and says in told and told.count("\n") == 1


@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_is_told_to_some_wrong_answer(name, capsys):
    for answer, _ in WRONG[name]:
        with np.errstate(invalid="ignore"):
            course.check(name, answer)
    told = capsys.readouterr().out
    assert [mistake.says for mistake in questions()[name].mistakes if mistake.says not in told] == []


@pytest.mark.parametrize("asked", questions().values(), ids=lambda asked: asked.name)
def test_a_tolerance_has_a_reason_and_a_question_ends_as_one(asked):
    assert asked.asks.endswith("?") and asked.right.endswith(".")
    assert bool(asked.words) != bool(asked.because and asked.relative + asked.absolute > 0)


@pytest.mark.parametrize("name", RIGHT)
def test_an_open_answer_is_no_mistake_and_the_question_can_be_asked_for(name, capsys):
    assert course.check(name, ...) is False
    assert capsys.readouterr().out == f"{name}: not answered yet.\n"
    assert course.check(name) is False
    assert capsys.readouterr().out.startswith(f"{name}: {questions()[name].asks}")


def test_the_list_has_all_questions_in_the_order_of_the_course(capsys):
    assert course.list() is None
    assert re.findall(r"^(\S+)", capsys.readouterr().out, re.M) == list(questions())


def test_an_unknown_name_is_answered_with_a_near_one():
    with pytest.raises(ModelKeyError, match='Did you mean "lif.rheobase"'):
        course.check("lif.reobase", 1.0)


@pytest.mark.parametrize(
    "name, answer, told",
    [
        ("lif.rheobase", "0.15", "answer to lif.rheobase.*number of nA"),
        ("lif.size", "doubld", 'Did you mean "doubled"'),
        ("lif.rate", 3.0, "function of one number"),
        ("lif.rate", lambda: 3.0, "fails at 0.1: TypeError"),
        ("lif.rate", lambda I: "fast", "at 0.1.*number of Hz"),
    ],
)
def test_what_is_no_answer_at_all_is_told_what_it_should_be(capsys, name, answer, told):
    assert course.check(name, answer) is False
    assert re.match(f"✗ {name}: .*{told}", capsys.readouterr().out)


NO_ANSWERS = {
    "lif.rheobase": [*NUMBER, *NEEDED],
    "lif.size": ["sme", "", 3, None, ["same"], True],
    "lif.rate": [*FUNCTION, None],
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_whatever_is_no_answer_is_told_in_one_line(capsys, name):
    for answer in NO_ANSWERS[name]:
        value = answer.value if isinstance(answer, Wrong) else answer
        assert course.check(name, value) is False
        told = capsys.readouterr().out
        assert told.startswith(f"✗ {name}: ") and f"answer to {name}" in told and told.count("\n") == 1


def test_words_may_be_written_with_capitals():
    assert course.check("lif.size", " Doubled ")


def test_a_name_of_the_course_is_not_given_again_and_a_name_has_a_chapter():
    with pytest.raises(ModelUseError, match="'lif.tau' is in brainpy_lab.course.lif already"):
        question("lif.tau", "Again?")(lambda: 1.0)
    with pytest.raises(ModelValueError, match="a chapter and a name"):
        question("charge", "How much?")


def test_the_page_for_teachers_is_true(capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    assert len(blocks) == 2
    try:
        for _ in range(2):  # a cell that is run again replaces its question
            for block in blocks:
                exec(block, {"__name__": "notebook"})
        assert course.check("lif.charge", 3.0) and not course.check("lif.charge", 0.003)
        assert capsys.readouterr().out.endswith("That is in nC.\n")
    finally:
        questions_module._questions.pop("lif.charge")


def test_the_page_for_teachers_names_every_notebook_of_the_course():
    assert re.findall(r"^\| (\d\d-\S+) \|", PAGE.read_text(), re.M) == [
        path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if "course.check" in path.read_text("utf-8")
    ]


def test_a_check_leaves_the_profile_alone():
    before = bp.profile.get_dt()
    questions_module._truths.pop("lif.noise", None)
    course.check("lif.noise", "silent")
    assert bp.profile.get_dt() == before


# -- truths ----------------------------------------------------------------------------------------------------------


def test_the_constants_of_the_lif_chapter_are_those_of_its_model():
    for name in ("g_L", "C", "E_L", "V_th", "V_reset", "t_ref"):
        (value,) = re.findall(rf"\b{name} = (-?[\d.]+)", lif.MODEL)
        assert getattr(lif, name) == float(value)


def test_the_closed_form_of_the_rate_is_what_the_model_does():
    """A spike falls on the step after the crossing, and the refractory time whole steps: up to 1.5 in each interval."""
    currents = [0.14, 0.16, 0.2, 0.4, 0.6]
    runs = bp.sweep(bp.neuron(lif.MODEL, "LIF"), I=currents, duration=1000.0, dt=lif.DT, measure="isi", wait=True)
    assert np.isnan(runs["isi"][0]) and lif.rate(0.14) == 0.0
    late = runs["isi"][1:] - [1000.0 / lif.rate(I) for I in currents[1:]]
    assert np.all((late > -0.5 * lif.DT) & (late < 1.5 * lif.DT))


def test_the_onset_of_the_first_cell_is_where_its_jacobian_says():
    for side in (-1.0, 1.0):
        I = first.hopf(side)
        roots = np.roots([-1 / 3, 0, 1 - 1 / first.b, I - first.a / first.b])
        (v,) = roots[np.abs(roots.imag) < 1e-9].real
        jacobian = [[1 - v**2, -1.0], [1 / first.tau, -first.b / first.tau]]
        assert np.abs(np.linalg.eigvals(jacobian).real).max() < 1e-9


def test_rest_of_the_axon_loses_its_stability_where_the_eigenvalues_of_all_four_equations_cross():
    """The Jacobian by complex steps, at the equilibrium that closed forms of the gates give."""

    def rates(V):
        a_m, b_m = 0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10)), 4 * np.exp(-(V + 65) / 18)
        a_h, b_h = 0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))
        a_n, b_n = 0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10)), 0.125 * np.exp(-(V + 65) / 80)
        return np.array([a_m, a_h, a_n]), np.array([b_m, b_h, b_n])

    def slopes(x):
        V, (m, h, n) = x[0], x[1:]
        a, b = rates(V)
        current = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54.387)
        return np.array([-current, *(a * (1 - x[1:]) - b * x[1:])])

    def growth(V):
        a, b = rates(V)
        x = np.array([V, *(a / (a + b))])
        jacobian = np.array([slopes(x + 1e-20j * e).imag / 1e-20 for e in np.eye(4)]).T
        return np.linalg.eigvals(jacobian).real.max(), -slopes(x)[0]

    low, high = -63.0, -58.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if growth(middle)[0] < 0 else (low, middle)
    assert abs(growth(low)[1] - hh.hopf()) < 1e-6  # both to rounding, seen through a slope of about 1


def test_the_axon_rests_where_the_paper_says():
    """Rest is what potentials are counted from; E_L was chosen for that, to three digits (table 3)."""
    t, V = hh.run([(200.0, 0.0)])
    assert abs(V[-1, 0] + 65.0) < 0.01


def test_the_constants_of_the_phase_plane_are_those_of_its_model():
    for name in ("a", "b", "tau"):
        (value,) = re.findall(rf"^{name} = ([\d.]+)", plane.MODEL, re.M)
        assert getattr(plane, name) == float(value)


def test_the_constants_of_the_synapse_are_those_of_its_model_and_of_the_test_rig():
    from brainpy_lab.lab.rig import MEMBRANES

    C, g_L = MEMBRANES["nA"]
    assert synapse.tau_m == C / g_L
    assert f"tau = {synapse.tau:g} ms" in synapse.MODEL and f"delay {synapse.delay:g}" in synapse.MODEL


def test_a_depressing_synapse_settles_where_the_closed_form_says():
    x, kept = 1.0, np.exp(-50.0 / synapse.tau_rec)
    for _ in range(200):
        x = 1 - (1 - (1 - synapse.U) * x) * kept
    assert abs(x - synapse.available(20.0)) < 1e-12


def test_pairs_alone_keep_their_lag():
    """Without a synapse nothing moves; what is measured is the lag at the start, up to a step of 0.05 ms."""
    lags = np.array([2.0, 7.0, 12.0])
    assert np.abs(synapse.end(0.0, 0.0, 0.0, lags, 500.0) - lags / synapse.PERIOD).max() < 0.05 / synapse.PERIOD * 2


def test_the_frequency_of_a_rhythm_is_found():
    times = np.concatenate([200.0 + k * 25.0 + np.linspace(0, 3, 50) for k in range(32)])
    assert balance.frequency((times, None)) == 40.0
