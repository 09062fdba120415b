"""The course: notebooks that come with the package, and a person's copies of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ModelUseError

KEPT_IN = ".brainpy-course.json"


@dataclass
class Copied:
    """What copying did: names of files that are new, brought up to date, as they were, and kept as the person's."""

    folder: Path
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def source() -> Path:
    """Where the notebooks lie: in the package, or beside it in a clone.

    Raises
    ------
    ModelUseError
        When they are in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if next(folder.glob("*.ipynb"), None) is not None:
            return folder
    raise ModelUseError(
        f"the course notebooks are not in {package}: this installation of brainpy-lab is not whole. Install it again: "
        "pip install --force-reinstall --no-deps brainpy-lab"
    )


def files(folder: Path) -> list[Path]:
    """What belongs to the course."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
    ]


def copy(target: Path, course: Path | None = None) -> Copied:
    """Copy the course into a folder. A file that a person has changed is never touched.

    A file that is as it was copied, of which the package has a newer version, is replaced by that.

    Parameters
    ----------
    target : Path
        Made when it is not there.
    course : Path, optional
        The package's.

    Raises
    ------
    ModelUseError
        When the folder cannot be written.
    """
    course = source() if course is None else course
    done = Copied(target)
    try:
        target.mkdir(parents=True, exist_ok=True)
        copied = _read(target)
        for path in files(course):
            name = path.relative_to(course).as_posix()
            _copy(path.read_bytes(), target / name, name, copied, done)
        (target / KEPT_IN).write_text(json.dumps(copied, indent=1, sort_keys=True) + "\n", "utf-8")
    except OSError as error:
        raise ModelUseError(f"the course cannot be copied to {target}: {error}. Choose another folder.") from error
    return done


def _copy(text: bytes, place: Path, name: str, copied: dict[str, str], done: Copied) -> None:
    mark = _hash(text)
    if not place.exists():
        done.new.append(name)
    elif _hash(place.read_bytes()) == mark:
        done.same.append(name)
        copied[name] = mark
        return
    elif copied.get(name) == _hash(place.read_bytes()):
        done.updated.append(name)
    else:
        done.kept.append(name)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text)
    copied[name] = mark


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _read(target: Path) -> dict[str, str]:
    """Name -> hash of what was copied before; nothing where that is not known, so that all files are the person's."""
    try:
        found = json.loads((target / KEPT_IN).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
