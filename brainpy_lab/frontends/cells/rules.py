"""Every rule of a cell: its name, and the one message that tells a person who breaks it.

`message` says what was found, `advice` what to do. Words in braces are filled in; where the advice depends on the
case (a did-you-mean) the check passes its own. Each rule has a good and a bad cell in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule of the language."""

    name: str
    message: str
    advice: str = ""


_ENTRIES = [
    # The text
    Rule("unknown-character", "'{char}' has no meaning in a cell"),
    Rule("quotes", "quotes have no meaning in a cell", "take them away"),
    Rule("unclosed-bracket", "this '{bracket}' is never closed", "add '{closer}'"),
    Rule("too-deep", "more than {limit} brackets stand inside each other here",
         "give the inner part a name of its own: k = ..."),
    Rule("unmatched-bracket", "this '{bracket}' closes nothing", "take it away, or open it with '{opener}'"),
    Rule("text-after-backslash", "a line goes on after '\\' only when nothing follows the '\\'",
         "take away what follows it"),
    Rule("bad-number", "'{text}' is {problem}", "write it like 12.5 or 1.25e-3"),
    Rule("decimal-comma", "{text} has a comma where a number has a point", "write {fixed}"),
    # Names
    Rule("reserved-name", "'{name}' is a word of the cell language, so it cannot name a quantity",
         "choose another name, for example {name}_0"),
    Rule("python-keyword", "'{name}' is a Python keyword, so it cannot be a name", "write {name}_"),
    Rule("underscore-name", "'{name}' begins with '_', which is kept for the lab's own names", "write {fixed}"),
    Rule("unit-as-name", "'{name}' is a unit, so it cannot name a quantity", "choose another name"),
    Rule("defined-twice", "'{name}' is defined twice: it is already {kind} on line {line}",
         "keep one of the two, or rename one"),
    Rule("undefined-name", "'{name}' is not defined"),
    Rule("unknown-function", "there is no function '{name}'"),
    Rule("function-without-arguments", "'{name}' is a function and stands here without its arguments",
         "write {form}"),
    Rule("not-a-function", "'{name}' is {kind}, not a function", "for a product write {name}*(...)"),
    Rule("argument-count", "{name} takes {expected}, found {found}", "write {form}"),
    # Expressions
    Rule("implicit-product", "an operator is missing between '{left}' and '{right}'", "write {left}*{right}"),
    Rule("expression-expected", "a number or a name is missing after '{after}', found {found}", "write it there"),
    Rule("unexpected", "the line is complete before '{found}'"),
    Rule("comparison-as-number", "a condition is true or false, but a number is expected here",
         "write where({text}, 1, 0)"),
    Rule("number-as-condition", "a condition is expected here, found a number",
         "compare it with something, for example {text} > 0"),
    Rule("chained-comparison", "two comparisons stand in a row", "join them with 'and': {form}"),
    Rule("single-equals", "'=' gives a value, it does not compare", "write '==', or better '>=' or '<='"),
    Rule("if-without-else", "'if' inside an expression needs an 'else'", "write: a if condition else b"),
    Rule("unknown-operator", "there is no operator '{op}'"),
    Rule("derivative-on-the-right", "a derivative cannot be read on the right of '='",
         "give its expression a name of its own, for example 'f = ...' and 'd{name}/dt = f', and read f"),
    Rule("dot", "'{text}': a name in a cell has no '.'"),
    Rule("square-bracket", "'{bracket}' belongs to 'in [low, high]' and 'in {{1, 2, 4}}' only",
         "use round brackets in an expression; every {kind_of_cell} has one value of each name, so there are no "
         "indices"),
    # Statements
    Rule("unknown-statement", "a {kind_of_cell} cell has no line like this"),
    Rule("name-alone", "'{name}' has no value here", "write {name} = ..."),
    Rule("change-outside-reset", "'{op}' changes a value, which happens only at a spike", "write: reset {text}"),
    Rule("double-equals", "'==' compares, it does not give a value", "write '='"),
    Rule("comma", "a comma separates items only after init, reset and on", "write ';' or begin a new line"),
    Rule("synapse-statement", "'{word}' belongs to a synapse, not to a neuron",
         "what comes from outside enters a neuron by 'input I = 0'"),
    Rule("higher-derivative", "only first derivatives can be written",
         "name the first derivative: 'd{name}/dt = {other}' and 'd{other}/dt = ...'"),
    Rule("derivative-by-time", "a derivative is by t, found '{found}'", "write d{name}/dt = ..."),
    Rule("no-state", "the neuron '{name}' has no equation, so there is nothing to simulate",
         "add one, for example: dv/dt = -v/10"),
    Rule("statement-twice", "there is already one '{word}', on line {line}"),
    # Functions
    Rule("function-argument", "the arguments of a function are plain names, found '{found}'",
         "write it like: alpha(v) = 0.1*v"),
    Rule("repeated-argument", "the argument '{name}' occurs twice", "give each argument a name of its own"),
    Rule("function-reads-state", "the function '{function}' reads '{name}', which is {kind}, but a function "
         "reads only its arguments and parameters", "make '{name}' an argument: {form}"),
    Rule("recursion", "the function '{name}' calls itself ({path})", "a function may call only other functions"),
    Rule("cycle", "'{name}' is needed to compute itself ({path})",
         "take it out of its own expression, or make it a state: d{name}/dt = ..."),
    # Parameters and units
    Rule("unknown-unit", "'{unit}' is not a unit of a cell"),
    Rule("mixed-units", "{unit} does not go with {other} of line {line}",
         "use one set in a cell: nA uS nF, or pA nS pF, or uA/cm2 mS/cm2 uF/cm2"),
    Rule("unit-in-expression", "the unit '{unit}' stands inside an expression",
         "a unit follows one plain number, as in 'x = 10 {unit}'; give the number a name and write the name here"),
    Rule("value-not-finite", "the value of this expression is not a finite number",
         "look for a division by zero, or a root or logarithm of a negative number"),
    # Sliders
    Rule("slider-needs-number", "'{name}' is computed from other names, so it can have no slider",
         "put 'in [low, high]' on a parameter, which is a plain number"),
    Rule("slider-place", "'in' makes a slider, which only a parameter can have",
         "give the number a name, 'a = 0.5 in [0, 1]', and write its name here"),
    Rule("slider-range", "'in' is followed by two numbers in square brackets, found {found}",
         "write it like: in [0, 10]"),
    Rule("slider-third-number", "a slider has two ends, found {count} numbers",
         "write: in [{low}, {high}] step {step}"),
    Rule("slider-bound", "the ends and choices of a slider are plain numbers, found '{found}'",
         "write a number"),
    Rule("slider-order", "the low end {low} is not below the high end {high}", "write: in [{first}, {second}]"),
    Rule("slider-value", "{name} = {value} lies outside its slider [{low}, {high}]",
         "widen the range or change the value"),
    Rule("slider-log", "a log slider needs a low end above 0, found {low}",
         "write for example: in [{fixed}, {high}] log"),
    Rule("slider-step", "a step is above 0 and at most the range {range}, found {step}",
         "write for example: step {fixed}"),
    Rule("slider-option", "after the range comes 'log' or 'step' with a number, one of the two, found '{found}'"),
    Rule("unit-after-range", "the unit '{unit}' stands after the range",
         "put it after the value: {name} = {value} {unit} in ..."),
    Rule("choice-value", "{name} = {value} is not one of its choices {choices}",
         "add it to the choices or change the value"),
    Rule("choice-count", "a choice needs at least two different numbers, found {found}",
         "write it like: in {{1, 2, 4}}"),
    # What comes from outside, and where states start
    Rule("input-form", "an input is a name and a number", "write it like: input I = 0.8"),
    Rule("init-form", "after 'init' come states with their values", "write it like: init v = -1, w = 1"),
    Rule("init-not-a-state", "'{name}' is {kind}, and only a state has an initial value",
         "take it away from init, or write the equation d{name}/dt = ... instead of its definition"),
    Rule("init-twice", "'{name}' has an initial value already, on line {line}", "keep one of the two"),
    Rule("init-reads", "an initial value is made of numbers and parameters, but '{name}' is {kind}",
         "use a number or a parameter"),
    Rule("init-without-use", "'{name}' gets an initial value but is not read or changed anywhere",
         "did you mean '{other}'?"),
    Rule("draw-outside-init", "'{name}' draws a random initial value, so it stands only after init",
         "for noise in an equation write xi"),
    Rule("draw-alone", "'{name}' must be the whole initial value, not a part of it",
         "put the numbers inside, for example: init v = uniform(-70, -60)"),
    # Spikes
    Rule("spike-form", "'spike' is followed by 'when' and a condition", "write it like: spike when v > 1"),
    Rule("reset-form", "after 'reset' come states with their new values", "write it like: reset v = c, u += d"),
    Rule("reset-without-spike", "'reset' needs to know when the neuron spikes", "add a line like: spike when v > 1"),
    Rule("reset-not-a-state", "'{name}' is {kind}, and reset changes only states",
         "if it should change at spikes, write 'init {name} = ...' instead of its definition"),
    Rule("refractory-form", "after 'refractory' comes the period in ms, and after 'hold' the states to hold",
         "write it like: refractory 2 hold v"),
    Rule("refractory-without-spike", "'refractory' needs to know when the neuron spikes",
         "add a line like: spike when v > 1"),
    Rule("refractory-reads", "the refractory period is made of numbers and parameters, but '{name}' is {kind}",
         "use a number or a parameter"),
    Rule("refractory-unit", "the refractory period is in ms, found '{unit}'"),
    Rule("refractory-negative", "the refractory period is {value} ms, but it cannot be below 0", "write 0 or more"),
    Rule("refractory-holds-nothing", "nothing is held during the refractory period, because no state of an equation "
         "is reset with '='", "say which: refractory {period} hold {state}"),
    Rule("hold-not-a-state", "'{name}' is {kind}, and only a state with an equation can be held"),
    # Synapses
    Rule("neuron-statement", "'{word}' belongs to a neuron, not to a synapse"),
    Rule("synapse-empty", "the synapse '{name}' has no state and acts on nothing, so there is nothing to simulate",
         "add a line, for example: post.input += w*pre.spike"),
    Rule("end-form", "after '{owner}' comes '.' and the name of what that neuron has",
         "write it like: {owner}.spike, or {owner}.V"),
    Rule("end-changed", "a synapse changes a postsynaptic neuron only by '+=', found '{op}'",
         "write: {text}"),
    Rule("pre-changed", "a synapse acts on the postsynaptic neuron, and this changes the presynaptic one",
         "write post.{field} += ..., or connect the groups the other way round"),
    Rule("on-form", "after 'on' come 'spike:' or 'post spike:' and what changes then",
         "write it like: on spike: s += w"),
    Rule("on-not-a-state", "'{name}' is {kind}, and a spike changes only states and what is behind 'post.'",
         "if it should change at spikes, write 'init {name} = ...' instead of its definition"),
    Rule("delay-form", "after 'delay' comes a number of ms", "write it like: delay 1.5"),
    Rule("delay-unit", "the delay is in ms, found '{unit}'"),
    Rule("delay-negative", "the delay is {value} ms, but it cannot be below 0", "write 0 or more"),
    Rule("delay-without-event", "'delay' is how long a spike is on its way, but nothing happens at its arrival",
         "add a line like: on spike: s += 1"),
    # Noise and methods
    Rule("noise-place", "the white noise '{name}' stands outside an equation",
         "write it inside d/dt, for example: dv/dt = -v/10 + 0.2*{name}"),
    Rule("noise-linear", "the white noise '{name}' must enter an equation as factor*{name}",
         "it cannot be squared, divided by, or put inside a function or condition"),
    Rule("two-noises", "one equation with two noises, '{first}' and '{second}', is not available yet",
         "if no other equation shares them, write sqrt(a**2 + b**2)*{first} instead of a*{first} + b*{second}"),
    Rule("noise-method", "the method '{method}' cannot integrate noise (xi)",
         "write 'method euler', exponential or milstein (Ito), heun or milstein_stra (Stratonovich), or leave the line "
         "out"),
    Rule("unknown-method", "there is no method '{method}'"),
    Rule("method-form", "after 'method' comes the name of one method", "write it like: method rk4"),
    Rule("method-conflict", "this line says method {line_method}, and --method or method= says {option_method}",
         "keep one of the two"),
    # Network cells
    Rule("network-run", "'{text}(...)' runs the network inside the cell that builds it",
         "take it away: the lab below the cell runs it; for a run by hand call run in another cell"),
    Rule("network-slider-target", "a slider belongs to a name or to group.pars['tau'], found '{found}'",
         "write it like: I = 1.2 in [0, 3]"),
    Rule("network-slider-number", "a slider starts at one plain number, found '{found}'", "work it out"),
    Rule("network-slider-twice", "'{name}' has a slider already, on line {line}", "keep one of the two"),
    Rule("network-slider-option", "'log' and 'step' belong to a slider on a line of its own, outside of all blocks",
         "write it like: tau = 5 in [1, 100] log"),
    Rule("network-python", "Python cannot read this: {found}",
         "a network cell is Python, with sliders like I = 1.2 in [0, 3]"),
]  # fmt: skip

RULES: dict[str, Rule] = {entry.name: entry for entry in _ENTRIES}
