"""
Code of the training examples as a developer without typed tools would write it: shell commands, and lines of text.

Every call of a typed tool becomes a shell command run with run_command; every field that is read from a result becomes
an operation on the command's text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from punie.agent.typed_tools import CATALOGUE

_COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "typecheck": "mypy {path}",
        "ruff_check": "ruff check {path}",
        "pytest_run": "pytest -v {path}",
        "goto_definition": "global -d {file_path}:{line}:{column} {symbol}",
        "find_references": "global -r {file_path}:{line}:{column} {symbol}",
        "hover": "pydoc {file_path}:{line}:{column} {symbol}",
        "document_symbols": "ctags -x {file_path}",
        "workspace_symbols": "global -s {query}",
        "git_status": "git status --short {path}",
        "git_diff": "git diff --numstat {path}",
        "git_log": "git log --oneline {path}",
    }
)
_OPTIONS: Final[Mapping[str, str]] = MappingProxyType({"staged": " --staged", "count": " -n {count}"})
# What a command prints: {0} is the variable that holds it.
_LINES: Final = "{0}.splitlines()"
_COUNT: Final = "len({0}.splitlines())"
_OF_OUTPUT: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "typecheck": {
            "success": "'error:' not in {0}",
            "error_count": "{0}.count('error:')",
            "warning_count": "{0}.count('warning:')",
            "errors": _LINES,
        },
        "ruff_check": {
            "success": "not {0}",
            "violation_count": _COUNT,
            "fixable_count": "{0}.count('[*]')",
            "violations": _LINES,
        },
        "pytest_run": {
            "success": "'FAILED' not in {0}",
            "passed": "{0}.count('PASSED')",
            "failed": "{0}.count('FAILED')",
            "errors": "{0}.count('ERROR')",
            "skipped": "{0}.count('SKIPPED')",
            "duration": "{0}.split(' in ')[-1]",
            "tests": _LINES,
        },
        "goto_definition": {"locations": _LINES},
        "find_references": {"references": _LINES, "reference_count": _COUNT},
        "hover": {"content": "{0}.strip()", "language": "{0}.split()[0]"},
        "document_symbols": {"symbols": _LINES, "symbol_count": _COUNT},
        "workspace_symbols": {"symbols": _LINES, "symbol_count": _COUNT},
        "git_status": {"clean": "{0} == ''", "files": _LINES, "file_count": _COUNT},
        "git_diff": {
            "files": _LINES,
            "file_count": _COUNT,
            "additions": "{0}.count('+')",
            "deletions": "{0}.count('-')",
        },
        "git_log": {"commits": _LINES, "commit_count": _COUNT},
    }
)
# One line of what a command prints: {0} is the variable that holds it.
_OF_LINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "file": "{0}.split(':')[0]",
        "line": "{0}.split(':')[1]",
        "column": "{0}.split(':')[2]",
        "preview": "{0}.split(':')[3]",
        "code": "{0}.split()[1]",
        "message": "{0}.split(': ')[-1]",
        "severity": "{0}.split(': ')[1]",
        "fixable": "'[*]' in {0}",
        "name": "{0}.split()[0]",
        "outcome": "{0}.split()[1].lower()",
        "duration": "{0}.split()[-1]",
        "kind": "{0}.split()[1]",
        "end_line": "{0}.split()[-1]",
        "container_name": "{0}.split()[-2]",
        "children": "{0}.split()[4:]",
        "hash": "{0}[:7]",
        "author": "{0}.split('|')[1]",
        "date": "{0}.split('|')[2]",
        "status": "{0}[:2]",
        "staged": "{0}[0] != ' '",
        "additions": "int({0}.split()[0])",
        "deletions": "int({0}.split()[1])",
        "hunks": "{0}.count('@@')",
    }
)
_KINDS: Final[Mapping[str, str]] = MappingProxyType({"5": "class", "6": "method", "12": "function", "13": "variable"})
# A variable's field, no method; and a text that shows several fields, for which a line is printed as it is.
_READ: Final = re.compile(r"(?<![\w.])([a-z_]\w*)\.([a-z_]+)\b(?!\()")
_MANY_READS: Final = re.compile(r'(?<!run_command\()f"[^"{]*(?:{[a-z_]\w*\.[a-z_]+}[^"{]*){2,}"')


def shell_code(code: str) -> str | None:
    """The code with commands in place of typed tools; None where an argument cannot be put into a command."""
    tree = ast.parse(code)
    results = dict(_results(tree))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _tool(node) in _COMMANDS]
    for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        command = _command(code, node)
        if command is None:
            return None
        start, end = _place(code, node.lineno, node.col_offset), _place(code, node.end_lineno, node.end_col_offset)
        code = f"{code[:start]}run_command({command}){code[end:]}"
    code = _fields(re.sub(r"\.kind == (\d+)", _kind, code), results, set(_loop_variables(tree)) - set(results))
    return code if _is_python(code) else None


def _results(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The variables that hold a tool's result, each with the tool."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, _tool(node.value)


def _loop_variables(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            yield node.target.id
        if isinstance(node, ast.Lambda):
            yield from (argument.arg for argument in node.args.args)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id


def _tool(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _place(code: str, line: int | None, column: int | None) -> int:
    """The index in `code` of a place that ast gives: lines from 1, columns in UTF-8 bytes."""
    before = code.splitlines(keepends=True)
    row = before[(line or 1) - 1].encode()[: column or 0].decode()
    return sum(map(len, before[: (line or 1) - 1])) + len(row)


def _command(code: str, node: ast.Call) -> str | None:
    """The literal of the command: plain where all arguments are constants, else an f-string."""
    name = _tool(node)
    values = dict(zip((p.name for p in CATALOGUE[name].parameters), node.args, strict=False))
    values |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    shown = {key: _shown(code, value) for key, value in values.items()}
    template = _COMMANDS[name] + "".join(option for key, option in _OPTIONS.items() if key in shown)
    command = template.format_map(shown)
    if '"' in command or "\\" in command:
        return None
    return f'{"f" if any(not isinstance(v, ast.Constant) for v in values.values()) else ""}"{command}"'


def _shown(code: str, value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    return "{" + (ast.get_source_segment(code, value) or "") + "}"


def _kind(match: re.Match[str]) -> str:
    return f".kind == '{_KINDS.get(match[1], match[1])}'"


def _fields(code: str, results: Mapping[str, str], lines: set[str]) -> str:
    """The code with text operations in place of fields; methods and other attributes stay."""

    def operation(match: re.Match[str]) -> str:
        variable, field = match.groups()
        known = _OF_OUTPUT.get(results[variable], {}) if variable in results else _OF_LINE if variable in lines else {}
        return known[field].format(variable) if field in known else match[0]

    def whole(match: re.Match[str]) -> str:
        parts = set(re.findall(r"{([a-z_]\w*)\.", match[0]))
        variable = parts.pop() if len(parts) == 1 else ""
        return variable if variable in lines | set(results) else match[0]

    return _READ.sub(operation, _MANY_READS.sub(whole, code))


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:  # a condition on a field that has no short form as text
        return False
    return True
