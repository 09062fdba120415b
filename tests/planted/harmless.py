"""Changes that change nothing anyone can see, each with its reason."""

BACKENDS = "brainpy_lab/backends"
INTEGRATE = "brainpy_lab/passes/integrate"
OBJECTS = "brainpy_lab/frontends/objects_api"
MODELS = "brainpy_lab/models"
MATH = "kernels/reference/math.py _define"
EDGES = "kernels/reference/random_edges.py"

_FAR = "a bound that nobody comes near"
_REPLACED = "a default that a network replaces for every element"
_WHOLE = "round(0.8*n) is the same whole number for every n below 1e15"
_MARGIN = "a margin for rounding, far from any value that occurs"
_SHAPE = "NumPy takes any negative length as the one that it has to find"
_ROOT = "the square root halves the change, and rounds it away"
_RECIPROCAL = "only its reciprocal is used, which rounds to the same number"
_REACH = "how far weights are looked for: beyond it there are none"
_SIGN = "a sign binds more tightly than anything that is printed around it"
_WRAPPED = "a double that is made one again"
_DOUBLES = "a whole number beside doubles is taken as one"
_TABLE = "{name: _public(function, C.F) for name, function i..."
_COMPILER = "a type, which only the compiler reads"
_NAME = "part of a name in printed code"
_SITES = "self.site + round_ * len(drawn) + number"
_GRID = "of 2**-53: what it moves lies below the grid of uniforms"
_WHOLES = "a sum of whole numbers"
_DECIDED = "where they are equal the first condition has decided"
_LATER = "for 0 a later line decides"
_LONG_WAY = "at the bound the long way gives the same number"
_HALF = "half of a number is exact"
_TAIL = "the tail has what the head loses"
_DONE = "a row that is done gets no further edges when it is looked at again"
_ONE = "exprel(0) is 1 to the last bit: the same value by a longer way"

HARMLESS: dict[str, str] = {
    f"{OBJECTS}/membrane/group.py CondNeuGroup.__init__: 0.0 is 5e-324 #2": _FAR,
    f"{OBJECTS}/membrane/group.py CondNeuGroup.__init__: 0.0 is 5e-324 #3": _FAR,
    f"{OBJECTS}/synapse_states.py bounds_of: 0.0 is 5e-324 #3": _FAR,
    f"{OBJECTS}/outs.py MgBlock.__init__: 0.0 is 5e-324 #3": _FAR,
    f"{OBJECTS}/old_outs.py MgBlock.__init__: 0.0 is 5e-324 #2": _FAR,
    f"{BACKENDS}/numba/driver_text.py Driver.scratch: 'active = np.empty(max(0, ' is 'active = np.empty(max(1, '": (
        "every group has a neuron, so that the largest of the numbers is 1 or more"
    ),
    f"{BACKENDS}/python_text.py Text._power: base.dtype != 'int': != is ==": "1 and 1.0 are one number where it stands",
    f"{BACKENDS}/python_text.py power_source: if decorator is turned": "seen by the compiler: see compiled.py",
    "kernels/reference/math.py _public: return call moves": "a function, which cannot move",
    f"kernels/reference/math.py _define: return {_TABLE} moves": "a table of functions, which cannot move",
    "brainpy_lab/backends/python_text.py Text.of: not value and self.suffix(b.dtype) == 'f64': and is or": _WRAPPED,
    "brainpy_lab/backends/python_text.py Text.of: operand.dtype in ('real', 'f64'): in is notin": _DOUBLES,
    "brainpy_lab/backends/python_text.py Text._number: if text.startswith('-') is turned": _SIGN,
    "kernels/reference/arrays.py _fold: 1 is 2": _SHAPE,
    "kernels/reference/arrays.py prod: 1 is 2": _SHAPE,
    "kernels/reference/arrays.py vdot: 1 is 2": _SHAPE,
    "kernels/reference/arrays.py vdot: 1 is 2 #2": _SHAPE,
    "kernels/reference/math.py subtract_multiples: 0 is 1 #2": "times 0 every part is 0",
    f"{MATH}.heaviside: x < C.ZERO: < is <=": _DECIDED,
    f"{MATH}.expm1: fabs(x) < C.TINY: < is <=": _LONG_WAY,
    f"{MATH}.exprel: fabs(x) < C.TINY: < is <=": _LONG_WAY,
    f"{MATH}.sinh: magnitude < C.TINY: < is <=": _LONG_WAY,
    f"{MATH}.split_exponent: x < C.MIN_NORMAL: < is <=": "scaled by a power of two it has the same parts",
    f"{MATH}.log: C.HALF * f * f is grouped from the right": _HALF,
    f"{MATH}.log1p: C.HALF * f * f is grouped from the right": _HALF,
    f"{MATH}.log10: C.HALF * f * f is grouped from the right": _HALF,
    f"{MATH}.log1p: x > C.UNIT: > is >=": "1 + 1 is exact, and nothing is lost either way",
    f"{MATH}.tanh: magnitude > C.TANH_MAX: > is >=": "of equal numbers either is taken",
    f"{MATH}.tanh: e < C.UNIT: < is <=": "1 + 2 is exact, and nothing is lost",
    f"{MATH}.log2_two_parts: C.TRIPLE + square + rest is grouped from the right": _TAIL,
    f"{MATH}.log2_two_parts: z_head + z_tail + k is grouped from the right": _TAIL,
    f"{MATH}.exp2_two_parts: high + low: + is -": "only asks whether it lies beyond a limit, far from any result",
    f"{MATH}.exp2_two_parts: fabs(total) > C.POW_LIMIT: > is >=": "2**z has over- or underflowed long before",
    f"{MATH}.pow_limits: x < C.ZERO: < is <=": _LATER,
    f"{MATH}.pow_limits: y < C.ZERO: < is <=": _LATER,
    f"{MATH}.pow_limits: y < C.ZERO: < is <= #2": _LATER,
    f"{EDGES} row_blocks: n_post == 0 or len(rows) == 0: or is and": "a block without edges, or none",
    f"{EDGES} row_blocks: 1 is 2": "how many rows are made at once",
    f"{EDGES} _edges: 1.0 is 1.0000000000000002 #2": "cut off when a target becomes a whole number",
    f"{EDGES} _edges: targets[:, -1] < n_post: < is <=": _DONE,
    f"{EDGES} _edges: 1 is 2 #3": _DONE,
    f"{EDGES} edge_number: philox.EDGES + 1 + site is grouped from the right": _WHOLES,
    "kernels/philox.py module: 2.0 is 2.0000000000000004 #2": _GRID,
    f"{INTEGRATE}/tableau.py Tableau: 0 is 1": "the order of an embedded method that there is not",
    f"{INTEGRATE}/exponential.py exponential_euler: 0.0 is 5e-324": _ONE,
    f"{INTEGRATE}/milstein_derivative.py step: 0.0 is 5e-324": "added to a sum it vanishes",
    f"{INTEGRATE}/milstein_derivative.py step: 0.0 is 5e-324 #2": "what is added then is no more than 0",
    f"{INTEGRATE}/runge_kutta.py module: 2 is 3": _NAME,
    f"{INTEGRATE}/runge_kutta.py module: 3 is 4": _NAME,
    f"{INTEGRATE}/runge_kutta.py module: 4 is 5": _NAME,
    f"{INTEGRATE}/runge_kutta.py module: 6 is 7": _NAME,
    f"{INTEGRATE}/runge_kutta.py module: 8 is 9": _NAME,
    f"{INTEGRATE}/runge_kutta.py step: 1 is 2": _NAME,
    f"{INTEGRATE}/runge_kutta.py weighted: 0 is 1 #2": "x - (-1.0)*k has the bits of x + k",
    f"{INTEGRATE}/runge_kutta.py _hint: 1 is 2": _NAME,
    f"{INTEGRATE}/stage.py Names.fresh: 1 is 2": _NAME,
    f"{INTEGRATE}/stage.py Names.fresh: 1 is 2 #2": _NAME,
    f"{INTEGRATE}/stage.py Method: 1 is 2": "the default of what every method that draws more than once gives",
    f"{INTEGRATE}/stage.py Problem.normals: 1 is 2": "a number that nobody reads is left out",
    f"{INTEGRATE}/stage.py Problem.normals: {_SITES} is grouped from the right": _WHOLES,
    f"{INTEGRATE}/strong_rk.py _Step._weight: 1 is 2": "of two weights, which only say that there are several",
    f"{INTEGRATE}/strong_rk.py _Step._weight: 1 is 2 #2": "of two weights, which only say that there are several",
    f"{INTEGRATE}/strong_rk.py _Step._drift_stage: 1 is 2": _NAME,
    f"{INTEGRATE}/strong_rk.py _Step._noise_stage: 1 is 2": _NAME,
    f"{INTEGRATE}/tableaux.py module: 5.0 is 5.000000000000001": _ROOT,
    f"{MODELS}/cortex.py cells_in_noise: 40.0 is 40.00000000000001": _REPLACED,
    f"{MODELS}/cortex.py cells_in_noise: 20.0 is 20.000000000000004": _REPLACED,
    f"{MODELS}/cortex.py cells_in_noise: 2.0 is 2.0000000000000004": _REPLACED,
    f"{MODELS}/cortex.py pooled: 0.5 is 0.5000000000000001": "a delay is a whole number of steps",
    f"{MODELS}/cortex.py pooled: 1 is 2": _SHAPE,
    f"{MODELS}/decision.py decision_network: 0.8 is 0.8000000000000002": _WHOLE,
    f"{MODELS}/decision.py decision_network: 1.0 is 1.0000000000000002 #4": _REPLACED,
    f"{MODELS}/decision.py decision_stimulus: 1e-09 is 1.0000000000000003e-09": _MARGIN,
    f"{MODELS}/decision.py decision_stimulus: 1 is 2": "a second interval that is never shown",
    f"{MODELS}/decision.py decision_stimulus: 1e-09 is 1.0000000000000003e-09 #2": _MARGIN,
    f"{MODELS}/decision.py decision_stimulus: 1e-09 is 1.0000000000000003e-09 #3": _MARGIN,
    f"{MODELS}/decision.py decision_stimulus: 1e-09 is 1.0000000000000003e-09 #4": _MARGIN,
    f"{MODELS}/rates.py get_linear_rate: 0.0 is 5e-324 #2": "no time constant lies between",
    f"{MODELS}/rings.py cann_network: 2.0 is 2.0000000000000004 #3": _ROOT,
    f"{MODELS}/rings.py cann_network: 2.0 is 2.0000000000000004 #4": _ROOT,
    f"{MODELS}/rings.py cann_network: 1 is 2 #2": _SHAPE,
    f"{MODELS}/rings.py _recurrent: 1.0 is 1.0000000000000002": _REPLACED,
    f"{MODELS}/working_memory.py working_memory_network: 0.8 is 0.8000000000000002": _WHOLE,
    f"{MODELS}/working_memory.py working_memory_network: 1.0 is 1.0000000000000002 #3": _REPLACED,
    f"{OBJECTS}/old_synapses.py GapJunction.update: 1 is 2": _SHAPE,
    f"{OBJECTS}/old_synapses.py GapJunction.update: 1 is 2 #2": _SHAPE,
    f"{OBJECTS}/binomial.py _steps: 0.0 is 5e-324": "no probability lies between",
    f"{OBJECTS}/binomial.py _steps: 0.0 is 5e-324 #2": "no probability lies between",
    f"{OBJECTS}/binomial.py _steps: 8.5 is 8.500000000000002": _REACH,
    f"{OBJECTS}/binomial.py _steps: 1.0 is 1.0000000000000002 #2": _REACH,
    f"{OBJECTS}/binomial.py _steps: 36.0 is 36.00000000000001": _REACH,
    f"{OBJECTS}/binomial.py _steps: 1 is 2": _REACH,
    f"{OBJECTS}/binomial.py _steps: 1 is 2 #2": "a factor that all weights share, and that their sum takes away",
    f"{OBJECTS}/binomial.py _steps: 0.0 is 5e-324 #3": "added to a sum it vanishes",
    f"{OBJECTS}/binomial.py _steps: 1e-16 is 1.0000000000000001e-16": "no weight lies between",
    f"{OBJECTS}/binomial.py _steps: 1e-16 is 1.0000000000000001e-16 #2": "no weight lies between",
    f"{OBJECTS}/binomial.py _steps: 1.0 is 1.0000000000000002 #3": "no uniform number is as large",
    f"{OBJECTS}/input_groups.py _rate: 1000.0 is 1000.0000000000001": "the bound of a check, for people to read",
    f"{OBJECTS}/membrane/calcium.py ICaT_HP1992.f_p_inf: 7.4 is 7.400000000000001": _RECIPROCAL,
    f"{OBJECTS}/membrane/calcium.py ICaHT_Re1993.f_p_alpha: 3.8 is 3.8000000000000003": _RECIPROCAL,
    f"{OBJECTS}/membrane/calcium.py ICaHT_Re1993.f_q_beta: 28.0 is 28.000000000000004": _RECIPROCAL,
}

ALL_OF = {
    "kernel_text.py _Printer.module: '\\n'.join(lines)": "lines of text, joined in any order of joining",
    "self.ring_rows() + lines + self.row_loop(outer, 'n') is grouped": "lines of text, joined in any order of joining",
    "[::2]": _COMPILER,
    "::2'": _COMPILER,
    "active = np.empty(max(0, {', '.join(self.active)}), np....": "an array that is filled before it is read",
    "np.empty(rule[1], np.{self.float_ty...: the value moves": "an array that is filled before it is read",
}
"""Parts of the names of changes that are harmless for one reason."""


def reason(key: str) -> str:
    """Why a change may survive; an empty text when it may not."""
    return HARMLESS.get(key) or next((why for part, why in ALL_OF.items() if part in key), "")
