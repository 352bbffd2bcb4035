"""What the report's script shows of each query, as plain data; rendered one by one when a reader opens it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from math import isfinite
from typing import Any, Final

from punie.evaluation.comparison import Baseline
from punie.evaluation.grading.attempt import read_reply
from punie.evaluation.records import Acceptance, QueryResult, TurnResult
from punie.evaluation.report.highlighting import highlighted
from punie.evaluation.suite import Expect, Query, Suite

_VERDICTS: Final[Mapping[bool | None, str]] = {True: "pass", False: "miss", None: "ungradable"}
_MOST_LINES: Final = 200

Row = dict[str, Any]


def rows(acceptance: Acceptance, suites: Iterable[Suite], baseline: Baseline | None = None) -> Iterator[Row]:
    """
    One row for each query, asked or not; what is empty is left out.

    Args:
        acceptance: the record of the run.
        suites: that were asked.
        baseline: an earlier run.

    """
    before = {} if baseline is None else baseline.acceptance.queries
    # a live run shows the model other tool responses than the suite holds
    live = "workspace" in acceptance.model
    for suite in suites:
        for query in suite.queries:
            result = acceptance.queries.get(query.id)
            asked = {"id": query.id, "suite": suite.name, "category": query.category, "prompt": query.prompt}
            found: Row = {"verdict": "not asked"} if result is None else _found(result, before.get(query.id))
            turns = [_turn(query, number, result, live=live) for number in range(len(query.expectations))]
            yield _filled(asked | found | {"turns": turns})


def _found(result: QueryResult, before: QueryResult | None) -> Row:
    return {
        "verdict": _VERDICTS[result.strict],
        "soft": result.soft,
        "label": result.label,
        "layer": result.failed_layer,
        "reason": "" if result.strict else result.reason,
        "seconds": result.timed if result.timed is None or isfinite(result.timed) else None,
        "recorded": None if result.recorded is None else _VERDICTS[result.recorded],
        "samples": [
            _filled({"verdict": _VERDICTS[sample.strict], "reason": sample.reason, "replies": list(sample.replies)})
            for sample in result.samples
        ],
        "before": None if before is None else _before(before, result),
    }


def _before(before: QueryResult, now: QueryResult) -> Row:
    """The baseline's verdict, and how its replies differ."""
    change = _change(before.strict, now.strict)
    told: Row = {"verdict": _VERDICTS[before.strict], "label": before.label, "change": change}
    if before.replies != now.replies:
        told["diff"] = _diff("\n".join(before.replies), "\n".join(now.replies))
    return _filled(told)


def _diff(before: str, now: str) -> list[str]:
    """Lines with "-" before what was said then, "+" before what is said now, and a blank before the rest."""
    then, since = before.splitlines(), now.splitlines()
    if max(len(then), len(since)) > _MOST_LINES:
        return [*(f"-{line}" for line in then[:_MOST_LINES]), *(f"+{line}" for line in since[:_MOST_LINES])]
    shown: list[str] = []
    for kind, low, high, from_, to in SequenceMatcher(None, then, since, autojunk=False).get_opcodes():
        if kind == "equal":
            shown += [f" {line}" for line in then[low:high]]
            continue
        shown += [*(f"-{line}" for line in then[low:high]), *(f"+{line}" for line in since[from_:to])]
    return shown


def _change(before: bool | None, now: bool | None) -> str:  # noqa: FBT001 - verdicts
    if before is None or now is None:
        return ""
    return "same" if before is now else "gained" if now else "lost"


def _turn(query: Query, number: int, result: QueryResult | None, *, live: bool) -> Row:
    replies, turns = ((), ()) if result is None else (result.replies, result.turns)
    shown = query.then[number - 1].response_text if number and not live else None
    told: Row = {"expect": _expected(query.expectations[number]), "shown": shown}
    if number < len(replies):
        told |= _replied(replies[number])
    if number < len(turns):
        told |= _done(turns[number])
    return _filled(told)


def _expected(expect: Expect) -> Row:
    arguments = [f"{tool}: {name}" for tool, given in expect.arguments.items() for name in given]
    return _filled(
        {
            "tools": list(expect.tools),
            "fields": list(expect.fields),
            "arguments": arguments,
            "mentions": list(expect.mentions),
        }
    )


def _replied(reply: str) -> Row:
    attempt = read_reply(reply)
    codes = [dict(zip(("text", "marks"), highlighted(code), strict=True)) for code in attempt.codes]
    return {"reply": reply, "words": attempt.words.strip() if codes else "", "codes": codes}


def _done(turn: TurnResult) -> Row:
    layers = [[said.layer, int(said.passed), said.reason] for said in turn.layers]
    return {"layers": layers, "calls": list(turn.calls), "reads": list(turn.reads)}


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}
