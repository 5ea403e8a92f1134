"""The standard library's pools: equal results and stamps under each start method."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wingslib.children import watched
from wingslib.workloads import startup
from wingslib.workloads.corpora import functions
from wingslib.workloads.tasks import complexity


@pytest.mark.parametrize("method", startup.methods())
def test_every_start_method_gives_the_loops_results(method):
    """The script prints a value and ordered stamps for each function, whatever starts its workers."""
    child = watched(Path(startup.__file__), 60, [method, "2", "20"])
    assert child.status == 0, child.stderr
    told = json.loads(child.stdout)
    assert [value for value, *_ in told["stamps"]] == [complexity(source) for source in functions(20)]
    assert all(0 <= started <= finished <= told["wall"] for _, _, started, finished in told["stamps"])
    assert len({worker for _, worker, *_ in told["stamps"]}) in (1, 2)


def test_both_pools_give_the_loops_results():
    """Executor and Pool at their defaults return what the loop returns, in order."""
    sources = functions(50)
    truth = [complexity(source) for source in sources]
    assert startup.executor_map("spawn", 2, sources) == truth
    assert startup.pool_map("spawn", 2, sources) == truth
