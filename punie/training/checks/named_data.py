"""The named checks of a data set; each takes the folder of one and fails on a set that holds nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from punie.training.checks.distribution import HIGHEST_CALLS, LOWEST_CALLS, Counts, call_forms
from punie.training.checks.either_format import lines_of, missing_set
from punie.training.checks.executed_patterns import counts
from punie.training.checks.result import CheckResult, failed, verdict
from punie.training.checks.row import AssistantTurn, CheckedRow, code_of
from punie.training.dataset_validation import validate_dataset
from punie.training.tool_call_parser import parse_tool_calls

_SHOWN: Final = 60
_FORMATS: Final[Mapping[str, tuple[str, str | None]]] = MappingProxyType(
    {
        "messages": ("messages", None),
        "text": ("text", None),
        "a": ("messages", "format_a"),
        "b": ("messages", "format_b"),
    }
)
_SIGN: Final = re.compile(r"</?(?:tool_call|function|parameter)\b")
_WRITTEN: Final = re.compile(
    r"<parameter=code>\n?(?P<code>.*?)\n?</parameter>\s*</function>\s*(?:</tool_call>|\Z)", re.DOTALL
)
_RESULT: Final = re.compile(
    r"<(?P<tag>tool_(?:response|result|output)s?|function_(?:response|result)s?)>(?P<text>.*?)(?:</(?P=tag)>|\Z)",
    re.DOTALL,
)
# An empty file is read as an empty text; such a row is sound when its answer is about that.
_SAYS_EMPTY: Final = re.compile(r"\b(?:empty|nothing|blank|no (?:text|output|content|lines?))\b", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(
    r"""
    \W*(?:(?:(?:your|the|some|sample|example|dummy|actual|tool|insert|add|put|real)\ )*
      (?:tool\ |command\ |function\ )?(?:output|results?|responses?|contents?)(?:\ (?:goes\ )?here)?
      | placeholder(?:\ \w+)? | todo | tbd | fixme | xxx+ | lorem\ ipsum.* | omitted | truncated | \.\.\. | \u2026)\W*
    | \.{2,} | \u2026 | <[\w\ -]+> | \[[a-z][a-z\ _-]*(?:output|result|response|content|here)s?[a-z\ _-]*\]
    """,
    re.VERBOSE | re.IGNORECASE,
)


def check_format_consistency(data_directory: Path | str, expected_format: str = "messages") -> CheckResult:
    """
    One top-level format in all rows, and one form of calls inside them.

    Args:
        data_directory: folder of the set.
        expected_format: `messages` or `text`; `A` or `B` name messages and the form of their calls.
    """
    name = "format_consistency"
    wanted = _FORMATS.get(expected_format.lower().removeprefix("format").strip(" _-"))
    if wanted is None:
        return failed(name, f"unknown format {expected_format!r}: give messages, text, A or B")
    keys: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    faults = []
    for line in lines_of(Path(data_directory)):
        keys[line.key] += 1
        if line.key != wanted[0] or line.row is None:
            faults.append(f"{line.place}: {line.fault or f'the row has the key {line.key!r}, expected {wanted[0]!r}'}")
        forms.update(form for turn in (line.row.turns if line.row else ()) for form in call_forms(turn))
    if len(forms) > 1 or (wanted[1] and set(forms) - {wanted[1]}):
        listed = ", ".join(f"{form} {count}" for form, count in forms.most_common())
        faults.append(f"calls stand in other forms than {wanted[1] or 'one'}: {listed}")
    good = f"{keys.total()} rows with the one key {wanted[0]!r}"
    return missing_set(name, Path(data_directory)) or verdict(name, faults, good, keys=dict(keys), forms=dict(forms))


def check_training_data_distribution(
    data_directory: Path | str, lowest: float = LOWEST_CALLS, highest: float = HIGHEST_CALLS
) -> CheckResult:
    """
    The share of rows with a call lies in bounds.

    Args:
        data_directory: folder of the set.
        lowest: from 0 to 1, inclusive.
        highest: from 0 to 1, inclusive.
    """
    name, found = "training_data_distribution", Counts()
    for line in lines_of(Path(data_directory)):
        if line.row is not None:
            found.add(line.row)
    fits = found.rows > 0 and lowest <= found.share <= highest
    said = f"{found.calling} of {found.rows} rows hold a call: {found.share:.1%} calls, {1 - found.share:.1%} words"
    faults = [] if fits else [f"{said}, outside {lowest:.0%} to {highest:.0%}"]
    warnings = [found.too_few] if found.too_few else [each for each in found.faults(0, 1) if each]
    details = {"rows": found.rows, "share": found.share, "tools": dict(found.tools)}
    details |= {"categories": dict(found.categories), "first_words": dict(found.openings.most_common(20))}
    return missing_set(name, Path(data_directory)) or verdict(name, faults, said, warnings, **details)


def check_training_data_content(data_directory: Path | str) -> CheckResult:
    """No result of a tool is a placeholder, or empty where the answer does not say so, whatever tag it stands in."""
    name, seen = "training_data_content", 0
    faults: list[str] = []
    for row in _rows(data_directory):
        for number, result, answer in _results(row):
            fault = _empty(result, answer)
            seen += 1
            faults += [f"{row.place}: message {number}: {fault}"] if fault else []
    warnings = [] if seen else ["no row holds the result of a tool"]
    good = f"{seen} results of tools, none empty or a placeholder"
    return missing_set(name, Path(data_directory)) or verdict(name, faults, good, warnings, results=seen)


def check_training_data_coverage(
    data_directory: Path | str, expected_patterns: Sequence[str], minimum: int = 1
) -> CheckResult:
    """
    Each expected pattern stands in the code of calls; words, comments and texts do not count.

    Args:
        data_directory: folder of the set.
        expected_patterns: pieces of code such as `result.error_count`, or regular expressions; at least one.
        minimum: number of calls that each must stand in.
    """
    name = "training_data_coverage"
    patterns = (expected_patterns,) if isinstance(expected_patterns, str) else tuple(expected_patterns)
    if not patterns:
        return failed(name, "no expected pattern: name at least one, such as 'result.error_count'")
    found = counts(patterns, (code for row in _rows(data_directory) for turn in row.turns for code in _codes(turn)))
    faults = [f"{each!r} stands in {found[each]} calls, expected {minimum}" for each in found if found[each] < minimum]
    good = f"all of {len(found)} patterns stand in the code of calls"
    return missing_set(name, Path(data_directory)) or verdict(name, faults, good, counts=found)


def check_system_prompt_consistency(data_directory: Path | str, expected: str | None = None) -> CheckResult:
    """
    Every row has the same system prompt; a row without one deviates.

    Args:
        data_directory: folder of the set.
        expected: the prompt's text; None: the one that most rows have.
    """
    name, lines = "system_prompt_consistency", [(row.place, row.example.system) for row in _rows(data_directory)]
    prompts = Counter(system for _, system in lines if system is not None)
    wanted = next((text for text, _ in prompts.most_common(1)), None) if expected is None else expected
    faults = [
        f"{place}: no system prompt" if system is None else f"{place}: another system prompt: {_short(system)}"
        for place, system in lines
        if system is None or system != wanted
    ]
    good = f"{len(lines)} rows with one system prompt"
    if not lines:
        faults = ["no row can be read"]
    return missing_set(name, Path(data_directory)) or verdict(
        name, faults, good, prompts=len(prompts), without=sum(system is None for _, system in lines)
    )


def check_dataset_structural_validation(data_directory: Path | str) -> CheckResult:
    """Roles, emptiness and the last turn of each row: what `validate_dataset` finds, with file and line."""
    name = "dataset_structural_validation"
    missing = missing_set(name, Path(data_directory))
    if missing:
        return missing
    findings = tuple(validate_dataset(Path(data_directory)))
    return verdict(name, [str(each) for each in findings], "every row is a whole conversation", findings=findings)


def check_eval_parser_matches_training_format(data_directory: Path | str) -> CheckResult:
    """The parser of run time reads every call of every row, and its code is the code that stands there."""
    name, calls = "eval_parser_matches_training_format", 0
    faults: list[str] = []
    for line in lines_of(Path(data_directory)):
        if line.row is None:
            faults.append(f"{line.place}: {line.fault}")
            continue
        for turn in line.row.turns:
            fault = _misread(turn)
            calls += sum(1 for _ in _codes(turn))
            faults += [f"{line.place}: message {turn.place + 1}: {fault}"] if fault else []
    if not calls and not faults:
        faults = ["no row holds a call, so nothing was compared"]
    good = f"{calls} calls are read as they are written"
    return missing_set(name, Path(data_directory)) or verdict(name, faults, good, calls=calls)


def _rows(folder: Path | str) -> Iterator[CheckedRow]:
    yield from (line.row for line in lines_of(Path(folder)) if line.row is not None)


def _codes(turn: AssistantTurn) -> Iterator[str]:
    """The code that run time would run; a fence is an example."""
    calls = (call for call in turn.reply.calls if not call.dialect.endswith("_fence"))
    yield from (code for call in calls if (code := code_of(call)) is not None)


def _results(row: CheckedRow) -> Iterator[tuple[int, str, str]]:
    """Each result of a tool with the number of its message and what is said after it."""
    for number, message in enumerate(row.example.messages, 1):
        if message.role == "user":
            answer = "".join(each.content for each in row.example.messages[number : number + 1])
            yield from ((number, found["text"], answer) for found in _RESULT.finditer(message.content))


def _empty(text: str, answer: str) -> str | None:
    if not text.strip():
        return None if _SAYS_EMPTY.search(answer) else "the result of the tool is empty"
    return f"the result of the tool is a placeholder: {_short(text)}" if _PLACEHOLDER.fullmatch(text.strip()) else None


def _misread(turn: AssistantTurn) -> str | None:
    """What the parser makes of a turn that is not what stands there."""
    text, reply = turn.text, turn.reply
    if not _SIGN.search(text):
        forms = call_forms(turn)
        return f"a call without tags, as {forms[0]}" if forms else None
    if not reply.complete:
        return "the call is cut off"
    if reply.problems:
        return f"the call does not parse: {reply.problems[0].message}"
    calls = [call for call in parse_tool_calls(text)[1] if not call.dialect.endswith("_fence")]
    odd = next((each for each in calls if each.name != "execute_code" or set(each.arguments) != {"code"}), None)
    if not calls or odd:
        return f"a call of {odd.name!r} with {sorted(odd.arguments)!r}" if odd else "tags of a call, but no call"
    written = [found["code"] for found in _WRITTEN.finditer(text)]
    read = [call.arguments["code"] for call in calls]
    return None if written == read else f"the code is read as {_short(str(read))}, written is {_short(str(written))}"


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")
