"""The CUDA text gives the bits of the reference: compiled by the C++ compiler of this machine, and on a card."""

import re

import brainpy_lab.kernels.reference.math as math
import brainpy_lab.kernels.reference.random as random
import brainpy_lab.kernels.reference.random_edges as random_edges
import numpy as np
import pytest
from brainpy_lab.kernels import constants_f32, constants_f64, philox
from brainpy_lab.kernels.cuda.prelude import literal, prelude

from brainpy_lab.ir.functions import FUNCTIONS
from tests.kernels import cuda_text
from tests.kernels.cuda_text import TYPES
from tests.kernels.samples import FLOATS, arguments, assert_same_bits, every_magnitude, power_arguments, special_values

POWERS = (0, 1, 2, 3, 5, 7, 13, 31, 64)
INTS = np.int64
UNARY, BINARY = ([name for name, entry in FUNCTIONS.items() if entry.arity == n] for n in (1, 2))
KINDS = [(kind, name) for kind in ("uniform", "normal") for name in FLOATS]


def loops():
    """Everything that a test calls, as `cuda_text` wants it."""
    text = []
    for name, real in FLOATS.items():
        for function, entry in FUNCTIONS.items():
            inputs = ", ".join(f"x{k}[i]" for k in range(entry.arity))
            text.append((f"{function}_{name}", f"y0[i] = {function}_{name}({inputs});", [real] * entry.arity, [real]))
        values = ", ".join(literal(value) for value in special_values(real))
        text.append(
            (f"literals_{name}", f"const {TYPES[real]} values[] = {{{values}}}; y0[i] = values[x0[i]];", [INTS], [real])
        )
        for n in POWERS:
            text.append((f"ipow_{n}_{name}", f"y0[i] = ipow<{n}>(x0[i]);", [real], [real]))
        text.append((f"select_{name}", "y0[i] = select(x0[i] < x1[i], x1[i], x2[i]);", [real] * 3, [real]))
        text.append((f"to_int64_{name}", "y0[i] = to_int64(x0[i]);", [real], [INTS]))
        for kind in ("uniform", "normal"):
            draw = f"y0[i] = {kind}_{name}(x0[i], x1[i], x2[i], x3[i], x4[i]);"
            text.append((f"{kind}_{name}", draw, [INTS, INTS, np.int32, INTS, INTS], [real]))
            draw = f"y0[i] = edge_{kind}_{name}(x0[i], x1[i], x2[i], x3[i]);"
            text.append((f"edge_{kind}_{name}", draw, [INTS] * 4, [real]))
    for name, kind in (("int64", INTS), ("bool", np.bool_), ("f64", np.float64), ("f32", np.float32)):
        text.append((f"casts_of_{name}", "y0[i] = to_f64(x0[i]); y1[i] = to_f32(x0[i]); y2[i] = to_int64(x0[i]);",
                     [kind], [np.float64, np.float32, INTS]))  # fmt: skip
    for n in POWERS:
        text.append((f"ipow_{n}_int64", f"y0[i] = ipow<{n}>(x0[i]);", [INTS], [INTS]))
    for op in ("add", "sub", "mul"):
        text.append((f"wrap_{op}", f"y0[i] = wrap_{op}(x0[i], x1[i]);", [INTS, INTS], [INTS]))
    text.append(("floor_mod", "y0[i] = floor_mod(x0[i], x1[i]);", [INTS, INTS], [INTS]))
    text.append(("logical_not", "y0[i] = logical_not(x0[i]);", [np.bool_], [np.bool_]))
    words = "const Words w = philox4x32(x0[i], x1[i], x2[i], x3[i], x4[i], x5[i]);"
    words += "y0[i] = w.x0; y1[i] = w.x1; y2[i] = w.x2; y3[i] = w.x3;"
    text.append(("philox4x32", words, [INTS] * 6, [INTS] * 4))
    pair = "const PairF64 u = uniform_pair_f64(x0[i], x1[i], x2[i], x3[i], x4[i]); y0[i] = u.first; y1[i] = u.second;"
    text.append(("uniform_pair_f64", pair, [INTS] * 5, [np.float64] * 2))
    text.append(("skip", "y0[i] = skip(x0[i], x1[i], x2[i], x3[i], x4[i]);",
                 [INTS, INTS, INTS, np.float64, INTS], [np.float64]))  # fmt: skip
    return text


PLACES = ["cpu"] + ([] if cuda_text.no_card() else [pytest.param("card", marks=pytest.mark.gpu)])


@pytest.fixture(scope="module", params=PLACES)
def run(request, tmp_path_factory):
    """``run(name of a loop, inputs)`` gives the outputs."""
    if request.param == "card":
        return cuda_text.OnCard(loops())
    if cuda_text.compiler is None:
        pytest.skip("no C++ compiler here (g++ or clang++)")
    return cuda_text.OnCpu(loops(), tmp_path_factory.mktemp("cuda"))


@pytest.mark.gpu
@pytest.mark.skipif(bool(cuda_text.no_card()), reason=f"not on a card: {cuda_text.no_card()}")
def test_a_card_takes_part_in_this_file():
    assert len(PLACES) == 2


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("function", UNARY)
def test_a_function_of_one_number_has_the_bits_of_the_reference(run, function, name):
    x = arguments(20_000, name)
    (found,) = run(f"{function}_{name}", [x])
    assert_same_bits(found, getattr(math, f"{function}_{name}")(x))


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("function", BINARY)
def test_a_function_of_two_numbers_has_the_bits_of_the_reference(run, function, name):
    x, y = power_arguments(20_000, name)
    (found,) = run(f"{function}_{name}", [x, y])
    assert_same_bits(found, getattr(math, f"{function}_{name}")(x, y))


def test_no_function_of_the_table_is_left_out():
    assert {entry.arity for entry in FUNCTIONS.values()} == {1, 2, 3}
    assert [name for name, entry in FUNCTIONS.items() if entry.arity == 3] == ["clip"]


@pytest.mark.parametrize("name", FLOATS)
def test_clip_select_and_integer_powers_have_the_bits_of_the_reference(run, name):
    rng = np.random.default_rng(2)
    special = (grid.ravel() for grid in np.meshgrid(*[special_values(FLOATS[name])] * 3))
    values = [arguments(20_000, name)]
    values += [every_magnitude(rng, values[0].size, FLOATS[name]) for _ in range(2)]
    x, low, high = (np.concatenate(part) for part in zip(values, special))
    (found,) = run(f"clip_{name}", [x, low, high])
    assert_same_bits(found, getattr(math, f"clip_{name}")(x, low, high))
    (found,) = run(f"select_{name}", [x, low, high])
    assert_same_bits(found, np.where(x < low, low, high))
    for n in POWERS:
        (found,) = run(f"ipow_{n}_{name}", [x])
        assert_same_bits(found, getattr(math, f"ipow_{name}")(x, n))


def whole_numbers(n):
    """Of every magnitude, with the ends of the range."""
    ends = [0, 1, -1, 2**62, -(2**62), 2**63 - 1, -(2**63)]
    return np.append(np.random.default_rng(3).integers(-(2**63), 2**63, n) >> np.arange(n) % 64, ends)


@pytest.mark.parametrize("n", POWERS)
def test_integer_powers_of_whole_numbers_wrap_as_those_of_numpy(run, n):
    x = whole_numbers(1000)
    (found,) = run(f"ipow_{n}_int64", [x])
    assert np.array_equal(found, math.ipow(x, n))


@pytest.mark.parametrize("op", ["add", "sub", "mul"])
def test_sums_and_products_of_whole_numbers_wrap_as_those_of_numpy(run, op):
    x, y = np.meshgrid(whole_numbers(200), whole_numbers(200))
    expected = {"add": np.add, "sub": np.subtract, "mul": np.multiply}[op](x, y)
    (found,) = run(f"wrap_{op}", [x, y])
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("name", FLOATS)
def test_floats_become_whole_numbers_as_those_of_numpy(run, name):
    edges = FLOATS[name]([0.5, 1.5, 2.0**31, 2.0**52 + 0.5, 2.0**53, 2.0**62])
    x = np.concatenate([arguments(20_000, name), edges, -edges])
    x = x[np.abs(x) < 2.0**63]
    (found,) = run(f"to_int64_{name}", [x])
    assert np.array_equal(found, x.astype(INTS))


@pytest.mark.parametrize("name", FLOATS)
def test_what_no_whole_number_holds_becomes_the_least(run, name):
    x = FLOATS[name]([np.nan, np.inf, -np.inf, 2.0**63, 1e30, -1e30, -(2.0**63)])
    (found,) = run(f"to_int64_{name}", [x])
    assert (found == -(2**63)).all()
    below = np.nextafter(FLOATS[name](2.0**63), FLOATS[name](0))
    (found,) = run(f"to_int64_{name}", [below[None]])
    assert found == int(below) > 2**62


@pytest.mark.parametrize("name", ["int64", "bool", "f64", "f32"])
def test_conversions_round_once_as_those_of_numpy(run, name):
    x = {
        "int64": np.append(whole_numbers(20_000), [2**24 + 1, 2**53 + 1]),
        "bool": np.array([False, True]),
        "f64": arguments(5000, "f64"),
        "f32": arguments(5000, "f32"),
    }[name]
    doubles, singles, whole = run(f"casts_of_{name}", [x])
    with np.errstate(all="ignore"):
        assert_same_bits(doubles, x.astype(np.float64))
        assert_same_bits(singles, x.astype(np.float32))
    if name in ("int64", "bool"):
        assert np.array_equal(whole, x.astype(INTS))


def test_ring_rows_and_truth_values_are_those_of_python(run):
    x, n = np.arange(-40, 40), np.array([[1], [2], [7], [33]])
    (found,) = run("floor_mod", [x, n])
    assert np.array_equal(found, x % n)
    (found,) = run("logical_not", [np.array([False, True])])
    assert found.tolist() == [True, False]


def coordinates(n):
    rng = np.random.default_rng(3)
    seed, stream, element, count = rng.integers(0, 2**32, (4, n))
    element[: n // 2] -= 2**31
    step = rng.integers(0, 2**63, n) >> rng.integers(0, 63, n)
    return seed, stream, element.astype(np.int32), step, count


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_draws_have_the_bits_of_the_reference(run, kind, name):
    where = coordinates(100_000)
    (found,) = run(f"{kind}_{name}", where)
    assert_same_bits(found, getattr(random, f"{kind}_{name}")(*where))


def test_words_and_pairs_have_the_bits_of_the_reference(run):
    counter = np.random.default_rng(4).integers(0, 2**32, (6, 10_000))
    for found, expected in zip(run("philox4x32", counter), random.philox4x32(*counter)):
        assert np.array_equal(found, expected)
    where = coordinates(10_000)
    pair = run("uniform_pair_f64", where)
    for found, expected in zip(pair, random.uniform_pair_f64(*where)):
        assert_same_bits(found, expected)


@pytest.mark.parametrize(("n_post", "prob"), [(4000, 0.02), (50, 1.0), (1, 0.5), (33, 0.97), (1000, 1e-6), (5, 1e-300)])
def test_a_sum_over_skips_gives_the_targets_of_the_reference(run, n_post, prob):
    scale = random_edges.skip_scale(prob)
    for row in (0, 1, 299):
        k = np.arange(2 * n_post + 64)
        (skips,) = run("skip", [INTS(7), INTS(row), INTS(n_post), np.float64(scale), k])
        # In any order, as a block would scan them.
        targets = -1.0 + np.cumsum(1.0 + skips)
        assert targets[-1] == -1.0 + (1.0 + skips[::-1]).sum()
        blocks = list(random_edges.row_blocks(7, np.array([row]), n_post, scale))
        assert np.array_equal(targets[targets < n_post], np.concatenate([post for _, post, _ in blocks]))


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_numbers_of_edges_have_the_bits_of_the_reference(run, kind, name):
    pre, place = np.arange(1000) // 10, np.arange(1000) % 10
    for site in (0, 3):
        (found,) = run(f"edge_{kind}_{name}", [INTS(9), INTS(site), pre, place])
        assert_same_bits(found, random_edges.edge_number(kind, name, 9, site, pre, place))


@pytest.mark.parametrize("name", FLOATS)
def test_printed_literals_are_exact(run, name):
    (found,) = run(f"literals_{name}", [np.arange(special_values(FLOATS[name]).size)])
    assert_same_bits(found, special_values(FLOATS[name]))


def test_literals_of_whole_numbers_and_truth_values_have_their_type():
    assert [literal(np.uint64(10)), literal(np.uint32(10)), literal(np.True_)] == ["0xAULL", "0xAU", "true"]


CONSTANT = re.compile(r"  static constexpr \w+ (\w+) = (\S+);")
FUNCTION = re.compile(r"  static BPL_INLINE \w+(?:<\w+>)? (\w+)\(.*?\) { return \w+\((?:z|x, k), (.*)\); }")
TABLES = {"F64": constants_f64, "F32": constants_f32, "Philox": philox}


def printed(struct):
    """The numbers of a struct of constants, by name: text as it was printed."""
    body = re.search(rf"^struct {struct} {{$(.*?)^}};$", prelude(), re.MULTILINE | re.DOTALL)[1]
    found = {}
    for line in body.strip("\n").splitlines():
        if one := CONSTANT.fullmatch(line):
            found[one[1]] = [one[2]]
        elif many := FUNCTION.fullmatch(line):
            found[many[1]] = many[2].split(", ")
        else:
            assert line.startswith("  typedef "), line
    return found


def read(text, kind):
    """A literal of C++, as C++ reads it."""
    if kind in (np.float64, np.float32):
        assert text.endswith("f") == (kind is np.float32), text
        value = float.fromhex(text.removesuffix("f"))
        assert kind(value) == value, text
        return kind(value)
    suffix = "ULL" if kind is np.uint64 else "U"
    assert text.endswith(suffix) and text[len(text) - len(suffix) - 1] in "0123456789ABCDEF", text
    return kind(int(text.removesuffix(suffix), 16))


@pytest.mark.parametrize("struct", TABLES)
def test_every_constant_is_printed_to_the_last_bit(struct):
    table = TABLES[struct]
    expected = {key: value for key, value in vars(table).items() if key.isupper() and key not in ("F", "U")}
    for key, value in list(expected.items()):
        if struct != "Philox" and isinstance(value, table.F) and not np.isfinite(value):
            expected[f"{key}_BITS"] = expected.pop(key).view(table.U)
        if struct == "Philox" and not isinstance(value, np.floating):
            expected[key] = np.uint32(value)
    found = printed(struct)
    assert set(found) == set(expected) and len(found) > 8
    for key, value in expected.items():
        values = value if isinstance(value, tuple) else (value,)
        assert len(found[key]) == len(values), key
        for text, number in zip(found[key], values):
            assert read(text, type(number)).tobytes() == number.tobytes(), (key, text, number)
