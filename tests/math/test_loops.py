"""Loops over functions with variables: compiled and step by step they have the same bits."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm


def both_ways(make, operands):
    """What a step returns and leaves behind, compiled and step by step: ``make() -> (step, variables)``."""
    found = []
    for jit in (True, False):
        step, variables = make()
        returned = bm.for_loop(step, operands, jit=jit)
        returned = returned if isinstance(returned, tuple) else (returned,)
        found.append([np.asarray(part) for part in returned] + [variable.numpy() for variable in variables])
    return found


def assert_same_bits(make, operands):
    compiled, alone = both_ways(make, operands)
    for a, b in zip(compiled, alone):
        assert a.dtype == b.dtype and a.shape == b.shape
        assert a.tobytes() == b.tobytes()
    return compiled


def test_a_running_sum():
    x = bm.Variable(0.0)

    def step(k):
        x.value = x + k
        return x.value

    assert bm.for_loop(step, bm.arange(5)).tolist() == [0, 1, 3, 6, 10]
    assert float(x) == 10
    assert bm.for_loop(step, bm.arange(5), reverse=True).tolist() == [20, 20, 19, 17, 14]


def test_several_operands_and_nested_results():
    x = bm.Variable(bm.zeros(3))

    def step(k, row):
        x.value = x + row * k
        return {"x": x.value, "both": (bm.sum(x), k)}

    rows = np.arange(12.0).reshape(4, 3)
    found = bm.for_loop(step, (bm.arange(4), rows))
    expected = np.cumsum(rows * np.arange(4)[:, None], axis=0)
    assert np.array_equal(found["x"], expected)
    assert np.array_equal(found["both"][0], expected.sum(axis=1))
    assert found["both"][1].tolist() == [0, 1, 2, 3]


def test_an_old_value_stays_what_it_was():
    def make():
        a, b = bm.Variable(np.arange(3.0)), bm.Variable(np.zeros(3))

        def step(k):
            before = a.value
            a.value = a + 1.0
            b.value = before
            a.value = bm.where(before > 2.0, 0.0, a.value)
            return before, a.value * 2, b.value

        return step, (a, b)

    (before, twice, b, a_end, b_end) = assert_same_bits(make, bm.arange(6))
    assert before[:, 0].tolist() == [0, 1, 2, 3, 0, 1]
    assert np.array_equal(b, before)


def test_two_variables_change_places():
    def make():
        a, b = bm.Variable(np.arange(4.0)), bm.Variable(-np.arange(4.0))

        def step(k):
            a.value, b.value = b.value, a.value
            return a.value

        return step, (a, b)

    found = assert_same_bits(make, bm.arange(3))
    assert found[0][0].tolist() == [0, -1, -2, -3] and found[1].tolist() == [0, -1, -2, -3]


def test_all_that_moves_elements():
    def make():
        x = bm.Variable(np.arange(12.0).reshape(3, 4))
        y = bm.Variable(np.zeros((4, 3)))

        def step(k):
            v = x.value * 0.9 + k
            y.value = bm.transpose(v) + y[::-1] * 0.5
            x[1, 2:] = bm.stack([bm.max(v), bm.min(v)])
            x[x.value > 20.0] = 1.5
            parts = bm.concatenate([v[0], bm.roll(v[1], 1)])
            return parts, bm.expand_dims(v[:, 0], 1) * v[0], bm.tril(v), bm.broadcast_to(v[2], (2, 4)), v.T @ v

        return step, (x, y)

    assert_same_bits(make, bm.arange(5))


def test_sums_along_axes():
    def make():
        x = bm.Variable(np.random.default_rng(1).normal(size=(3, 5)))

        def step(k):
            x.value = x * 1.01 - 0.1 * bm.mean(x)
            return (
                bm.sum(x, axis=0),
                bm.sum(x, axis=1, keepdims=True),
                bm.prod(x, axis=1),
                bm.any(x > 1.0, axis=0),
                bm.all(x > -5.0),
                bm.var(x),
                bm.std(x, axis=0),
                bm.sum(x > 0),
                x.max(axis=1),
                x.min(),
            )

        return step, (x,)

    found = assert_same_bits(make, bm.arange(4))
    assert found[7].dtype == np.int64


def test_numbers_and_conditions_mix_as_in_numpy():
    def make():
        count, on = bm.Variable(np.zeros(4, int)), bm.Variable(np.zeros(4, bool))

        def step(k, x):
            on.value = (x > 0.2) & ~on.value | (bm.abs(x) > 1.5)
            count.value = count + on + bm.where(k % 3 == 0, 2, 0)
            whole = count // 2, count % 3, count**2
            return count * 0.5, *whole, on ^ (x < 0), -on.astype(int), 2.0**count

        return step, (count, on)

    assert_same_bits(make, (bm.arange(7), np.random.default_rng(2).normal(size=(7, 4))))


def test_functions_have_the_bits_of_every_back_end():
    names = (
        "exp log log10 log1p sqrt expm1 sin cos tan sinh cosh tanh sign floor ceil abs square reciprocal exp2 log2 "
        "exprel sigmoid relu"
    ).split()

    def make():
        x = bm.Variable(np.random.default_rng(3).uniform(0.1, 2.0, size=16))

        def step(k):
            x.value = x * 1.001 + 0.01
            results = [getattr(bm, name)(x) for name in names]
            return tuple(results) + (x**0.5, x**1.7, x**3, x**-2, np.exp(x), bm.maximum(x, 1.0), bm.clip(x, 0.5, 1.5))

        return step, (x,)

    assert_same_bits(make, bm.arange(5))


def test_a_step_index_that_does_not_start_at_0():
    x = bm.Variable(np.array(0))

    def step(k):
        x.value = k
        return k * 2

    assert bm.for_loop(step, 100 + bm.arange(4)).tolist() == [200, 202, 204, 206]
    assert int(x) == 103


def test_float32_programs_agree_too():
    bm.set_float(np.float32)
    try:

        def make():
            x = bm.Variable(np.linspace(-1, 1, 7))
            assert x.dtype == np.float32

            def step(k):
                x.value = x + 0.1 * bm.tanh(x * 3.3) * bm.sum(x**2)
                return x.value

            return step, (x,)

        (found, _) = assert_same_bits(make, bm.arange(20))
        assert found.dtype == np.float32
    finally:
        bm.set_float(np.float64)


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_both_back_ends_run_a_loop(backend, monkeypatch):
    monkeypatch.setattr(bp.profile, "runtime_backend", lambda: backend)
    x = bm.Variable(np.ones(3))

    def step(k):
        x.value = x * 0.5 + bm.exp(-x)
        return bm.sum(x)

    found = bm.for_loop(step, bm.arange(10), jit=True)
    expected = np.ones(3)
    for _ in range(10):
        expected = expected * 0.5 + np.exp(-expected)
    assert np.allclose(x.numpy(), expected, rtol=1e-14)
    assert found.shape == (10,)


def test_operands_must_fit_together():
    with pytest.raises(bp.errors.ModelValueError, match=r"one length along their first axis, but got \[3, 4\]"):
        bm.for_loop(lambda a, b: a, (bm.arange(3), bm.arange(4)))
    with pytest.raises(bp.errors.ModelValueError, match="one element or more"):
        bm.for_loop(lambda a: a, bm.zeros(0))
    with pytest.raises(bp.errors.ModelValueError, match="first axis"):
        bm.for_loop(lambda a: a, 3.0)


# -- what cannot be recorded -------------------------------------------------------------------------------------------


def message_of(step, operands=None):
    with pytest.raises(bp.errors.ModelError) as caught:
        bm.for_loop(step, bm.arange(3) if operands is None else operands)
    text = str(caught.value)
    assert "test_loops.py" in text, text
    return text


def test_a_python_if_on_a_value_says_bm_where():
    x = bm.Variable(np.zeros(3))

    def step(k):
        if bm.sum(x) > 0:
            return x.value
        return x + 1

    assert "bm.where(condition" in message_of(step)
    assert "if bm.sum(x) > 0:" in message_of(step)


def test_shapes_that_do_not_fit_are_named():
    x = bm.Variable(np.zeros(3))

    def add(k):
        return x + np.zeros(4)

    def assign(k):
        x.value = bm.ones(4) * k

    assert "(3,) and (4,) do not fit together" in message_of(add)
    assert "has the shape (3,), but a value of shape (4,) is assigned" in message_of(assign)


def test_what_has_no_numbers_yet_is_not_a_number():
    x = bm.Variable(np.zeros(3))
    assert "float(...) of a value of the step" in message_of(lambda k: float(bm.sum(x)))
    assert "use bm or np functions that record" in message_of(lambda k: np.linalg.norm(np.asarray(x)))
    assert "an index that is known only while it runs" in message_of(lambda k: x[k])
    assert "np.arctan is not a function that a step may use" in message_of(lambda k: np.arctan(x.value))
    assert "np.cumsum cannot be recorded" in message_of(lambda k: np.cumsum(x.value))
    assert "is made inside a step" in message_of(lambda k: bm.Variable(x.value))
