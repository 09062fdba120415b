"""Arrays, snapshots and logs as JSON, and back with the same bits."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable

import numpy as np

from ..errors import ModelError, ModelValueError
from ..runtime.bindings import Bindings, RandomEdges
from ..runtime.log import LogEntry
from ..runtime.snapshot import Snapshot
from ..runtime.waveforms import Waveform

PLAIN = 16
"""Arrays up to this length are lists of numbers, which people can read."""


def encode(array: np.ndarray) -> str | list[str]:
    """One number where all elements have the same bits, a list of a few, else a packed text."""
    flat = np.ascontiguousarray(array).reshape(-1)
    as_numbers = flat.astype(np.float64)
    exact = flat.dtype.kind in "fb" or np.array_equal(as_numbers.astype(flat.dtype), flat)
    if flat.size and exact and not np.isnan(as_numbers).any():
        if _all_alike(flat):
            return float(as_numbers[0]).hex()
        if flat.size <= PLAIN:
            return [float(value).hex() for value in as_numbers]
    return "zlib64:" + base64.b64encode(zlib.compress(flat.tobytes(), 6)).decode("ascii")


class OtherShape(ModelValueError):
    """An array was written for another number of elements."""


def _all_alike(flat: np.ndarray) -> bool:
    """Whether all elements have the same bits."""
    raw = np.ascontiguousarray(flat).view(np.uint8).reshape(flat.size, -1)
    return bool(flat.size) and bool((raw == raw[0]).all())


def decode(code: str | list[str], like: np.ndarray, what: str) -> np.ndarray:
    """An array of the shape and type of `like`.

    Raises
    ------
    ModelValueError
        When the code is none, or of another size.
    """
    try:
        if isinstance(code, str) and code.startswith("zlib64:"):
            raw = zlib.decompressobj().decompress(base64.b64decode(code[7:], validate=True), like.nbytes + 1)
            _same_size(len(raw), like.nbytes, what)
            return np.frombuffer(raw, like.dtype).reshape(like.shape)
        if isinstance(code, str):
            return np.full(like.shape, float.fromhex(code)).astype(like.dtype)
        _same_size(len(code), like.size, what)
        return np.array([float.fromhex(one) for one in code]).astype(like.dtype).reshape(like.shape)
    except OtherShape:
        raise
    except (ValueError, TypeError, zlib.error) as error:
        raise ModelValueError(
            f"{what}: found {str(code)[:40]!r}, which is no array of shape {like.shape} and type {like.dtype}. "
            "Use the file as it was written."
        ) from error


def _same_size(found: int, expected: int, what: str) -> None:
    if found != expected:
        raise OtherShape(
            f"{what}: found {found} elements or bytes, expected {expected}. Use the file as it was written."
        )


def encode_snapshot(snapshot: Snapshot, most_chars: int) -> dict:
    """A snapshot: its place in time, its arrays unless they are long, and a digest of all of them.

    Parameters
    ----------
    snapshot : Snapshot
    most_chars : int
        Arrays whose code is longer are left out: they come from the model, and the digest tells whether they did.
    """
    kept: dict[str, str | list[str]] = {}
    for key, array in snapshot.arrays.items():
        # Packing what will be left out takes long, and nothing that is not all alike is packed to a hundredth.
        if array.nbytes > 100 * most_chars and not _all_alike(array.reshape(-1)):
            continue
        code = encode(array)
        if isinstance(code, list) or len(code) <= most_chars:
            kept["/".join(key)] = code
    found = {"step": snapshot.step, "run_step": snapshot.run_step, "t0": snapshot.t0, "arrays": kept}
    left_out = [key for key in map("/".join, snapshot.arrays) if key not in kept]
    if left_out:
        found["left_out"] = left_out
    waves = _encode_waves(snapshot)
    return found | ({"waves": waves} if waves else {})


def _encode_waves(snapshot: Snapshot) -> list:
    """What has driven inputs before, ``[input, [[step, text of a waveform or ''], ...]]`` of each that was driven."""
    return [
        [index, [[step, waveform.text if waveform else ""] for step, waveform in segments]]
        for index, segments in snapshot.waves
        if any(waveform for _, waveform in segments)
    ]


def _decode_waves(coded: list, like: Snapshot) -> tuple:
    try:
        found = {
            int(index): tuple((int(step), Waveform.read(text)) for step, text in segments) for index, segments in coded
        }
    except (ValueError, TypeError, KeyError, ModelError) as error:
        raise ModelValueError(
            f"waves: found {str(coded)[:80]}, which are no waveforms ({error}). Use the file as it was written."
        ) from error
    return tuple((index, found.get(index, segments)) for index, segments in like.waves)


def decode_snapshot(coded: dict, like: Snapshot) -> Snapshot:
    """A snapshot in which everything that was not written is as in `like`."""
    arrays = {}
    for key, array in like.arrays.items():
        code = coded["arrays"].get("/".join(key))
        arrays[key] = array if code is None else decode(code, array, f"state {'.'.join(key)}")
    waves = _decode_waves(coded.get("waves", []), like)
    return Snapshot(int(coded["step"]), int(coded["run_step"]), float(coded["t0"]), arrays, waves)


def beginning(snapshot: Snapshot, bindings: Bindings) -> str:
    """A digest of all that a run begins with: states, parameters, inputs, connections."""
    digest = hashlib.sha256()
    for key in sorted(snapshot.arrays):
        array = snapshot.arrays[key]
        digest.update(f"{'/'.join(key)}{array.dtype.str}{array.shape}|".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(repr(_encode_waves(snapshot) or "").encode())
    for name in sorted(bindings.edges):
        edges = bindings.edges[name]
        if isinstance(edges, RandomEdges):
            digest.update(repr(edges).encode())
        else:
            for ids in (edges.pre_ids, edges.post_ids):
                digest.update(ids.astype(np.int64).tobytes())
    return digest.hexdigest()


def encode_entry(entry: LogEntry) -> list:
    """``[step, kind, target, value]``."""
    value = entry.value
    if isinstance(value, np.ndarray):
        packed = base64.b64encode(zlib.compress(value.tobytes(), 6)).decode("ascii")
        value = {"shape": list(value.shape), "zlib64": packed}
    return [entry.step, entry.kind, list(entry.target), value]


def decode_log(entries: Iterable) -> tuple[LogEntry, ...]:
    """The entries of a log.

    Raises
    ------
    ModelValueError
        For an entry that is none.
    """
    found = []
    for number, entry in enumerate(entries):
        try:
            step, kind, target, value = entry
            if kind not in ("parameter", "state", "input", "wave"):
                raise ValueError(kind)
            target = tuple(tuple(part) if isinstance(part, list) else part for part in target)
            if isinstance(value, dict):
                raw = np.frombuffer(zlib.decompress(base64.b64decode(value["zlib64"])), np.float64)
                value = raw.reshape(value["shape"])
            elif kind == "wave":
                Waveform.read(value)
            else:
                float.fromhex(value)
            found.append(LogEntry(int(step), kind, target, value))
        except (ValueError, TypeError, KeyError, zlib.error) as error:
            raise ModelValueError(
                f"entry {number} of the log: found {str(entry)[:80]}, expected [step, 'parameter', 'state', 'input' or "
                "'wave', target, value]. Use the file as it was written."
            ) from error
    if any(a.step > b.step for a, b in zip(found, found[1:])):
        raise ModelValueError("the log is not in the order of its steps. Use the file as it was written.")
    return tuple(found)


def check_entry(entry: LogEntry, simulation) -> None:
    """Whether an entry fits a program, so that it can be replayed.

    Raises
    ------
    ModelValueError
        When it does not.
    """
    kind, target = entry.kind, entry.target
    if kind == "wave":
        if len(target) != 1 or target[0] not in simulation.waves:
            raise ModelValueError(
                f"its log lets input {target!r} follow a waveform at step {entry.step}, which no input of the model "
                "does. Use the file as it was written, and the model as it was."
            )
        return
    number = entry.change.number
    try:
        if kind == "input":
            shape = simulation.get_input(target[0]).shape
        elif kind == "parameter":
            item = simulation.program.find(target[0])
            if target[1] not in item.params:
                raise KeyError(target[1])
            shape = np.shape(simulation.param(*target))
        else:
            obj, name, index = target
            values = simulation.field(obj, name)
            shape = values.shape if index is None else np.shape(values[np.asarray(index, np.int64)])
        np.broadcast_to(number, shape)
        if not np.isfinite(number).all():
            raise ValueError("not finite")
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ModelValueError(
            f"its log says {kind} {target!r} at step {entry.step}, which does not fit the model ({error}). "
            "Use the file "
            "as it was written, and the model as it was."
        ) from error
