"""Run the fault trials for hours: `python tests/faults/soak.py --hours 3`.

First come the tests of long use at their full size, then all trials again and again, each round with a new seed, until
the hours are over. What failed is kept in results/soak with the line that replays it. The table at the end says how
many trials each test had, whether that is the nightly or the release number, and below which rate its failures lie
(95 %: 3 / trials when none failed). The exit status is 1 if anything failed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
KEPT = ROOT / "results" / "soak"
LONG = [FOLDER / "test_long_use.py", FOLDER / "test_consumers.py", FOLDER / "test_parameters.py"]
LONG_HOURS = 12
TIERS = ("pr", "nightly", "release")


class Tally:
    """Trials and failures of each test over all rounds."""

    def __init__(self) -> None:
        self.trials: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.wanted: dict[str, list[int]] = {}

    def read(self, report: Path) -> int:
        """Add one round's JUnit report; return how many tests failed."""
        failed = 0
        for case in ElementTree.parse(report).iter("testcase"):
            name = f"{case.get('classname', '').rsplit('.', 1)[-1]}::{case.get('name')}"
            told = {item.get("name"): item.get("value", "") for item in case.iter("property")}
            self.trials[name] += int(told.get("trials", 1))
            self.wanted.setdefault(name, [int(number) for number in told.get("wanted", "").split()])
            bad = case.find("failure") is not None or case.find("error") is not None
            self.failures[name] += bad
            failed += bad
        return failed

    def lines(self) -> list[str]:
        """Return the table, what failed first."""
        names = sorted(self.trials, key=lambda name: (-self.failures[name], name))
        return [self._line(name) for name in names]

    def _line(self, name: str) -> str:
        trials, failures, wanted = self.trials[name], self.failures[name], self.wanted[name]
        reached = [tier for tier, number in zip(TIERS, wanted, strict=False) if trials >= number]
        bound = f"{failures} FAILED" if failures else f"< {3 / trials:.2%}" if wanted and trials >= 3 else ""
        return f"{trials:8} trials  {bound:>10}  {(reached or [''])[-1]:8} {name}"


def one_round(tally: Tally, tier: str, seed: int, paths: list[Path]) -> int:
    """Run some test files once; return how many tests failed, keeping their reports if any did."""
    KEPT.mkdir(parents=True, exist_ok=True)
    report, log = KEPT / f"{tier}-{seed}.xml", KEPT / f"{tier}-{seed}.txt"
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "-o", "junit_family=xunit1", *map(str, paths)]
    with open(log, "w") as out:
        environment = os.environ | {"WINGS_TIER": tier, "WINGS_SEED": str(seed)}
        status = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT).returncode
    failed = tally.read(report) if report.exists() else 1
    if not failed and status == 0:
        report.unlink()
        log.unlink()
        return 0
    print(f"  failed; see {log.relative_to(ROOT)}, which has the lines to run it again", flush=True)
    return failed or 1


def main() -> int:
    """Soak, print, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, required=True)
    hours = parser.parse_args().hours
    until, tally, failed, rounds = time.monotonic() + 3600 * hours, Tally(), 0, 0
    tier, paths = ("release" if hours >= LONG_HOURS else "nightly"), LONG
    while time.monotonic() < until:
        seed = random.randrange(10**9)
        print(f"round {rounds}: WINGS_TIER={tier} WINGS_SEED={seed}", flush=True)
        failed += one_round(tally, tier, seed, paths)
        rounds, tier, paths = rounds + 1, "pr", [FOLDER]
    print(*tally.lines(), sep="\n")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
