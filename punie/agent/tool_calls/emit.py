"""The one writer of calls: Format A, as Qwen3-Coder's chat template knows it."""

from __future__ import annotations


def emit_call(code: str) -> str:
    """The call that runs `code`, as a model writes it."""
    return f"<tool_call><function=execute_code>\n<parameter=code>\n{code}\n</parameter>\n</function></tool_call>"
