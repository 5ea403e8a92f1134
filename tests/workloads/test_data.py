"""The tables of data/ hold what their readers expect."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

import pytest

from wingslib import paths


@pytest.fixture(scope="module")
def claims():
    return tomllib.loads((paths.data() / "claims.toml").read_text(encoding="utf-8"))["claim"]


def test_claims_have_their_columns(claims):
    """Each claim has every column, and no two have the same id."""
    columns = {"id", "notebook", "text", "where", "metric", "kind", "cores"}
    assert all(columns <= set(claim) <= {*columns, "threshold"} for claim in claims)
    assert max(Counter(claim["id"] for claim in claims).values()) == 1


def test_claims_are_judgeable(claims):
    """A speedup has a threshold, kinds are known, cores are at least 1."""
    for claim in claims:
        assert claim["kind"] in {"speedup", "fact"}
        assert claim["kind"] == "fact" or claim["threshold"] > 0
        assert claim["cores"] >= 1


def test_every_notebook_judges_a_claim(claims):
    """All thirteen notebooks have claims, in the order of the notebooks."""
    numbers = [int(claim["notebook"][:2]) for claim in claims]
    assert sorted(set(numbers)) == list(range(13))
    assert numbers == sorted(numbers)


def test_the_readme_names_every_file():
    """data/README.md has each file of the folder with its size in bytes."""
    readme = (paths.data() / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([^`]+)` \| ([\d,]+) \|", readme, flags=re.MULTILINE))
    sizes = {path.name: f"{path.stat().st_size:,}" for path in paths.data().iterdir() if path.name != "README.md"}
    assert listed == sizes
