"""results/report.html: what parallelism did on this machine, on one page that needs no other file.

Numbers come from the store, pictures and verdicts on claims from the leaves that the notebooks left in results/guide.
Nothing is measured or judged here, and no number goes beyond what the profile allows: a smoke run is not evidence.
"""

from __future__ import annotations

import base64
import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wingslib import machine, measure, paths, views
from wingslib.lesson.leaf import Leaf, leaves
from wingslib.store import Row, Store
from wingslib.views.wording import seconds as spoken

SMOKE = "smoke: not evidence"
SIGNS = {"met": "✓", "not met": "✗"}


@dataclass(frozen=True)
class Figure:
    """A picture as a data: URI, with its reading."""

    reading: str
    source: str


@dataclass(frozen=True)
class Line:
    """One variant in the headline table, ready to print."""

    race: str
    variant: str
    seconds: str
    speedup: str
    efficiency: str
    verdict: str


@dataclass(frozen=True)
class Section:
    """One session of a notebook: its races, its pictures, and what became of the chapter's claims."""

    id: int
    notebook: str
    setting: str
    stamp: str
    lines: list[Line]
    notes: list[str]
    figures: list[Figure]
    leaf: Leaf | None
    claims: list[measure.Verdict]
    links: list[str]


@dataclass(frozen=True)
class Report:
    """The page that was written, and its headline as plain text."""

    path: Path
    headline: str


def write(sessions: Iterable[int] = ()) -> Report:
    """Write results/report.html from these sessions, and from the latest of each other notebook."""
    left = {leaf.session: leaf for leaf in leaves()}
    with Store() as store:
        sections = [_section(store, row, left.get(row["id"])) for row in _chosen(store.sessions(), set(sessions))]
    path = paths.results() / "report.html"
    partial = path.with_suffix(".partial")
    partial.write_text(_page(sections), encoding="utf-8")
    partial.replace(path)
    return Report(path, _headline(sections))


def _chosen(rows: list[Row], wanted: set[int]) -> list[Row]:
    found = {row["notebook"] for row in rows if row["id"] in wanted}
    latest = {row["notebook"]: row["id"] for row in rows if row["notebook"] not in found}
    chosen = wanted | set(latest.values())
    return sorted((row for row in rows if row["id"] in chosen), key=lambda row: (row["notebook"], row["id"]))


def _section(store: Store, session: Row, leaf: Leaf | None) -> Section:
    name, profile = session["notebook"], session["profile"]
    races = [race for row in store.comparisons(session["id"]) if (race := _race(store, session, row)).rounds]
    given = ", ".join(f"{key} = {value}" for key, value in session["parameters"].items() if key != "profile")
    return Section(
        id=session["id"],
        notebook=name,
        setting=f"profile {profile}" + (f", {given}" if given else ""),
        stamp=_machine(session).stamp(),
        lines=[_line(race, label) for race in races for label in race.labels],
        notes=[_note(race) for race in races],
        figures=_figures(leaf, races),
        leaf=leaf,
        claims=leaf.verdicts if leaf else [],
        links=_links(name),
    )


def _race(store: Store, session: Row, row: Row) -> measure.Comparison:
    """Return a stored comparison as it was when it was measured; of an interrupted one, its whole rounds."""
    variants = {variant["label"]: variant for variant in row["variants"]}
    samples: dict[str, list[float]] = {label: [] for label in variants}
    for sample in store.samples(row["id"]):
        samples[sample["variant"]].append(sample["seconds"])
    rounds = min(map(len, samples.values()))
    stored = store.timelines(row["id"])
    runs = {label: [stored[label, n] for n in range(rounds) if (label, n) in stored] for label in variants}
    return measure.Comparison(
        name=row["name"],
        labels=list(variants),
        profile=session["profile"],
        machine=_machine(session),
        samples={label: seconds[:rounds] for label, seconds in samples.items()},
        cold=row["cold"],
        workers={label: variant["workers"] for label, variant in variants.items()},
        engines={label: variant["engine"] for label, variant in variants.items()},
        runs={label: lines for label, lines in runs.items() if len(lines) == rounds},
        equal=True,
        stopped=row["stopped"] or ("smoke" if session["profile"] == "smoke" else "interrupted"),
    )


def _machine(session: Row) -> machine.Machine:
    names = {field.name for field in dataclasses.fields(machine.Machine)}
    return machine.Machine(**{name: value for name, value in session["fingerprint"].items() if name in names})


def _line(race: measure.Comparison, label: str) -> Line:
    seconds = spoken(race.mean(label), 3)
    if label == race.baseline:
        return Line(race.name, label, seconds, "1", "", "baseline")
    speedup = race.speedup(label)
    form = ".2f" if speedup.mean >= 0.1 else ".2g"
    bounds = f" ({speedup.low:{form}}–{speedup.high:{form}})" if math.isfinite(speedup.high) else ""
    verdict = SMOKE if race.stopped == "smoke" else race.verdict(label)
    efficiency = f"{race.efficiency(label).mean:.0%}".replace("%", " %")
    return Line(race.name, label, seconds, f"{speedup.mean:{form}}×{bounds}", efficiency, verdict)


def _note(race: measure.Comparison) -> str:
    ends = {"precise": "until it was precise", "budget": "until the budget was spent", "smoke": SMOKE}
    noise = f"; noisy: {race.noise}" if race.noise else ""
    return f"{race.name}: {race.rounds} rounds, {ends.get(race.stopped, race.stopped)}{noise}"


def _figures(leaf: Leaf | None, races: list[measure.Comparison]) -> list[Figure]:
    """Return the leaf's picture, then one of each race that is evidence."""
    first = [Figure(leaf.reading, _uri(leaf.picture.read_bytes()))] if leaf else []
    drawn = [views.variants(race) for race in races if len(race.labels) > 1 and race.stopped != "smoke"]
    return first + [Figure(picture.reading, _uri(picture.png)) for picture in drawn]


def _uri(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _links(name: str) -> list[str]:
    """Return the executed notebooks, as links from the page."""
    folder = paths.results()
    return [path.relative_to(folder).as_posix() for path in sorted((folder / "notebooks").glob(f"{name}*.ipynb"))]


def _page(sections: list[Section]) -> str:
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("report.html.jinja").render(sections=sections, signs=SIGNS)


def _headline(sections: list[Section]) -> str:
    """Return the table of all variants as text, a block for each notebook."""
    blocks = [f"{section.notebook} · {section.stamp}\n{_text(section.lines)}" for section in sections]
    return "\n\n".join(blocks) or "nothing was measured yet"


def _text(lines: list[Line]) -> str:
    if not lines:
        return "  no race was measured"
    rows = [dataclasses.astuple(line) for line in lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
