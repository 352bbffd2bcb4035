from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_monty import ClassInstance, CollectString, Monty, MontyError

from punie.agent.typed_tools import CATALOGUE
from punie.training.examples import generate
from punie.training.examples.chains import RECORDS
from punie.training.examples.grammar import Draw, seeded
from punie.training.examples.snippets import summary
from punie.training.examples.summaries import shown

CODE = re.compile(r"<parameter=code>\n(.*)\n</parameter>", re.DOTALL)


class Lazy(ClassInstance):
    """A record whose fields are fetched one by one, as grading observes them."""

    def convert_value(self, name: str, value: object) -> object:
        del name
        return wrapped(value)


def wrapped(value: object) -> object:
    if isinstance(value, BaseModel):
        return Lazy(value, lazy_attrs=list(type(value).model_fields))
    return [wrapped(item) for item in value] if isinstance(value, list) else value


def record(draw: Draw, tool: str, arguments: Mapping[str, Any], size: int) -> object:
    if tool not in RECORDS:
        return "line one\nline two" if size else ""
    named = arguments.get("symbol") or arguments.get("query") or arguments.get("path") or arguments["file_path"]
    return RECORDS[tool](draw, str(named), size)


def spies(draw: Draw, size: int) -> dict[str, Callable[..., object]]:
    def spy(tool: str) -> Callable[..., object]:
        return lambda *args, **kwargs: wrapped(record(draw, tool, CATALOGUE[tool].bind(args, kwargs), size))

    return {tool: spy(tool) for tool in CATALOGUE}


def run(pool: Monty, code: str, tools: dict[str, Callable[..., object]]) -> str:
    output = CollectString()
    with pool.checkout() as session:
        session.feed_run(code, external_lookup=tools, print_callback=output)
    return output.output


def failure(pool: Monty, code: str, size: int) -> str | None:
    try:
        run(pool, code, spies(seeded("spies"), size))
    except MontyError as error:
        return f"{code}\n{error}"
    return None


@pytest.mark.slow
def test_answers_run_on_populated_and_on_empty_records() -> None:
    rows = generate("nano", 29, "s", size=1200).train
    codes = [found[1] for row in rows if (found := CODE.search(row.messages[-1].content))]
    sample = seeded("sample").some(codes, 300, 300)
    with Monty() as pool:
        failures = [failure(pool, code, size) for code in sample for size in (2, 0)]

    assert [text for text in failures if text] == []


@pytest.mark.parametrize("tool", sorted(set(RECORDS) - {"git_log"}))
@pytest.mark.parametrize("size", [0, 2])
def test_printed_responses_are_what_the_standard_answer_prints(tool: str, size: int) -> None:
    draw = seeded(f"{tool}{size}")
    result = RECORDS[tool](draw, "Name", size)
    arguments = ("src/a.py", 1, 1, "Name")[: len(CATALOGUE[tool].parameters)] if size else ("Name",)
    arguments = ("src/a.py", 1, 1, "Name") if len(CATALOGUE[tool].parameters) == 4 else arguments[:1]
    tools = {tool: lambda *_: wrapped(result)}
    with Monty() as pool:
        printed = run(pool, summary(tool, *arguments), tools)

    assert printed.rstrip("\n") == shown(result)
