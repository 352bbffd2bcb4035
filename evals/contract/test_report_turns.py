from __future__ import annotations

from evals.contract.acceptances import query
from punie.agent.tool_calls import emit_call
from punie.evaluation import Graded, Query, grade
from punie.evaluation.acceptance import query_result
from punie.evaluation.records import QueryResult


def result_of(asked: Query, *replies: str) -> QueryResult:
    return query_result(asked, [Graded(grade(asked, replies), replies)])


def test_a_result_tells_the_calls_and_the_fields_that_were_read() -> None:
    asked = query("q", "calls", "typecheck", fields=["error_count"])

    (turn,) = result_of(asked, emit_call("r = typecheck('src')\nprint(r.error_count)")).turns

    assert turn.calls == ("typecheck(path='src')",)
    assert turn.reads == ("typecheck.error_count",)
    assert [layer.layer for layer in turn.layers][:3] == ["gate", "extraction", "syntax"]
    assert all(layer.passed for layer in turn.layers)


def test_a_result_tells_why_a_layer_failed() -> None:
    (turn,) = result_of(query("q", "calls", "typecheck"), "I would run it.").turns

    assert [(layer.layer, layer.passed) for layer in turn.layers] == [("gate", False)]
    assert turn.calls == ()


def test_many_and_long_calls_are_cut() -> None:
    code = f"for n in range(60):\n    r = read_file({'x' * 2000!r})\nprint(r)"

    (turn,) = result_of(query("q", "calls", "read_file"), emit_call(code)).turns

    assert (len(turn.calls), turn.calls[-1]) == (41, "… and 20 more")
    assert max(map(len, turn.calls)) == 300


def test_a_reply_that_could_not_be_graded_tells_nothing() -> None:
    assert result_of(query("q", "words"), "one", "two").turns == ()
