from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from punie.agent.tool_calls import emit_call
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation import Expect, Query, grade, load_suite

SUITES = ("25", "40", "57", "dev")
QUERIES = [pytest.param(query, id=query.id) for name in SUITES for query in load_suite(name).queries]
PLACEHOLDERS: dict[str, Any] = {"str": "src/app.py", "int": 1, "bool": False, "list[str]": ["-x"]}


def call_of(tool: str, expect: Expect) -> str:
    """A call of the tool with the first accepted value of each argument."""
    accepted = expect.arguments.get(tool, {})
    values = {
        parameter.name: accepted[parameter.name][0]
        if parameter.name in accepted
        else PLACEHOLDERS[parameter.annotation]
        for parameter in CATALOGUE[tool].parameters
        if parameter.required or parameter.name in accepted
    }
    return f"{tool}({', '.join(f'{name}={value!r}' for name, value in values.items())})"


def reads_of(tool: str, names: set[str]) -> Iterator[str]:
    """Lines that print the result, and those of the fields that it or its elements have."""
    yield f"print({tool}_result)"
    result: Any = CATALOGUE[tool].result
    for name, info in result.model_fields.items() if issubclass(result, BaseModel) else ():
        if name in names:
            yield f"print({tool}_result.{name})"
        for element in get_args(info.annotation):
            inner = names & set(getattr(element, "model_fields", ()))
            yield from (f"print([x.{field} for x in {tool}_result.{name}])" for field in sorted(inner))


def ideal_reply(expect: Expect) -> str:
    if not expect.tools:
        return f"The answer is that {' and '.join(part.split('|')[0] for part in expect.mentions)} matter here."
    names = {name for wanted in expect.fields for name in wanted.split("|")}
    lines = [f"{tool}_result = {call_of(tool, expect)}" for tool in expect.tools]
    return emit_call("\n".join([*lines, *(line for tool in expect.tools for line in reads_of(tool, names))]))


def strict_passes(replies_of: Any) -> int:  # noqa: ANN401 - a function from query to replies
    return sum(grade(query, replies_of(query)).strict for name in SUITES for query in load_suite(name).queries)


def labels(replies_of: Any) -> Counter[str | None]:  # noqa: ANN401 - a function from query to replies
    return Counter(grade(query, replies_of(query)).label for name in SUITES for query in load_suite(name).queries)


def everywhere(text: str, query: Query) -> Sequence[str]:
    return [text] * len(query.expectations)


@pytest.mark.parametrize("query", QUERIES)
def test_a_perfect_model_passes_every_query(query: Query) -> None:
    found = grade(query, [ideal_reply(expect) for expect in query.expectations])

    assert found.strict, found.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I'll run the type checker and the tests.",
        "Let me use the git_status tool to check that for you.",
        "lorem ipsum dolor sit amet consectetur adipiscing elit",
        "test setup commit merge isolate package field type with exit file line import unused list change",
        "```python\nprint(typecheck('src'))\n```",
        "<tool_call>\n<function=execute_code>\n<parameter=code>\nprint(",
        emit_call("print('done')"),
        emit_call("print(run_command('grep -rn TODO src'))"),
        "<|im_start|><|im_end|>" * 20,
    ],
)
def test_a_model_that_always_says_the_same_passes_nothing(text: str) -> None:
    assert strict_passes(lambda query: everywhere(text, query)) == 0


def test_a_model_that_echoes_passes_nothing() -> None:
    def echo(query: Query) -> list[str]:
        return [query.prompt, *(turn.response_text or "" for turn in query.then)]

    assert strict_passes(echo) == 0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("", "empty"),
        ("I'll check that for you.", "promise_only"),
        ("<tool_call>\n{'name': 1}\n</tool_call>", "malformed"),
    ],
)
def test_a_model_of_one_fault_gets_one_label(text: str, label: str) -> None:
    assert set(labels(lambda query: everywhere(text, query))) == {label}


def test_a_model_that_ignores_the_tools_makes_no_call() -> None:
    def words_only(query: Query) -> list[str]:
        return [ideal_reply(expect.model_copy(update={"tools": ()})) for expect in query.expectations]

    found = labels(words_only)

    assert set(found) == {None, "no_call"}
    assert found["no_call"] > found[None] > 0


def test_a_model_that_always_calls_is_wrong_where_words_are_due() -> None:
    calls = Expect(tools=("typecheck",), mentions=())

    found = labels(lambda query: [ideal_reply(e if e.tools else calls) for e in query.expectations])

    assert set(found) == {None, "called_when_should_not"}
