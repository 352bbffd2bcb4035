"""
Pairs of near texts among very many, without comparing each with each.

A text's MinHash signature (over runs of three letters) is cut into trees. In each tree the texts are sorted by their
part of the signature, and only neighbours are compared: those of one bucket, at most `WINDOW` places apart. So a
bucket of a hundred thousand texts costs no more than many small ones. Its members stand in the order of further parts
of the signature: the likest come first, and what is lost are pairs that stand far apart in every tree, although they
are near. Whether candidates are near is then decided by difflib alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple, Protocol

import numpy as np
import rensa
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist, cpdist

Places = NDArray[np.int64]
Keys = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Pairs = tuple[Places, Places]

TREES: Final = 32
WINDOW: Final = 8
_SEED: Final = 20
_CHUNK: Final = 4096
_RUN: Final = 3
_LETTER_BITS: Final = 21  # of a code point
_BUCKET_BITS: Final = np.uint64(32)
_LETTERS: Final = 32
_MOST: Final = 65_535
_SLACK: Final = 1e-9
# The letters in common in one order: difflib's ratio is never above that.
_BOUND: Final = Indel.normalized_similarity


class Sketches(NamedTuple):
    """
    What the search keeps of texts, 320 bytes each.

    Attributes:
        keys: one row a text, one column a tree: its bucket in the high half, its place there in the low half.
        letters: how often the letters of each class occur.
    """

    keys: Keys
    letters: NDArray[np.uint16]


class Texts(Protocol):
    """Texts by their places."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> str: ...


def is_near(first: str, second: str, threshold: float) -> bool:
    """
    Whether difflib's ratio (autojunk off), which depends on the order, reaches `threshold` in either order.

    Args:
        first: a text as it shall be compared.
        second: another one.
        threshold: from 0 to 1.
    """
    for one, other in ((first, second), (second, first)):
        if SequenceMatcher(None, one, other, autojunk=False).ratio() >= threshold:
            return True
    return False


def sketches_of(texts: Texts, places: Places, scopes: Keys | None = None) -> Sketches:
    """
    Return the sketches of texts, in the order of `places`.

    Args:
        texts: that the places belong to; none of them may be empty.
        places: of the texts wanted.
        scopes: one number for each place: texts of different scopes are no candidates.
    """
    sketches = Sketches(np.empty((len(places), TREES), np.uint64), np.empty((len(places), _LETTERS), np.uint16))
    for start in range(0, len(places), _CHUNK):
        part = slice(start, start + _CHUNK)
        wanted = [texts[place] for place in places[part].tolist()]
        sketches.keys[part], sketches.letters[part] = _keys(wanted), _letters(wanted)
    if scopes is not None:
        np.bitwise_xor(sketches.keys, (scopes << _BUCKET_BITS)[:, None], out=sketches.keys)
    return sketches


def pairs_within(sketches: Sketches, threshold: float) -> Iterator[Pairs]:
    """
    Yield batches of candidates: places in `sketches`, the lower one of a pair first.

    A pair may come again; the number of pairs is at most `TREES * WINDOW` times that of the texts.
    """
    for tree in range(TREES):
        order = np.argsort(sketches.keys[:, tree], kind="stable")
        buckets = sketches.keys[order, tree] >> _BUCKET_BITS
        for step in range(1, WINDOW + 1):
            same = (buckets[step:] == buckets[:-step]).nonzero()[0]
            if not len(same):
                break
            ends = order[same], order[same + step]
            lower_first = np.minimum(*ends), np.maximum(*ends)
            yield _possible(sketches, sketches, lower_first, threshold)


def pairs_between(asked: Sketches, others: Sketches, threshold: float) -> Iterator[Pairs]:
    """Yield batches of candidates: places in `asked` and places in `others`, bounded in the same way."""
    for tree in range(TREES):
        order = np.argsort(others.keys[:, tree], kind="stable")
        sorted_keys = others.keys[order, tree]
        middle = np.searchsorted(sorted_keys, asked.keys[:, tree])
        buckets = asked.keys[:, tree] >> _BUCKET_BITS
        for step in sorted(range(-WINDOW, WINDOW), key=abs):
            at = middle + step
            inside = ((at >= 0) & (at < len(order))).nonzero()[0]
            same = inside[sorted_keys[at[inside]] >> _BUCKET_BITS == buckets[inside]]
            yield _possible(asked, others, (same, order[at[same]]), threshold)


def all_pairs(texts: Sequence[str], threshold: float) -> Iterator[Pairs]:
    """
    Yield a batch for each text: itself, with every earlier one that could be near; none is lost, the cost is quadratic.

    Args:
        texts: not more than a few thousand.
        threshold: from 0 to 1.
    """
    cutoff = threshold - _SLACK
    for place in range(1, len(texts)):
        bounds = cdist(texts[place : place + 1], texts[:place], scorer=_BOUND, score_cutoff=cutoff, dtype=np.float64)
        others = (bounds[0] >= cutoff).nonzero()[0]
        yield np.full(len(others), place), others


def near_pairs(first: Texts, second: Texts, pairs: Pairs, threshold: float) -> Mask:
    """
    Return which candidates are near.

    Args:
        first: that the first array of `pairs` has places in.
        second: likewise of the second.
        pairs: two arrays of one length.
        threshold: of difflib's ratio, from 0 to 1.
    """
    near = np.zeros(len(pairs[0]), np.bool_)
    for start in range(0, len(near), _CHUNK):
        part = slice(start, start + _CHUNK)
        ones = [first[place] for place in pairs[0][part].tolist()]
        others = [second[place] for place in pairs[1][part].tolist()]
        for place in _could_be_near(ones, others, threshold).nonzero()[0].tolist():
            near[start + place] = is_near(ones[place], others[place], threshold)
    return near


def _could_be_near(ones: Sequence[str], others: Sequence[str], threshold: float) -> Mask:
    cutoff = threshold - _SLACK
    bounds = cpdist(ones, others, scorer=_BOUND, score_cutoff=cutoff, dtype=np.float64)
    return np.asarray(bounds >= cutoff, np.bool_)


def _possible(first: Sketches, second: Sketches, pairs: Pairs, threshold: float) -> Pairs:
    """Return the pairs that have enough letters in common for `threshold`; no near one is lost."""
    fitting = np.empty(len(pairs[0]), np.bool_)
    for start in range(0, len(fitting), _CHUNK):
        part = slice(start, start + _CHUNK)
        ones, others = first.letters[pairs[0][part]], second.letters[pairs[1][part]]
        common = np.minimum(ones, others).sum(axis=1)
        fitting[part] = 2 * common >= (threshold - _SLACK) * (ones.sum(axis=1) + others.sum(axis=1))
    return pairs[0][fitting], pairs[1][fitting]


def _letters(texts: Sequence[str]) -> NDArray[np.uint16]:
    """Count the letters of each class, up to the greatest number that fits."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32) % _LETTERS
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    counts = np.bincount(rows * _LETTERS + codes, minlength=len(texts) * _LETTERS).reshape(len(texts), _LETTERS)
    return np.minimum(counts, _MOST).astype(np.uint16)


def _keys(texts: Sequence[str]) -> Keys:
    marks = _signatures(texts).astype(np.uint64)
    second, third, fourth = (np.roll(marks, -step, axis=1)[:, ::2] for step in (1, 2, 3))
    bucket = _mixed(marks[:, ::2] << _BUCKET_BITS | second) >> _BUCKET_BITS
    half = np.uint64(16)
    order = (_mixed(third) >> np.uint64(48)) << half | _mixed(fourth) >> np.uint64(48)
    return bucket << _BUCKET_BITS | order


def _signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Two marks a tree: each text's runs of letters are hashed, its ends count as letters."""
    letters = np.frombuffer("".join(f"\0{text}\0" for text in texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = np.array([len(text) for text in texts])
    runs = np.zeros(len(letters) - _RUN + 1, np.uint64)
    for step in range(_RUN):
        runs |= letters[step : len(runs) + step].astype(np.uint64) << np.uint64(step * _LETTER_BITS)
    # the last two letters of a text begin no run
    ends = np.cumsum(sizes + 2)
    whole = np.ones(len(letters), np.bool_)
    whole[ends - 1] = whole[ends - 2] = False
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint64)
    hashes = _mixed(runs[whole[: len(runs)]])
    rows = rensa.RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, 2 * TREES, _SEED).to_rows()
    return np.array(rows, np.uint32)


def _mixed(numbers: Keys) -> Keys:
    """Numbers that look drawn (the last steps of splitmix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
