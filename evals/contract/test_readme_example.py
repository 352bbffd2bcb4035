from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evals.contract.documents import NANO, PAGES, blocks
from evals.contract.house import ROOT
from punie.agent.config import PROMPT_NAMES, system_prompt
from punie.agent.monty_runner import execute_code
from punie.agent.prompt_utils import format_prompt
from punie.agent.stubs import function_stub
from punie.agent.tool_calls import parse_reply
from punie.agent.typed_tools import CATALOGUE
from punie.evaluation import Query, grade
from punie.evaluation.models import MlxModel
from punie.testing import SpyTools

REQUEST = "Show me the file src/app.py"
QUERY = Query.model_validate(
    {"id": "by-hand", "category": "files", "prompt": REQUEST, "expect": {"tools": ["read_file"]}}
)
EXAMPLES = [
    pytest.param(each.text, id=f"{page.name}-{number}")
    for page in (ROOT / "README.md", *PAGES)
    for number, each in enumerate(blocks(page))
    if each.language == "python" and "format_prompt" in each.text
]


def test_the_example_is_on_a_page() -> None:
    assert len(EXAMPLES) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("text", EXAMPLES)
def test_the_example_of_asking_by_hand_runs(tmp_path: Path, text: str) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine").symlink_to(NANO)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    command = [sys.executable, "-W", "ignore", "-c", text]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - our own pages

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Reply(")
    assert "max_tokens=512" in text


@pytest.mark.parametrize("name", PROMPT_NAMES)
def test_every_tool_stands_in_every_system_prompt(name: str) -> None:
    assert [tool for tool in CATALOGUE if f"{tool}(" not in system_prompt(name)] == []


def test_every_tool_has_a_stub_and_a_runner() -> None:
    stubs = {name: function_stub(tool) for name, tool in CATALOGUE.items()}

    assert [name for name, stub in stubs.items() if f"def {name}(" not in stub] == []
    assert [name for name, tool in CATALOGUE.items() if not tool.runner] == []


def test_a_real_model_asked_by_hand_calls_the_tool_that_answers() -> None:
    (answer,) = MlxModel(NANO).answer([format_prompt(REQUEST, NANO)])
    (call,) = parse_reply(answer.text).calls
    tools = SpyTools.dirty(about=REQUEST)
    execute_code(call.arguments["code"], tools)

    assert answer.finished
    assert [(made.tool, made.arguments) for made in tools.calls] == [("read_file", {"path": "src/app.py"})]
    assert grade(QUERY, [answer.text]).strict


def test_a_token_budget_that_is_too_small_cuts_the_reply_off_and_is_told() -> None:
    (answer,) = MlxModel(NANO, max_tokens=12).answer([format_prompt(REQUEST, NANO)])

    assert not answer.finished
    assert grade(QUERY, [answer.text]).label == "truncated"
