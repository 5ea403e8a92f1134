"""Which notebooks are there, what can be set in them, and is this setting allowed? All answers come before any work.

A notebook's parameters are the typed assignments of its cell tagged `parameters`. Nothing is executed here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wingslib.errors import ParameterError
from wingslib.lesson.page import PROFILES
from wingslib.paths import notebooks

_TYPES = {"bool": bool, "int": int, "float": float, "str": str}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: `types` are the names in its annotation, `default` its source text."""

    name: str
    types: tuple[str, ...]
    default: str

    def __str__(self) -> str:
        return f"{self.name}: {' | '.join(self.types)} = {self.default}"


def find(names: Iterable[str] = ()) -> list[Path]:
    """Return the notebooks named by number ("02"), by name or by path, each once; all of them for no names."""
    known = sorted(notebooks().glob("[0-9][0-9]_*.ipynb"))
    found = [_find(name, known) for name in names]
    return list(dict.fromkeys(found)) or known


def read(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters of a notebook by name; none if it has no cell tagged `parameters`."""
    import nbformat

    for cell in nbformat.read(notebook, as_version=4).cells:
        if "parameters" in cell.metadata.get("tags", []):
            return {p.name: p for p in map(_parameter, ast.parse(cell.source).body) if p}
    return {}


def check(selected: Iterable[Path], given: Mapping[str, object]) -> dict[str, object]:
    """Return `given` with each value in the type that every notebook declares for its name; text is converted.

    Raises:
        ParameterError: a notebook does not know a name, or the value has another type; it lists the known ones.
    """
    checked = dict(given)
    for notebook in selected:
        known = read(notebook)
        for name in given:
            if name not in known:
                raise ParameterError(f"{notebook.stem} has no parameter {name!r}; it has\n{_listed(known)}")
            checked[name] = _typed(checked[name], known[name], known)
    return checked


def check_once(given: Collection[str], swept: Collection[str]) -> None:
    """Raise ParameterError if a name is set in two places, or `profile` elsewhere than by its own option."""
    if "profile" in {*given, *swept}:
        raise ParameterError("profile is given as a parameter; it has an option of its own. For example --profile smoke.")
    if twice := sorted({*given} & {*swept}):
        raise ParameterError(f"{twice[0]} is given by -p and by --sweep; allowed is one of them. Take one out.")


def check_profile(profile: object) -> str:
    """Return `profile` if it is one, else raise ParameterError."""
    if profile in PROFILES:
        return str(profile)
    raise ParameterError(f"profile is {profile!r}; allowed are {', '.join(PROFILES)}. For example --profile smoke.")


def _find(name: str, known: list[Path]) -> Path:
    for path in known:
        if name in (path.stem, path.name, path.stem[:2]):
            return path
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    raise ParameterError(
        f"there is no notebook {name!r}; known are {', '.join(p.stem for p in known)}. A number such as 02 will do."
    )


def _parameter(line: ast.stmt) -> Parameter | None:
    if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
        return None
    types = tuple(re.findall(r"\w+", ast.unparse(line.annotation)))
    return Parameter(line.target.id, types, ast.unparse(line.value) if line.value else "")


def _typed(value: object, parameter: Parameter, known: Mapping[str, Parameter]) -> object:
    if parameter.name == "workers":
        return _workers(value)
    if parameter.name == "profile":
        return value if value == "auto" else check_profile(value)
    for name in sorted(parameter.types, key="bool int float str".find):
        converted = _converted(value, _TYPES.get(name, object))
        if converted is not None:
            return converted
    raise ParameterError(
        f"{parameter.name} is {value!r}; its type is {' | '.join(parameter.types)}. Known are\n{_listed(known)}"
    )


def _converted(value: object, kind: type) -> object:
    """Return `value` as a `kind`, None if it is none; text from the command line is read as Python would."""
    if isinstance(value, str) and kind in (bool, int, float):
        try:
            value = ast.literal_eval(value.strip().capitalize() if kind is bool else value.strip())
        except (SyntaxError, ValueError):
            return None
    if kind is float and type(value) is int:
        return float(value)
    return value if type(value) is kind or kind is object else None


def _workers(value: object) -> object:
    if value == "auto":
        return value
    count = _converted(value, int)
    if isinstance(count, int) and count >= 1:
        return count
    raise ParameterError(f"workers is {value!r}; allowed is auto or a whole number ≥ 1. For example -p workers 2.")


def _listed(known: Mapping[str, Parameter]) -> str:
    return "\n".join(f"  {parameter}" for parameter in known.values()) or "  none"
