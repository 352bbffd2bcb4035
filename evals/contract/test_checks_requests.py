from __future__ import annotations

import pytest

from punie.training.checks.requests import is_placeholder, placeholder_query
from punie.training.checks.row import CheckedRow
from punie.training.dataset import TrainingExample

HOLDERS = """
Repair lint warning example 12|Query 3|query_4|Test query 12|This is a test query|test 123|Show git log sample 7
Run ruff (example 3)|Check types in src/app.py example 4|Goto definition variation 9|Find references scenario #2
TODO|[TODO]|TBD|TODO: write the query|TODO fill this in|To be written|sample request #4|User question 5|user query
Your query here|[INSERT QUERY HERE]|<your question here>|insert question here|Prompt goes here|Placeholder text for lint
lorem ipsum dolor sit amet|Lorem ipsum|foo bar|Foo bar baz|Check foo bar baz|asdf|xxx|test test|...|___
<placeholder>|{query}|{{ query }}|Find references to {symbol}|Find <file_name> please|Run pytest on [FILE]
Open {path} now
Insert prompt|<path/to/module.py>|{{user_prompt}}|Lint the folder (variant 3)|List the symbols [case]|Dummy lint task 3
Sample: find references 12|Explain XXX|Type check %s|Rename [function]|Jump to SYMBOL_NAME|Open FILE at LINE_NUMBER
Example 7: check the types|Sample question about git|dummy|Example query
""".replace("\n", "|")
REQUESTS = """
Show me an example of a dataclass|Explain example 2 in docs/tutorial.md|Fix the type error in example 3|Run test 5
Find all TODO comments|List the TODOs in src/|Where is TODO defined|TODO list: show me the items|Todo: type check src/
grep for FIXME in src|Search for 'lorem ipsum' in the pages|Find `{name}` in templates|Is `foo bar` printed?
Why is %d printed?|Where is FILE_NAME defined?|Read the [path] section of the settings|Find XXX in src
Profile it (it is slow)
Type check a.py (twice)|Is the file in PATH?|Example: [1, 2]. How do I sort it?|Insert a row into the table
Enter the folder docs/
Where is the route /users/{id} defined?|What does <div> do?|What is List[int]?|What is a placeholder in SQL?
Search for foo bar in the docs|How does %s formatting work?|What is __init__?|Show the last 5 commits|Fix issue #15
Where is Query defined?|Run pytest tests/test_query.py|Find class Template|Is example 4 passing?|Write a test query
Open examples/example_15.py|Check request handling|Find the sample|Show test case 3|lint|hello|yes|2|??|src/app.py
SHOW ME THE FILE, AND BE QUICK|Question: 1) lint src/ 2) run the tests
How are f-strings like {name} evaluated?|[URGENT] run the tests|What's between [A-Z] and [a-z]?|Go ahead.|Thanks!
""".replace("\n", "|")


def row(*said: tuple[str, str]) -> CheckedRow:
    messages = [{"role": role, "content": text} for role, text in said]
    return CheckedRow("valid", "valid.jsonl", 7, TrainingExample.model_validate({"messages": messages}))


@pytest.mark.parametrize("text", [text for text in HOLDERS.split("|") if text])
def test_a_text_that_holds_a_place_is_found(text: str) -> None:
    assert [finding.line for finding in placeholder_query(row(("user", text), ("assistant", "Done.")))] == [7]


@pytest.mark.parametrize("text", [text for text in REQUESTS.split("|") if text])
def test_a_request_that_only_looks_like_one_is_not_found(text: str) -> None:
    assert not is_placeholder(text)


def test_a_later_turn_of_the_user_is_judged_and_a_row_is_found_once() -> None:
    said = (
        ("user", "Is src/ clean?"),
        ("assistant", "Yes."),
        ("user", "query 2"),
        ("assistant", "No."),
        ("user", "TODO"),
    )

    (finding,) = placeholder_query(row(*said))

    assert finding.message == "message 3 is no request: 'query 2'"


def test_a_tool_response_is_no_request() -> None:
    said = ("user", "Is src/ clean?"), ("user", "<tool_response>\nTODO\n</tool_response>"), ("assistant", "Yes.")

    assert not list(placeholder_query(row(*said)))


def test_a_slot_in_pasted_code_is_no_slot() -> None:
    assert not is_placeholder("Why does this print nothing?\n" + "x = {name}\n" * 60)
