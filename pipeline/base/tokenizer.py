"""
The nano model's tokenizer: byte-level BPE, trained on the pre-training text, in the Hugging Face layout.

A path or symbol has the same tokens wherever it stands, so that copying it from a question into a call is copying
tokens: its parts are split at underscores, slashes, dots and capital letters, and a blank before it is a token of its
own. Digits are single tokens. Blanks before plain words belong to the word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

END_OF_TEXT: Final = "<|endoftext|>"
TURN_START: Final = "<|im_start|>"
TURN_END: Final = "<|im_end|>"
_CHATML: Final = (END_OF_TEXT, TURN_START, TURN_END)
_TOOL_TAGS: Final = (
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    "<function=execute_code>",
    "</function>",
    "<parameter=code>",
    "</parameter>",
)
CHAT_TEMPLATE: Final = (
    "{% for message in messages %}"
    f"{{{{ '{TURN_START}' + message['role'] + '\\n' + message['content'] + '{TURN_END}\\n' }}}}"
    "{% endfor %}"
    f"{{% if add_generation_prompt %}}{{{{ '{TURN_START}assistant\\n' }}}}{{% endif %}}"
)

_IN_IDENTIFIER: Final = r"(?![A-Za-z0-9_/]|[.\-][A-Za-z0-9_])"
_PIECES: Final = "|".join(
    (
        rf" [A-Z]?[a-z]+{_IN_IDENTIFIER}",  # a plain word takes its blank along
        r"[_./\-]?[A-Z]?[a-z]+",  # part of an identifier or path, or a plain word at a line's start
        r"[_./\-]?[A-Z]+(?![a-z])",  # capitals
        r"[0-9]",
        r"\n *",  # a line break with the next line's indentation
        r" ?[^\sA-Za-z0-9_./\-]+",  # punctuation
        r"[_./\-]+",
        r"\s+?",
    )
)


def train_tokenizer(texts: Iterable[str], vocabulary: int, folder: Path) -> None:
    """
    Train on `texts` and write tokenizer.json and tokenizer_config.json into `folder`.

    Args:
        texts: the text; the same text gives the same tokenizer.
        vocabulary: number of tokens in all, tags included.
        folder: where to write; made if absent.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(_TOOL_TAGS),
        special_tokens=list(_CHATML),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    # Tool tags are single tokens but no special ones: decoding keeps them, the parser reads them.
    tokenizer.add_tokens([AddedToken(tag, normalized=False, special=False) for tag in _TOOL_TAGS])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(_config(), indent=2) + "\n", encoding="utf-8")


def _config() -> dict[str, object]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": TURN_END,
        "pad_token": END_OF_TEXT,
        "model_max_length": 2048,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }
