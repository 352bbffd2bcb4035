"""The rules of the data checks: a closed list of names, each with its severity and what to do about a finding."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Severity = Literal["error", "warning"]


class Rule(NamedTuple):
    """How grave a finding is, and what to do about it."""

    severity: Severity
    hint: str


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        # structure
        "bad_json": Rule("error", "write one JSON object a line, in UTF-8"),
        "bad_structure": Rule(
            "error", 'a row is {"messages": [an optional system, then user and assistant in turn, assistant last]}'
        ),
        # how a turn is written
        "preamble": Rule("error", "remove the words before the call: --fix does"),
        "promise_only_turn": Rule("error", "let the turn call at once, or remove the row"),
        "contradictory_label": Rule("error", "keep either the call or the words for one query"),
        "format_B": Rule("error", "write the call as format A: --fix does"),
        "format_json_fence": Rule("error", "write the call as format A and give its result in a turn of its own"),
        "unparsable_call": Rule("error", "write whole calls of execute_code, with one parameter: code"),
        "call_not_trained": Rule("warning", "end the row with the call, one row for each turn to learn: --fix does"),
        "no_system": Rule("error", "begin the row with the recipe's system prompt"),
        "several_system_prompts": Rule("error", "give every row the one prompt that run time uses"),
        "placeholder_query": Rule("error", "write a request as a developer would"),
        # what the code does
        "unknown_tool": Rule("error", "call the tools of the catalogue only"),
        "wrong_arity": Rule("error", "call the tool with the arguments of its stub"),
        "nonexistent_field": Rule("error", "read a field that the stub names"),
        "builtin_not_in_sandbox": Rule("error", "use what the sandbox has"),
        "import_in_sandbox": Rule("error", "import nothing that the sandbox lacks"),
        "runtime_failure": Rule("error", "make the code run on a result with findings and on one without"),
        # what comes back
        "response_unparsable": Rule("error", "render the result with the code that renders it at run time"),
        "response_unknown_class": Rule("error", "use the result models of the tools"),
        "response_unknown_field": Rule("error", "use the fields of the result model"),
        "response_missing_field": Rule("error", "give every field of the result model"),
        "double_wrapped_response": Rule("error", "wrap the response in its tags once"),
        # where the values come from
        "ungrounded_position": Rule("error", "let the user, or an earlier response, name the file and the line"),
        "path_argument_mismatch": Rule("error", "let the code use the path that the query names"),
        # the set as a whole
        "duplicate_in_split": Rule("error", "keep one of the rows: --fix does"),
        "near_duplicate_in_split": Rule("warning", "keep one of the rows, or make them differ"),
        "train_overlap_exact": Rule("error", "remove the row from valid or test: --fix does"),
        "train_overlap_query": Rule("error", "split so that one query stands on one side"),
        "train_overlap_near": Rule("warning", "split so that near queries stand on one side"),
        "eval_overlap_exact": Rule("error", "remove the row: it would be measured as memory"),
        "eval_overlap_near": Rule("error", "remove the row or ask something else"),
        "tool_only_outside_train": Rule("error", "split by tools, so that train has each of them"),
        "distribution": Rule("warning", "add rows of what is rare, or drop rows of what is frequent"),
        # what the trainer sees
        "truncated_row": Rule("error", "shorten the row, or raise max_tokens: the end of the answer is not trained"),
        "prompt_drift": Rule("error", "render rows through prompt_utils alone"),
        "delimiter_not_single_token": Rule("error", "take a tokenizer that has the delimiter as one token"),
    }
)
