"""What can I type? The command `wings`.

Here options are read and results are said; all work is done in the rooms below. Exit status: 0 done, 1 a notebook failed
(or WINGS_REQUIRE names what is not there), 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from wingslib.errors import ParameterError, StoreError, WingsError


class _Group(click.Group):
    """A group whose commands end with one clear message where Wings itself found something wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ParameterError, StoreError) as error:
            self._leave(error, 2)
        except WingsError as error:
            self._leave(error, 1)
        except KeyboardInterrupt as interrupt:
            self._leave("\n".join(["interrupted", *getattr(interrupt, "__notes__", [])]), 130)

    @staticmethod
    def _leave(message: object, status: int) -> None:
        click.echo(f"wings: {message}", err=True)
        sys.exit(status)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run, refresh and check the notebooks of Wings."""


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter.")
@click.option("--sweep", multiple=True, metavar="NAME=V1,V2,…", help="Run at each of these values.")
@click.option("--profile", default="learn", show_default=True, metavar="smoke|learn|bench", help="How long to measure.")
def run(notebooks: tuple[str, ...], given: tuple[tuple[str, str], ...], sweep: tuple[str, ...], profile: str) -> None:
    """Run NOTEBOOKS (all for none; 02 will do for 02_multiprocessing) and write results/report.html."""
    from wingslib.workbook import execution, report

    with _bar("running") as progress:
        executions = execution.run_notebooks(notebooks, dict(given), dict(map(_sweep, sweep)), profile, progress)
    for one in executions:
        click.echo(f"{one.path.stem}  {one.seconds:.0f} s  {'failed' if one.error else 'ok'}")
    page = report.write(session for one in executions for session in one.sessions)
    click.echo(f"\n{page.headline}\n\n{page.path}")
    failed = [one for one in executions if one.error]
    for one in failed:
        click.echo(f"wings: {one.path.stem} failed at {one.error}\nkept: {one.path}", err=True)
    sys.exit(int(bool(failed)))


@main.command()
@click.argument("notebooks", nargs=-1)
def refresh(notebooks: tuple[str, ...]) -> None:
    """Run NOTEBOOKS (all for none) under profile learn and write their outputs into them."""
    from wingslib.workbook import outputs

    with _bar("refreshing") as progress:
        written = outputs.refresh(notebooks, progress)
    click.echo("\n".join(str(path) for path in written))


@main.command()
@click.argument("name", metavar="engines|map_reduce")
@click.option("--json", "as_rows", is_flag=True, help="Print a row of JSON for each bar.")
def bench(name: str, as_rows: bool) -> None:
    """Race the library against its peers; ten minutes or so. What is not installed is named with how to get it."""
    from wingslib import bench as benches
    from wingslib.machine import latest

    with _bar("racing") as progress:
        bars = benches.run(name, progress)
    machine = latest()
    click.echo(f"{machine.stamp()}{' · others were busy: race again when they are not' if machine.busy else ''}", err=True)
    if as_rows:
        for bar in bars:
            click.echo(json.dumps(bar.row(), ensure_ascii=False))
    else:
        click.echo(benches.table(bars))


@main.command()
def check() -> None:
    """Say what this machine lacks, and how to mend it."""
    from wingslib.workbook import environment

    findings = environment.check()
    for one in findings:
        click.echo(f"{'✗' if one.mend else '✓'} {one.subject}: {one.found}")
        if one.mend:
            click.echo(f"    {one.mend}")


@main.command()
def build() -> None:
    """Build the Rust extension, or say why not; then everything else still runs."""
    from wingslib.workbook import environment

    try:
        click.echo(environment.build())
    except WingsError as lacking:
        click.echo(lacking)
        sys.exit(int(environment.required("rust")))


def _sweep(text: str) -> tuple[str, list[str]]:
    name, equals, values = text.partition("=")
    if not (name and equals and all(values.split(","))):
        raise ParameterError(f"--sweep is {text!r}; allowed is a name and its values. For example --sweep workers=1,2,4.")
    return name, values.split(",")


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """Give a progress callable `(done, total, notebook)` that draws one bar over all notebooks, from its first call on."""
    with ExitStack() as stack:
        bars: list[Any] = []

        def progress(done: int, total: int, notebook: str) -> None:
            if not bars:
                drawn = click.progressbar(length=total, label=label, item_show_func=str, file=sys.stderr)
                bars.append(stack.enter_context(drawn))
            bars[0].update(done - bars[0].pos, notebook)

        yield progress
