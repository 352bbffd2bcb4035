"""Whether the reply is sound as a text: not endless, not cut off, no echo, no gibberish."""

from __future__ import annotations

from typing import Final

from punie.evaluation.grading.attempt import Attempt
from punie.evaluation.grading.phrases import is_cut_off, is_echo, is_gibberish, is_note_on, is_repetition, words_of
from punie.evaluation.grading.verdict import LayerVerdict, failed, passed
from punie.evaluation.suite import Expect

_SAME_CALL: Final = 4


def sanity(expect: Expect, attempt: Attempt, *, prompt: str, shown: str | None) -> LayerVerdict:
    """
    Whether the reply is sound.

    Args:
        expect: what the turn expects.
        attempt: the reply.
        prompt: the query's prompt.
        shown: the tool response that the reply follows; None in the first turn.

    """
    repeated = max((attempt.codes.count(code) for code in attempt.codes), default=0)
    if is_repetition(attempt.words) or repeated >= _SAME_CALL:
        return failed("sanity", "repetition", "says the same again and again")
    if expect.tools:
        return passed("sanity", "the reply is sound")
    return _answer(expect, attempt, prompt=prompt, shown=shown)


def _answer(expect: Expect, attempt: Attempt, *, prompt: str, shown: str | None) -> LayerVerdict:
    if not attempt.complete or is_cut_off(attempt.words):
        return failed("sanity", "truncated", "ends in the middle of a sentence")
    if is_echo(attempt.words, prompt):
        return failed("sanity", "repetition", "repeats the prompt")
    if shown is not None and is_echo(attempt.words, shown):
        return failed("sanity", "repetition", "repeats the tool response instead of summing it up")
    if is_gibberish(attempt.words) and not _takes_up(expect, attempt.words, prompt=prompt, shown=shown):
        return failed("sanity", "empty", "holds no sentence that says something")
    return passed("sanity", "the reply is sound")


def _takes_up(expect: Expect, text: str, *, prompt: str, shown: str | None) -> bool:
    """Whether a text without sentences still answers: in a note on the prompt, or about the tool response."""
    if shown is None:
        return is_note_on(text, prompt)
    return bool(expect.mentions) or bool(words_of(text) & words_of(shown))
