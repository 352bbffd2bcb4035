from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from punie.training.merge_manifest import MergeError, MergeManifest, MergeSource, load_merge, manifest_text
from punie.training.splits import SplitSizes

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True)
digests = st.none() | st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
sources = st.builds(MergeSource, name=names, rows=st.integers(1, 1000), sha256=digests)


@st.composite
def manifests(draw: st.DrawFn) -> MergeManifest:
    given_sources = tuple(draw(st.lists(sources, min_size=1, max_size=4, unique_by=lambda source: source.name)))
    total = sum(source.rows for source in given_sources)
    valid = draw(st.integers(0, total - 1))
    sizes = SplitSizes(train=total - valid, valid=valid)
    clean = draw(st.booleans())
    left = draw(st.none() | st.builds(SplitSizes, train=st.integers(1, 99), valid=st.integers(0, 9))) if clean else None
    return MergeManifest(
        name=draw(names),
        seed=draw(st.integers(0, 2**40)),
        sizes=sizes,
        clean=clean,
        left=left,
        sources=given_sources,
    )


def _loaded(data: bytes) -> MergeManifest:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "merge.toml")
        file.write_bytes(data)
        return load_merge(file)


@given(manifests())
def test_a_manifest_survives_its_text(manifest: MergeManifest) -> None:
    assert _loaded(manifest_text(manifest).encode()) == manifest


@given(manifests(), st.data())
def test_a_damaged_manifest_is_a_manifest_or_one_line(manifest: MergeManifest, data: st.DataObject) -> None:
    text = manifest_text(manifest).encode()
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.binary(max_size=4)) + text[at + data.draw(st.integers(0, 4)) :]
    message = "one line"
    try:
        _loaded(damaged)
    except MergeError as error:
        message = str(error)

    assert "\n" not in message
