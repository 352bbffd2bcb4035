"""The tokenizer: single tags, names that keep their tokens, text that survives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.base.tokenizer import CHAT_TEMPLATE, train_tokenizer
from punie.agent.config import system_prompt

TAGS = ("<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>",
        "<function=execute_code>", "</function>", "<parameter=code>", "</parameter>")  # fmt: skip
TEXT = [
    system_prompt("full"),
    "for word in words:\n    print(word.name)\n",
    "How many lines has app/core/limits.py?",
] * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(TEXT, 700, folder)
    return folder


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Any:  # noqa: ANN401 - tokenizers has no types
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_a_single_token(tokenizer: Any, tag: str) -> None:  # noqa: ANN401 - as above
    assert tokenizer.encode(f"x{tag}y").tokens.count(tag) == 1


@pytest.mark.parametrize(
    "name",
    [
        "billing/limits.py",
        "parse_quota",
        "QuotaLimiter",
        "a/b_c/test_d.py",
        "HTTPServer2",
        "pkg.mod.name",
        "x-y/z.toml",
    ],
)
@pytest.mark.parametrize("frame", ["see {}", "`{}`", 'call("{}")', "{}", "in ({}), now", "{}, please", "is {}?"])
def test_a_name_has_the_same_tokens_wherever_it_stands(tokenizer: Any, name: str, frame: str) -> None:  # noqa: ANN401
    alone = tokenizer.encode(name).tokens
    inside = tokenizer.encode(frame.format(name)).tokens

    assert any(inside[i : i + len(alone)] == alone for i in range(len(inside)))


def test_a_digit_is_a_token(tokenizer: Any) -> None:  # noqa: ANN401 - as above
    assert tokenizer.encode("2048").tokens == ["2", "0", "4", "8"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_decoding_gives_the_text_back(tokenizer: Any, text: str) -> None:  # noqa: ANN401 - as above
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


def test_the_same_text_gives_the_same_tokenizer(folder: Path, tmp_path: Path) -> None:
    train_tokenizer(TEXT, 700, tmp_path)

    assert (tmp_path / "tokenizer.json").read_bytes() == (folder / "tokenizer.json").read_bytes()


def test_the_template_is_chatml_with_an_open_turn_on_demand(folder: Path) -> None:
    from transformers import AutoTokenizer

    loaded = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    messages = [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}]

    assert loaded.chat_template == CHAT_TEMPLATE
    assert loaded.apply_chat_template(messages, tokenize=False, add_generation_prompt=True) == (
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n"
    )
