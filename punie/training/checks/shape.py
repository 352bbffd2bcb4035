"""How the calls of a turn are written: whole calls of execute_code in format A, and nothing before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from punie.agent.tool_calls.reply import Reply, ToolCall
from punie.training.checks.requests import shortened
from punie.training.checks.row import AssistantTurn, CheckedRow, found
from punie.training.checks.untagged import Fault, body_fault, dialect_fault, fence_fault, loose_fault
from punie.training.finding import Finding
from punie.training.preambles import preamble

_FENCES: Final = frozenset({"json_fence", "python_fence"})
_OTHER: Final = frozenset({"format_b", "hermes"})
_HEAD: Final = re.compile(r"<tool_call>\s*<function=execute_code>\s*<parameter=code>\n?")
_TAIL: Final = re.compile(r"\n?</parameter>\s*</function>\s*</tool_call>")
_BEGUN: Final = re.compile(r"^<(?:t|to|too|tool|tool_|tool_c|tool_ca|tool_cal|tool_call)?\Z", re.MULTILINE)
# The tags of a call, also misspelt. Without a value `<function>` may be a word of HTML or of a usage line.
_TAG: Final = re.compile(
    r"""
      </?[ ]?(?:tool[ _-]?cal{1,2}s?|toolcal{1,2}|too_call)\b[^<>\n]*>?
    | <(?:func(?:tion)?s?|param(?:eter)?s?)[ ]?(?:[=:]|[ ]name=)[^<>\n]*>?
    | </(?:func(?:tion)?s?|param(?:eter)?s?)\b[^<>\n]*>?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED: Final = re.compile(
    r"^ {0,3}(?P<run>`{3,}|~{3,}).*?(?:^ {0,3}(?P=run)|\Z)|`[^`\n]+`|\"</?\w+[^\"\n]*>\"|'</?\w+[^'\n]*>'",
    re.DOTALL | re.MULTILINE,
)


class AskedTurn(NamedTuple):
    """One turn beside the last thing that the user said before it."""

    turn: AssistantTurn
    query: str


def call_shape(row: CheckedRow) -> Iterator[Finding]:
    """
    Report calls that are not whole ones of execute_code in format A, and words before calls.

    A turn has one fault at most (`unparsable_call`, `format_B`, `format_json_fence` or `preamble`), and a row one
    finding of each rule.
    """
    faults: dict[str, str] = {}
    for each in turns_with_queries(row):
        fault = call_fault(each.turn, each.query) or _preamble(each.turn)
        if fault is not None:
            faults.setdefault(fault.rule, f"message {each.turn.place + 1}: {fault.message}")
    for rule, message in faults.items():
        yield found(rule, row, message)


def has_call(turn: AssistantTurn, query: str) -> bool:
    """
    Whether a turn calls, or tries to, in whatever form; a fenced example of an answer in words is no call.

    Args:
        turn: of the assistant.
        query: what the user said last before it.
    """
    return bool(_tagged(turn.reply)) or call_fault(turn, query) is not None


def call_fault(turn: AssistantTurn, query: str) -> Fault | None:
    """
    Return the fault of a turn's calls, None when they are well written or there are none.

    Args:
        turn: of the assistant.
        query: what the user said last before it: who asks what a call looks like is shown one.
    """
    calls = _tagged(turn.reply)
    if calls:
        return _cut(turn.reply) or _first(_written(turn.text, call) for call in calls) or _stray(turn)
    if any(problem.lost for problem in turn.reply.problems) or _BEGUN.search(turn.text):
        return Fault("unparsable_call", f"the call is cut off: {_end_of(turn.text)}")
    return dialect_fault(turn, query) or _stray(turn) or fence_fault(turn, query) or loose_fault(turn, query)


def turns_with_queries(row: CheckedRow) -> list[AskedTurn]:
    """Return the turns of the assistant in `row`, each with what the user said last before it."""
    messages = row.example.messages
    queries = [
        next((each.content for each in reversed(messages[: turn.place]) if each.role == "user"), "")
        for turn in row.turns
    ]
    return [AskedTurn(turn, query) for turn, query in zip(row.turns, queries, strict=True)]


def _tagged(reply: Reply) -> list[ToolCall]:
    return [call for call in reply.calls if call.dialect not in _FENCES]


def _preamble(turn: AssistantTurn) -> Fault | None:
    words = preamble(turn.text) if _tagged(turn.reply) else None
    return None if words is None else Fault("preamble", f"the call comes after the words {shortened(words)}")


def _cut(reply: Reply) -> Fault | None:
    if reply.complete and all(call.whole for call in reply.calls):
        return None
    values = "; ".join(f"{name}={_end_of(str(value))}" for name, value in reply.calls[-1].arguments.items())
    return Fault("unparsable_call", f"the call is cut off: {values or 'no value'}")


def _written(text: str, call: ToolCall) -> Fault | None:
    """Return what is wrong with a call that was read: the parser is milder than training may be."""
    source = text[slice(*call.span)]
    if call.dialect in _OTHER:
        return Fault("format_B", f"the call is not in format A: {shortened(source)}")
    if call.name != "execute_code":
        return Fault("unparsable_call", f"a call of {call.name!r}, not of execute_code")
    if set(call.arguments) != {"code"}:
        return Fault("unparsable_call", f"the parameters are {sorted(call.arguments)!r}, not code alone")
    code = str(call.arguments["code"])
    if not code.strip():
        return Fault("unparsable_call", f"the call has no code: {shortened(source)}")
    head = _HEAD.match(source)
    whole = head is not None and source.startswith(code, head.end()) and _TAIL.fullmatch(source, head.end() + len(code))
    return None if whole else Fault("unparsable_call", f"a tag is missing, or words are between them: {_ends(source)}")


def _stray(turn: AssistantTurn) -> Fault | None:
    """Return a fault when tags of calls stand outside of calls, not only named in a sentence or quoted."""
    if "<" not in turn.text:
        return None
    rest = _QUOTED.sub(" code ", _outside(turn))
    for tag in _TAG.finditer(rest):
        if not _named(rest, tag):
            return body_fault(rest[tag.end() :]) or Fault(
                "unparsable_call", f"tags of a call that is none: {shortened(rest[tag.start() :])}"
            )
    return None


def _outside(turn: AssistantTurn) -> str:
    """Return the text of a turn without its reasoning and its whole calls, each on a line of its own."""
    reply = turn.reply
    spans = sorted({call.span for call in _tagged(reply)} | ({reply.reasoning_span} if reply.reasoning_span else set()))
    parts, position = [], 0
    for start, end in spans:
        parts.append(turn.text[position:start])
        position = max(position, end)
    return "\n".join([*parts, turn.text[position:]])


def _named(text: str, tag: re.Match[str]) -> bool:
    """Whether a tag stands among the words of a sentence."""
    before = text[text.rfind("\n", 0, tag.start()) + 1 : tag.start()].rstrip()
    end = text.find("\n", tag.end())
    after = text[tag.end() : len(text) if end < 0 else end].strip()
    return bool(before) and (before[-1].isalnum() or before[-1] in ",;(") and bool(after) and after[0] not in "<{["


def _first(faults: Iterator[Fault | None]) -> Fault | None:
    return next((fault for fault in faults if fault is not None), None)


def _end_of(text: str) -> str:
    return repr(text[-60:])


def _ends(text: str) -> str:
    return f"{text[:50]!r} to {text[-40:]!r}"
