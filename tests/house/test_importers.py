"""Each outside package has one room that imports it, the library itself is imported by room, and doors are light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from wingslib import paths

# package: the one room that imports it; pebble is also a peer that we race
SOLE_IMPORTERS = {
    "aiolimiter": "patterns",
    "aiometer": "bench",
    "click": "cli",
    "duckdb": "bench",
    "ipywidgets": "views",
    "jinja2": "workbook",
    "joblib": "bench",
    "loky": "bench",
    "matplotlib": "views",
    "mpire": "bench",
    "nbclient": "workbook",
    "papermill": "workbook",
    "pebble": "bench engines",
    "polars": "bench",
    "psutil": "machine",
    "scipy": "measure",
    "sqlite3": "store",
    "stamina": "patterns",
    "tqdm": "views",
    "wings_rs": "accel",
}
HEAVY = {"numpy", "pandas", "matplotlib", "scipy", "IPython"}


def imports(path: Path) -> set[str]:
    """Return the full names of all modules that a file imports, at its top, inside functions or by `import_module`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names.update(str(part.value) for part in node.args if isinstance(part, ast.Constant))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update([node.module] if node.module != "wingslib" else [f"wingslib:{a.name}" for a in node.names])
    return names


def strangers(library: Path) -> list[str]:
    """Return "room imports package" for each import of a package by a room that is not its sole importer."""
    found = []
    for path in sorted(library.rglob("*.py")):
        room = path.relative_to(library).parts[0].removesuffix(".py")
        packages = {name.split(".")[0] for name in imports(path)}
        found += [
            f"{room} imports {p}" for p in sorted(packages & SOLE_IMPORTERS.keys()) if room not in SOLE_IMPORTERS[p].split()
        ]
    return found


def loaded(statement: str) -> set[str]:
    """Return which of the heavy packages a fresh interpreter has loaded after this statement."""
    call = f"{statement}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.split())


def test_each_package_has_one_importer():
    """No room imports a package that belongs to another room."""
    assert strangers(paths.project() / "wingslib") == []


@pytest.mark.parametrize("planted", ["from {}.part import thing", "import {}", "importlib.import_module('{}')"])
@pytest.mark.parametrize("package", SOLE_IMPORTERS)
def test_a_second_importer_is_seen(tmp_path, package, planted):
    """A planted import, also inside a function, is named with its room."""
    (tmp_path / "errors.py").write_text(f"def hidden():\n    {planted.format(package)}\n")
    assert strangers(tmp_path) == [f"errors imports {package}"]


def test_every_sole_importer_is_real():
    """Each row of the table is used, so that none outlives its reason."""
    library = paths.project() / "wingslib"
    for package, room in [(package, room) for package, rooms in SOLE_IMPORTERS.items() for room in rooms.split()]:
        files = [path for path in library.rglob("*.py") if path.relative_to(library).parts[0].removesuffix(".py") == room]
        assert any(package in {name.split(".")[0] for name in imports(path)} for path in files), package


def through_the_door(library: Path, rooms: set[str]) -> list[str]:
    """Return "file takes name" for each name but a room's that a file takes from `from wingslib import …`."""
    taken = [(path, name) for path in library.rglob("*.py") for name in imports(path) if name.startswith("wingslib:")]
    return [f"{path.relative_to(library)} takes {name[9:]}" for path, name in taken if name[9:] not in rooms]


def test_the_front_door_is_for_notebooks():
    """Inside the library no engine is taken from the front door; a room's name there is the room itself."""
    library = paths.project() / "wingslib"
    rooms = {path.name.removesuffix(".py") for path in library.iterdir()}
    assert through_the_door(library, rooms) == []


def test_an_engine_through_the_front_door_is_seen(tmp_path):
    """A planted `from wingslib import threads` is named with its file."""
    (tmp_path / "views.py").write_text("from wingslib import paths, threads\n")
    assert through_the_door(tmp_path, {"paths", "views"}) == ["views.py takes threads"]


def test_the_front_door_loads_nothing_heavy():
    """`import wingslib` loads none of numpy, pandas, matplotlib, scipy, IPython."""
    assert loaded("import wingslib") == set()


@pytest.mark.parametrize("engine", ["processes", "threads", "coroutines", "serial"])
def test_an_engine_loads_nothing_heavy(engine):
    """An engine from the front door may load numpy at most."""
    assert loaded(f"from wingslib import {engine}") <= {"numpy"}


def test_every_room_is_light():
    """Importing all rooms at once, the command line included, loads nothing heavy either."""
    library = paths.project() / "wingslib"
    rooms = sorted({path.name.removesuffix(".py") for path in library.iterdir()} - {"__init__", "__pycache__", "py.typed"})
    assert loaded("; ".join(f"import wingslib.{room}" for room in rooms)) == set()


def test_heavy_packages_would_be_seen():
    """The probe itself sees a heavy package."""
    assert loaded("import numpy") == {"numpy"}
