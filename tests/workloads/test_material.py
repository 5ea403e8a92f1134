"""Seeded material: the same from the same seed, other from another."""

from __future__ import annotations

import zlib
from collections import Counter

import numpy as np
import pytest

from wingslib.errors import ParameterError
from wingslib.workloads import material


def test_notes_are_the_same_on_every_machine():
    """The first notes of seed 12 have a known checksum."""
    assert zlib.crc32("\n".join(material.notes(28, seed=12)).encode()) == 1588146388


def test_notes_depend_on_number_and_seed():
    """No two notes are equal, and more notes begin with the fewer."""
    notes = material.notes(50, seed=1)
    assert len(set(notes)) == 50
    assert material.notes(3, seed=1) == notes[:3]
    assert material.notes(3, seed=2) != notes[:3]


def test_plates_are_grey_images_that_use_the_scale():
    """A plate is 256 × 256 bytes, from 0 to 255, the same from the same seed."""
    plates = material.plates(3, seed=5)
    again = material.plates(3, seed=5)
    assert all(np.array_equal(one, other) for one, other in zip(plates, again, strict=True))
    assert {(plate.shape, plate.dtype.name, int(plate.max())) for plate in plates} == {((256, 256), "uint8", 255)}


def test_a_plate_counts_byte_pairs(tmp_path):
    """The commonest pair of bytes is the brightest pixel, a pair that never occurs is black."""
    file = tmp_path / "m.py"
    file.write_bytes(b"ababa")
    plate = material._plate(material.corpora.Module("m", file, 28, 5))
    assert plate[ord("a"), ord("b")] == plate[ord("b"), ord("a")] == 255
    assert int((plate > 0).sum()) == 2


def test_a_table_has_the_rows_and_columns_it_promises():
    """A table holds its rows, the same from the same seed."""
    table = material.table(100, seed=3)
    assert table.equals(material.table(100, seed=3))
    assert list(table.columns) == ["chapter", "words", "branches", "seconds"]
    assert len(table) == 100
    assert table["chapter"].between(1, 28).all()
    assert not table.equals(material.table(100, seed=4))


def test_a_large_file_has_its_lines(tmp_path):
    """Each line has a chapter, seconds and a sentence, and the same seed writes the same bytes."""
    first = material.large_file(tmp_path / "a", 50, seed=1).read_bytes()
    assert material.large_file(tmp_path / "b", 50, seed=1).read_bytes() == first
    lines = first.decode().splitlines()
    assert len(lines) == 50
    assert all(1 <= int(line.split("\t")[0]) <= 28 for line in lines)


@pytest.mark.parametrize("make", [material.notes, material.plates, material.table])
def test_a_wrong_number_is_refused(make):
    """A number that is not whole and at least 0 is refused."""
    with pytest.raises(ParameterError, match="is -1; allowed"):
        make(-1, seed=1)


def test_documents_are_the_same_on_every_machine():
    """The first documents of seed 12 have a known checksum."""
    assert zlib.crc32("\n".join(material.document(number, seed=12) for number in range(5)).encode()) == 481727441


def test_documents_share_their_words():
    """However many there are, they have 3,000 words each, all among the same thousand, the first far commoner than the last."""
    counts = Counter(word for number in range(200) for word in material.document(number, seed=1).split())
    assert counts.total() == 200 * 3_000
    assert len(counts) <= 1_000
    assert counts.most_common(1)[0][1] > 20 * counts.most_common()[500][1]
    assert material.document(7, seed=1) not in (material.document(8, seed=1), material.document(7, seed=2))


def test_a_document_has_as_many_words_as_asked_for():
    """From one word to a whole running text; more than that is refused."""
    assert [len(material.document(3, seed=1, words=count).split()) for count in (1, 320, 60_000)] == [1, 320, 60_000]
    with pytest.raises(ParameterError, match="words is 60001; allowed are at most 60,000"):
        material.document(3, seed=1, words=60_001)
