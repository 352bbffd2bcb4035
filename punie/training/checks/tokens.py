"""What the trainer sees of a row: its length in tokens, and whether run time would send the same prompt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from punie.agent.prompt_utils import conversation, load_tokenizer, render
from punie.agent.tool_calls import parse_reply
from punie.training.checks.row import CheckedRow, RowRule, found
from punie.training.dataset import ChatMessage
from punie.training.finding import Finding

MAX_TOKENS: Final = 2048
TOOL_TAGS: Final = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>")
_SHOWN: Final = 40
_MARK: Final = re.compile(r"<\|\w+\|>")
# What templates write between turns: of ChatML, of other families, and of plain text before there were templates.
_TEMPLATE: Final = re.compile(
    r"""
    <\|(?:im_start|im_end|im_sep|endoftext|begin_of_text|end_of_text|start_header_id|end_header_id|eot_id|eom_id
        |system|user|assistant|end)\|>
    | <(?:start_of_turn|end_of_turn)> | \[/?INST\] | <</?SYS>>
    """,
    re.VERBOSE,
)
_PLAIN: Final = re.compile(r"\s*(?:User|Human)\s*:.*\n\s*(?:Assistant|AI)\s*:\s*", re.DOTALL)
_WRAPPED: Final = re.compile(
    r"\s*<(?P<tag>tool_(?:response|result|output|outputs|results)|function_(?:response|result))>(?P<text>.*)</(?P=tag)>\s*",
    re.DOTALL,
)


def truncated_row(model_path: Path | str, max_tokens: int = MAX_TOKENS) -> RowRule:
    """
    Return the rule for rows that the trainer cuts off.

    Args:
        model_path: folder of the model whose tokenizer and chat template the trainer uses.
        max_tokens: the most tokens a row may have.
    """
    tokenizer = load_tokenizer(Path(model_path))

    def rule(row: CheckedRow) -> Iterator[Finding]:
        count = len(_trained(tokenizer, row.example.messages))
        if count > max_tokens:
            yield found("truncated_row", row, f"the row has {count} tokens, the trainer reads {max_tokens}")

    return rule


def prompt_drift(model_path: Path | str) -> RowRule:
    """
    Return the rule for rows whose prompt, as the trainer sees it, run time would never send.

    The row's own system prompt is taken: whether it is the recipe's is asked by another rule.

    Args:
        model_path: folder of the model whose tokenizer and chat template are used.
    """
    tokenizer = load_tokenizer(Path(model_path))

    def rule(row: CheckedRow) -> Iterator[Finding]:
        fault = _hidden(row.example.messages) or _drift(tokenizer, row.example.messages)
        if fault:
            yield found("prompt_drift", row, fault)

    return rule


class DelimiterNotSingleToken:
    """
    The marks between turns and around calls must be one token each, or the model has to spell them.

    The names of function and parameter inside a call may be several: Qwen3-Coder spells them too.

    Args:
        model_path: folder of the model whose tokenizer and chat template are used.
        tags: of calls and responses; what the template writes between turns is added.
    """

    def __init__(self, model_path: Path | str, tags: Sequence[str] = TOOL_TAGS) -> None:
        self._tokenizer = load_tokenizer(Path(model_path))
        self._tags = tuple(tags)

    def see(self, row: CheckedRow) -> Iterable[Finding]:  # noqa: ARG002 - the tokenizer alone is judged
        """Take no note of `row`."""
        return ()

    def end(self) -> Iterable[Finding]:
        """Yield one finding that names every delimiter of several tokens."""
        marks = _MARK.findall(render(self._tokenizer, [{"role": "user", "content": "x"}]))
        wanted = dict.fromkeys((*marks, *self._tags))
        several = {text: count for text in wanted if (count := _tokens_of(self._tokenizer, text)) != 1}
        if several:
            listed = ", ".join(f"{text!r} is {count} tokens" for text, count in several.items())
            yield found("delimiter_not_single_token", None, listed)


def _tokens_of(tokenizer: Any, text: str) -> int:  # noqa: ANN401 - transformers has no types
    """How many tokens `text` is amid other text; a token that stands for anything unknown counts as none."""
    ids = list(tokenizer.encode(text, add_special_tokens=False))
    inside = list(tokenizer.encode(f"x{text}\ny", add_special_tokens=False))
    if len(ids) == 1 and ids[0] == tokenizer.unk_token_id:
        return 0
    return len(ids) if len(ids) != 1 or ids[0] in inside else len(inside)


@lru_cache(maxsize=2)
def _trained(tokenizer: Any, messages: tuple[ChatMessage, ...]) -> list[int]:  # noqa: ANN401 - no types
    """The tokens of whole messages, as mlx-lm's ChatDataset makes them; kept, because two rules ask about a row."""
    plain = [message.model_dump() for message in messages]
    return list(tokenizer.apply_chat_template(plain, tokenize=True, return_dict=False)) if plain else []


def _hidden(messages: Sequence[ChatMessage]) -> str | None:
    for number, message in enumerate(messages, 1):
        mark = _TEMPLATE.search(message.content)
        if mark:
            return f"message {number} holds {mark.group()!r}, which belongs to a chat template"
        if message.role == "user" and _PLAIN.fullmatch(message.content):
            return f"message {number} is a prompt in plain text: {_short(message.content)!r}"
    return None


def _drift(tokenizer: Any, messages: Sequence[ChatMessage]) -> str | None:  # noqa: ANN401 - transformers has no types
    if not messages or messages[-1].role != "assistant":
        return None
    given = [message.model_dump() for message in messages[:-1]]
    sent = _sent(given)
    for number, (here, there) in enumerate(zip(given, sent, strict=True), 1):
        if here != there:
            return f"message {number} is {_short(here['content'])!r}, run time sends {_short(there['content'])!r}"
    prompt = render(tokenizer, sent)
    runtime = _encoded(tokenizer, prompt)
    trained = _trained(tokenizer, messages)
    if trained[: len(runtime)] == runtime:
        return None
    trained = trained[: len(tokenizer.encode(prompt, add_special_tokens=False))]
    first = next(
        (at for at, pair in enumerate(zip(trained, runtime, strict=False)) if pair[0] != pair[1]), len(trained)
    )
    seen, meant = (_short(tokenizer.decode(ids[max(0, first - 1) :])) for ids in (trained, runtime))
    return f"token {first + 1} of the prompt: the trainer sees {seen!r}, run time sends {meant!r}"


def _encoded(tokenizer: Any, prompt: str) -> list[int]:  # noqa: ANN401 - transformers has no types
    """The prompt's tokens at run time, as mlx-lm encodes a text."""
    bos = tokenizer.bos_token
    return list(tokenizer.encode(prompt, add_special_tokens=bos is None or not prompt.startswith(bos)))


def _sent(given: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The messages that run time sends: what a tool printed comes through its one renderer."""
    system = [dict(message) for message in given if message["role"] == "system"]
    before = ["", *(message["content"] for message in given)]
    turns = [
        _turn(message, after) for message, after in zip(given, before, strict=False) if message["role"] != "system"
    ]
    return [*system, *conversation(turns, "")[1:]]


def _turn(message: Mapping[str, str], after: str) -> dict[str, str]:
    """The turn as run time knows it: the user's turn after a call is what the call printed."""
    wrapped = _WRAPPED.fullmatch(message["content"])
    if message["role"] != "user" or not (wrapped or _calls(after)):
        return dict(message)
    text = message["content"] if wrapped is None else wrapped["text"].removeprefix("\n").removesuffix("\n")
    return {"role": "tool", "content": text}


def _calls(text: str) -> bool:
    """Whether run time would run a call of this turn; fences are examples."""
    return any(call.whole and not call.dialect.endswith("_fence") for call in parse_reply(text).calls)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "\N{HORIZONTAL ELLIPSIS}"
