"""The one place that writes a call: every prompt, training row and test takes its calls from here."""

from __future__ import annotations


def emit_call(code: str) -> str:
    """
    A call of `execute_code` in format A, the only form that the project writes.

    Args:
        code: Python for the sandbox, without the line breaks around it.

    """
    return f"<tool_call><function=execute_code>\n<parameter=code>\n{code}\n</parameter>\n</function>\n</tool_call>"
