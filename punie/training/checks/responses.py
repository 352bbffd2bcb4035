"""What stands in tool responses: records as run time renders them, whole, and wrapped in their tags once."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from punie.agent.typed_tools import CATALOGUE
from punie.training.checks.called_values import trees
from punie.training.checks.rendered import MODELS, Record, Rendered, end_of_brackets, rendered
from punie.training.checks.row import CheckedRow, found
from punie.training.finding import Finding
from punie.training.programs import parsed
from punie.training.strata import called_in

_NOTHING: Final = re.compile(r"\b(?:empty|no|nothing|none|not|without|0|zero|done|silent(?:ly)?)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)tool_response\s*>")
_TAGGED: Final = re.compile(r"\s*</?tool_response|[\s\S]*</tool_response\s*>\s*\Z")
_ESCAPED: Final = re.compile(r"&lt;/?tool_response")
_WRAPPER: Final = re.compile(
    r"<(tool_result|tool_output|tool_call_result|function_response|function_result|function_results|result|output|response)>"
    r"[\s\S]*</\1>"
)
_ENVELOPE: Final = frozenset(
    {"result", "results", "output", "response", "content", "stdout", "tool_response", "tool_result", "return_value"}
)
# Tools whose text may be anything: source code with constructors, JSON, nothing at all.
_FREE: Final = frozenset({"read_file", "write_file", "run_command"})
# Code that prints a dictionary or JSON of its own.
_MAKES_KEYS: Final = re.compile(
    r"json|['\"](?:results?|output|response|content|stdout|return_value|success)['\"]\s*:", re.IGNORECASE
)
_LONGEST_VALUE: Final = 20_000
_OBJECT: Final = re.compile(rf"<[\w.]+ object at 0x|(?:{'|'.join(MODELS)})(?:\s*[\[{{<]|:?\s+\w+\s*=|:\s*\w+\s*[=:])")
_LABELLED: Final = re.compile(
    r"\A(?:the\s+)?(?:tool\s+)?(?:results?|outputs?|responses?|returned|value)\s*[:=]\s*", re.IGNORECASE
)
_LONGEST_PLACEHOLDER: Final = 100
_PLACEHOLDER: Final = re.compile(
    r"""
    [.?\N{HORIZONTAL ELLIPSIS}]{2,} | \N{HORIZONTAL ELLIPSIS}
    | [<\[({]{1,2} \s* (?:\.{3}|\N{HORIZONTAL ELLIPSIS}) \s* [>\])}]{1,2}
    | (?!\[\w+(?:\.\w+)+\]) [<\[({]{1,2} (?!\s*no\b) (?=[^>\])}]*?(?:\b|_)
      (?:results?|outputs?|responses?|placeholder|contents?|data|tool|here|omitted|truncated|todo|tbd|insert|text|stdout)
      (?:\b|_)) [\w\s'.,-]+ [>\])}]{1,2}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PROMISED: Final = re.compile(
    r"""
    (?:todo|tbd|fixme|placeholder|lorem\ ipsum|xxx+|insert)\b.{0,60}
    | (?:(?:the|some|tool)\s+)?(?:results?|outputs?|responses?)\s*:?\s*(?:\.{3}|\N{HORIZONTAL ELLIPSIS})?
    | (?:(?:the|your|some|actual|real|mock|sample|dummy|fake|simulated|tool|command|execution)\s+)*
      (?:results?|outputs?|responses?)\s+(?:(?:would|will|should)\s+)?(?:goes?|be|is|appears?|comes?)?\s*(?:shown\s+|inserted\s+)?(?:here|omitted)\b.{0,20}
    | (?:mock|sample|dummy|fake|simulated|placeholder|example)(?:ed)?[\s_-]+
      (?:(?:tool|command|execution)[\s_-]+)?(?:results?|outputs?|responses?|data|contents?)\.?
    """,
    re.VERBOSE | re.IGNORECASE,
)


class _Context(NamedTuple):
    """
    What stands around a tool response.

    Attributes:
        free: whether the code before it could print any text.
        empty: whether it may be empty: the code prints in a loop or a condition only, or the answer says so.
        json: whether that code deals with JSON.
    """

    free: bool
    empty: bool
    json: bool


_Fault = tuple[str, str]


def _context(row: CheckedRow, place: int) -> _Context:
    turns = {turn.place: turn for turn in row.turns}
    before, after = turns.get(place - 1), turns.get(place + 1)
    text = "" if before is None else before.text
    free = bool(_FREE & set(called_in(text)))
    told = after is not None and _NOTHING.search(after.reply.content or "") is not None
    prints = before is not None and before.codes and any(_prints(tree) for tree in trees(before))
    return _Context(
        free, told or (before is not None and bool(before.codes) and not prints), _MAKES_KEYS.search(text) is not None
    )


def _prints(tree: ast.Module) -> bool:
    """Whether a program prints something in any case: a record, a number, or words of its own."""
    made = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _is_tool(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    printed = (
        node.value.args[0]
        for node in tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.args
        if isinstance(node.value.func, ast.Name) and node.value.func.id == "print"
    )
    return any(_has_text(value, made) for value in printed)


def _has_text(value: ast.expr, made: set[str]) -> bool:
    match value:
        case ast.Constant():
            return bool(str(value.value).strip())
        case ast.JoinedStr():
            return any(isinstance(part, ast.Constant) and str(part.value).strip() for part in value.values)
        case ast.Name():
            return value.id in made
        case ast.Call():
            return _is_tool(value)
        case _:
            return False


def _is_tool(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in CATALOGUE


def response_rules(row: CheckedRow) -> Iterator[Finding]:
    """Yield what is wrong with the tool responses of a row, of each rule the first place."""
    told: set[str] = set()
    for place, message in enumerate(row.example.messages):
        if message.role != "user" or _TAGGED.match(message.content) is None:
            continue
        for rule, text in _faults(message.content, _context(row, place)):
            if rule not in told:
                told.add(rule)
                yield found(rule, row, f"message {place + 1}: {text}")


def response_texts(content: str) -> tuple[str, ...] | None:
    """Return what the responses of a message hold, without tags; None when the message is no tool response."""
    return tuple(part for part in _TAG.split(content)[::2] if part.strip()) if _TAGGED.match(content) else None


def _faults(content: str, context: _Context) -> Iterator[_Fault]:
    signs = [tag[1] for tag in _TAG.finditer(content)]
    nested = any(first == second == "" for first, second in itertools.pairwise(signs))
    if nested and signs.count("") == signs.count("/"):
        yield "double_wrapped_response", "tags stand inside the tags"
    elif signs != ["", "/"] * (len(signs) // 2):
        yield "response_unparsable", f"tags that open and close do not match: {_shown(content)}"
    for text in _between(content) if not nested else [_TAG.sub("", content)]:
        yield from _text_faults(text.strip(), context)


def _between(content: str) -> list[str]:
    pieces = _TAG.split(content)
    # split gives text, sign, text, ...: what follows an opening tag is a response.
    inside = [pieces[at + 1] for at in range(1, len(pieces), 2) if not pieces[at]]
    return inside or [_TAG.sub("", content)]


def _text_faults(text: str, context: _Context) -> Iterator[_Fault]:
    if not text:
        if not context.empty:
            yield "response_unparsable", "the response is empty"
        return
    if not context.free and _OBJECT.match(text):
        yield "response_unparsable", f"no record prints itself like this: {_shown(text)}"
    if len(text) <= _LONGEST_PLACEHOLDER and _is_placeholder(text, context):
        yield "response_unparsable", f"a placeholder stands for the response: {_shown(text)}"
        return
    inner = _unwrapped(text, context)
    if inner is not None:
        yield "double_wrapped_response", f"the response is wrapped again: {_shown(text)}"
    if not context.free and inner is None and text[0] in "{[" and end_of_brackets(text, 0) is None:
        yield "response_unparsable", f"a bracket is open at the end: {_shown(text)}"
    if inner is None and not (context.free or context.json) and _is_record_as_keys(_loaded(text)):
        yield "response_unparsable", f"run time prints a record, not its keys: {_shown(text)}"
    text = text if inner is None else inner
    lone = "\n" not in text.strip()
    for record in rendered(text if context.free else _LABELLED.sub("", text) if lone else text):
        yield from _record_faults(record, free=context.free, lone=lone)


def _is_placeholder(text: str, context: _Context) -> bool:
    return bool(_PLACEHOLDER.fullmatch(text) or (not context.free and _PROMISED.fullmatch(text)))


def _unwrapped(text: str, context: _Context) -> str | None:
    """Return what a second wrapping holds, None when there is none."""
    if not context.free and (_ESCAPED.search(text) or _WRAPPER.fullmatch(text)):
        return text
    value = _loaded(text)
    inner = _enveloped(value) if isinstance(value, dict) else value
    made_by_code = context.free or context.json
    if not isinstance(inner, str):
        return "" if isinstance(value, dict) and not made_by_code and _ENVELOPE & value.keys() else None
    again = _TAG.search(inner) or any(record.first and record.name in MODELS for record in rendered(inner))
    return _TAG.sub("", inner) if again or (isinstance(value, dict) and not made_by_code) else None


def _is_record_as_keys(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(value, dict) or "success" not in value:
        return False
    return any(value.keys() <= model.model_fields.keys() for model in MODELS.values())


def _loaded(text: str) -> Any:  # noqa: ANN401 - any JSON value
    if text[0] not in "{\"'":
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        tree = parsed(text) if len(text) <= _LONGEST_VALUE else None
    try:
        return None if tree is None else ast.literal_eval(ast.unparse(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError):
        return None


def _enveloped(value: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    return next((value[key] for key in value if key.lower() in _ENVELOPE), None)


def _record_faults(record: Rendered, *, free: bool, lone: bool) -> Iterator[_Fault]:
    if not _is_printed(record, free=free, lone=lone):
        return
    if not record.records:
        yield "response_unparsable", f"a record is cut off or malformed: {_shown(record.text)}"
        return
    if record.odd:
        yield "response_unparsable", f"no record prints the value {record.odd}: {_shown(record.text)}"
    if record.tail[:1] in {")", "]", "}", "."} and not free:
        yield "response_unparsable", f"after the record stands {_shown(record.tail)}"
    for each in record.records:
        yield from _field_faults(each)


def _field_faults(record: Record) -> Iterator[_Fault]:
    model = MODELS.get(record.name)
    if model is None:
        yield "response_unknown_class", f"{record.name} is no result model"
        return
    for name in record.fields:
        if name not in model.model_fields:
            yield "response_unknown_field", f"{record.name} has no field {name!r}"
    for name, field in model.model_fields.items():
        # A field with a default may be left out: the repr is shorter than at run time, but the model accepts it.
        if field.is_required() and name not in record.fields and not record.odd:
            yield "response_missing_field", f"{record.name} lacks the field {name!r}"


def _is_printed(record: Rendered, *, free: bool, lone: bool) -> bool:
    """Whether this is a printed record, and not code or prose that looks like one."""
    if free and not record.first and (not record.records or record.odd):
        return False
    if record.name in MODELS:
        return record.leads or bool(record.records and not record.odd and not free)
    if not record.records or not all(each.fields for each in record.records[:1]):
        return record.first and record.name.endswith("Result") and not free
    # A file may begin with a line that makes a record.
    alone = record.first and not record.tail and (lone or not free)
    named = record.leads and record.name.endswith("Result") and not free
    nested = record.leads and any(each.name in MODELS for each in record.records)
    return not record.odd and (alone or named or nested)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")  # noqa: PLR2004 - as much as a line shows
