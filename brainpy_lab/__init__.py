"""A Jupyter lab for neuronal dynamics: write a model in a cell, run it live, move its parameters.

``import brainpy_lab as bp`` loads nothing heavier than NumPy. Public names are looked up in one table at first use.
"""

from importlib import import_module

__version__ = "0.1.0"

# Public name -> where it lives: ".module" is the module itself, ".module:attribute" something in it.
_PUBLIC = {
    # modules
    "backend": ".backend",
    "channels": ".channels",
    "conn": ".connect",
    "connect": ".connect",
    "connectivity": ".connectivity",
    "core": ".core",
    "course": ".course",
    "dnn": ".dnn",
    "dyn": ".dyn",
    "dynamics": ".dynamics",
    "errors": ".errors",
    "init": ".initialize",
    "initialize": ".initialize",
    "integration": ".integration",
    "inputs": ".inputs",
    "math": ".math",
    "measure": ".measure",
    "models": ".models",
    "neurons": ".neurons",
    "profile": ".profile",
    "running": ".running",
    "synapses": ".synapses",
    "synouts": ".synouts",
    "synplast": ".synplast",
    "tools": ".tools",
    "types": ".types",
    "visualization": ".visualization",
    "visualize": ".visualize",
    # what a group, a synapse or any object holds
    "NeuState": ".types:NeuState",
    "ObjState": ".types:ObjState",
    "SynState": ".types:SynState",
    # models from functions
    "Ensemble": ".frontends.types_api:Ensemble",
    "NeuGroup": ".frontends.types_api:NeuGroup",
    "NeuType": ".frontends.types_api:NeuType",
    "Network": ".frontends.networks:Network",
    "ObjType": ".frontends.types_api:ObjType",
    "SynConn": ".frontends.types_api:SynConn",
    "SynType": ".frontends.types_api:SynType",
    "delayed": ".frontends.types_api:delayed",
    "exprel": ".frontends.functions:exprel",
    "integrate": ".frontends.integrate:integrate",
    # models from classes
    "Channel": ".channels:Channel",
    "CondNeuGroup": ".dyn:CondNeuGroup",
    "CondNeuGroupLTC": ".dyn:CondNeuGroupLTC",
    "DSRunner": ".frontends.objects_api.runner:DSRunner",
    "DynSysGroup": ".frontends.objects_api.groups:DynSysGroup",
    "DynamicalSystem": ".frontends.objects_api.base:DynamicalSystem",
    "JointEq": ".frontends.objects_api.integrators:JointEq",
    "Projection": ".frontends.objects_api.groups:Projection",
    "TwoEndConn": ".frontends.objects_api.two_end:TwoEndConn",
    "Sequential": ".frontends.objects_api.groups:Sequential",
    "VarDelay": ".frontends.objects_api.delays:VarDelay",
    "clear_input": ".frontends.objects_api.states:clear_input",
    "load_state": ".frontends.objects_api.states:load_state",
    "odeint": ".frontends.objects_api.integrators:odeint",
    "reset_state": ".frontends.objects_api.states:reset_state",
    "save_state": ".frontends.objects_api.states:save_state",
    "sdeint": ".frontends.objects_api.integrators:sdeint",
    "share": ".math.share:share",
    # models from text
    "neuron": ".frontends.equations:neuron",
    "synapse": ".frontends.equations:synapse",
    # analysis
    "BifurcationAnalyzer": ".dynamics:BifurcationAnalyzer",
    "PhasePortraitAnalyzer": ".dynamics:PhasePortraitAnalyzer",
    # running live
    "Replay": ".lab.replay:Replay",
    "Session": ".runtime.session:Session",
    "explore": ".lab.explore:explore",
    "labs": ".lab:labs",
    "open_lab": ".lab.files:open_lab",
    # many runs
    "sweep": ".lab.sweep:sweep",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str):
    try:
        module, _, attribute = _PUBLIC[name].partition(":")
    except KeyError:
        raise AttributeError(f"module 'brainpy_lab' has no attribute {name!r}") from None
    value = import_module(module, __name__)
    if attribute:
        value = getattr(value, attribute)
    globals()[name] = value  # so that this function is asked once per name
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})


def load_ipython_extension(ip) -> None:
    """``%load_ext brainpy_lab``: register the magics in the IPython shell `ip`."""
    from .lab import magics

    magics.load_ipython_extension(ip)


def unload_ipython_extension(ip) -> None:
    """``%unload_ext brainpy_lab``: remove what `load_ipython_extension` registered."""
    from .lab import magics

    magics.unload_ipython_extension(ip)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "_labextension", "dest": "brainpy-lab"}]
