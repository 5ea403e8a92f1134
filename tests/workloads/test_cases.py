"""The five cases equal a naive way to the same answer, and are the same in another process."""

from __future__ import annotations

import multiprocessing
from collections import Counter

import numpy as np
import pytest

from wingslib.workloads import cases, material


@pytest.fixture
def items(tmp_path):
    """A few small items for each case."""
    file = material.large_file(tmp_path / "readings.tsv", 300, seed=1)
    return {
        "file": cases.file_slices(file, 3),
        "images": cases.plate_items(2, seed=1),
        "table": cases.table_parts(1000, 3, seed=1),
        "bootstrap": cases.replicates(2, seed=1),
        "loops": cases.prime_ranges(500, 3),
    }


def test_every_case_gives_one_result_an_item(items):
    """A plain loop gives one result an item, twice the same."""
    assert list(items) == list(cases.CASES)
    for name, case in cases.CASES.items():
        assert list(map(case.work, items[name])) == list(map(case.work, items[name]))
        assert len(list(map(case.work, items[name]))) == len(items[name])


def test_every_case_is_equal_in_another_process(items):
    """A freshly started process computes the same results."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        for name, case in cases.CASES.items():
            assert pool.map(case.work, items[name]) == list(map(case.work, items[name]))


@pytest.mark.parametrize("text", ["", "a\n", "a", "a\nbb\nccc", "\n\n\n", "long" * 50 + "\nx\n", "é\nü\n" * 9])
@pytest.mark.parametrize("parts", [1, 2, 3, 7, 100])
def test_slices_cover_the_file_once_and_end_with_lines(tmp_path, text, parts):
    """The slices joined are the file, none is empty, and each but the last ends a line."""
    path = tmp_path / "file"
    path.write_bytes(text.encode())
    slices = cases.file_slices(path, parts)
    pieces = [path.read_bytes()[piece.start : piece.end] for piece in slices]
    assert b"".join(pieces) == text.encode()
    assert all(pieces)
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])
    assert len(slices) <= parts


def test_a_cut_on_a_line_end_stays_there(tmp_path):
    """Where the equal share ends with a line, the slices are equal."""
    path = tmp_path / "file"
    path.write_bytes(b"a\nb\nc\nd\n")
    assert [(piece.start, piece.end) for piece in cases.file_slices(path, 2)] == [(0, 4), (4, 8)]


def test_parsed_slices_add_up_to_the_whole_file(tmp_path):
    """Words and seconds of all slices together are those of a plain reading."""
    path = material.large_file(tmp_path / "file", 101, seed=4)
    words, seconds = Counter(), Counter()
    for line in path.read_text().splitlines():
        chapter, time, sentence = line.split("\t")
        words[int(chapter)] += len(sentence.split())
        seconds[int(chapter)] += float(time)
    found_words, found_seconds = Counter(), Counter()
    for counts in map(cases.parse_slice, cases.file_slices(path, 7)):
        for chapter, (count, spent) in counts.items():
            found_words[chapter] += count
            found_seconds[chapter] += spent
    assert found_words == words
    assert found_seconds == pytest.approx(seconds)


def test_blurring_is_the_mean_of_the_square_around():
    """Each pixel equals the naive mean over its padded neighbourhood."""
    plate = np.random.default_rng(1).integers(0, 256, (9, 7)).astype(np.uint8)
    padded = np.pad(plate, 2, mode="edge").astype(int)
    naive = [[padded[row : row + 5, column : column + 5].sum() // 25 for column in range(7)] for row in range(9)]
    assert cases.blurred(plate, radius=2).tolist() == naive


def test_equalising_gives_each_grey_its_rank():
    """Each pixel becomes 255 times the share of pixels at most as bright."""
    plate = np.array([[0, 10], [10, 200]], dtype=np.uint8)
    assert cases.equalised(plate).tolist() == [[63, 191], [191, 255]]


def test_table_parts_join_to_the_table():
    """No row is lost or doubled, also when parts do not divide rows."""
    parts = cases.table_parts(100, 7, seed=2)
    assert [row for part in parts for row in part.index] == list(range(100))


def test_a_table_part_is_transformed_like_a_loop_would():
    """Density and pace of a chapter equal those of a plain loop."""
    (part,) = cases.table_parts(200, 1, seed=2)
    rows = [row for row in part.itertuples() if row.chapter == 7]
    density = np.median([row.branches / row.words * 1000 for row in rows])
    pace = min(row.words / max(row.seconds, 0.001) for row in rows)
    assert cases.transform_part(part)[7] == pytest.approx((density, pace), abs=1e-6)


def test_zipf_finds_the_exponent_of_a_perfect_text(monkeypatch):
    """On counts that fall as rank to the power −1, the exponent is near 1, and each seed has its own draw."""
    counts = np.array([1_000_000 // rank for rank in range(1, 1200)])
    monkeypatch.setattr(cases, "word_counts", lambda: counts)
    first, second = map(cases.zipf_exponent, (1, 2))
    assert first != second
    assert first == pytest.approx(1, abs=0.02)


def test_primes_are_counted_whatever_the_cut():
    """There are 168 primes below 1,000, in one range or in seven."""
    assert cases.count_primes((0, 1000)) == 168
    assert sum(map(cases.count_primes, cases.prime_ranges(1000, 7))) == 168
