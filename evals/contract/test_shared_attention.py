from __future__ import annotations

from pathlib import Path

import pytest

from punie.blas import ensure_fast_blas
from punie.evaluation.models import MlxModel

SYSTEM = "You are a developer's assistant, and you answer in few words: " * 3
PROMPTS = [f"{SYSTEM}{question}" for question in ("What?", "Where is the loom?", "Why", "How many looms stand here?")]


@pytest.fixture(autouse=True)
def _on_a_cpu() -> None:
    ensure_fast_blas()
    import mlx.core as mx

    if mx.default_device() != mx.cpu:
        pytest.skip("elsewhere every row has a copy of the prefix")


@pytest.mark.parametrize(("steps", "group"), [(1, 1), (1, 2), (5, 2)])
def test_attention_in_two_parts_is_attention(steps: int, group: int) -> None:
    import mlx.core as mx
    from mlx_lm.models.cache import KVCache

    from punie.evaluation.models.shared_attention import SharedKeys, attend

    mx.random.seed(0)
    rows, heads, known, own, size = 3, 2, 7, 6, 8
    queries = mx.random.normal((rows, heads * group, steps, size))
    keys, values = (mx.random.normal((rows, heads, own, size)) for _ in range(2))
    first = KVCache()
    first.update_and_fetch(*(mx.random.normal((1, heads, known, size)) for _ in range(2)))
    prefix = SharedKeys(first)
    mask = mx.random.uniform(shape=(rows, 1, steps, own)) > 0.5
    whole = [
        mx.concatenate([mx.repeat(part, rows, axis=0), rest], axis=2)
        for part, rest in ((prefix.keys, keys), (prefix.values, values))
    ]
    seen = mx.concatenate([mx.ones((rows, 1, steps, known), dtype=mx.bool_), mask], axis=-1)
    expected = mx.fast.scaled_dot_product_attention(queries, *whole, scale=0.3, mask=seen)
    found = attend(queries, keys, values, prefix, scale=0.3, mask=mask)

    assert found.shape == expected.shape
    assert mx.allclose(found, expected, atol=1e-5)


def test_a_prefix_that_is_kept_once_changes_no_reply(tiny_model: Path) -> None:
    model = MlxModel(tiny_model, max_tokens=16)
    alone = model.resized(1)
    small = model.resized(2)
    assert model.settings["shared_prefix"] == "computed and kept once"

    expected = [answer.text for answer in alone.answer(PROMPTS)]
    assert [answer.text for answer in model.answer(PROMPTS)] == expected
    assert [answer.text for answer in small.answer(PROMPTS)] == expected
    assert [answer.text for answer in model.answer(PROMPTS[2:])] == expected[2:]


def test_other_models_of_the_same_code_attend_as_before(tiny_model: Path) -> None:
    first = MlxModel(tiny_model, max_tokens=8)
    before = [answer.text for answer in first.resized(1).answer(PROMPTS)]
    MlxModel(tiny_model, max_tokens=8).answer(PROMPTS)

    assert [answer.text for answer in first.resized(1).answer(PROMPTS)] == before


def test_an_attention_that_was_put_back_meanwhile_changes_no_reply(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = MlxModel(tiny_model, max_tokens=8)
    before = [answer.text for answer in model.answer(PROMPTS)]
    from mlx_lm.models import base, qwen3

    monkeypatch.setattr(qwen3, "scaled_dot_product_attention", base.scaled_dot_product_attention)

    assert [answer.text for answer in model.answer(PROMPTS)] == before
