"""The training side's view of the one reply parser."""

from __future__ import annotations

from punie.agent.tool_calls import ToolCall, parse_reply


def parse_tool_calls(text: str) -> tuple[str | None, tuple[ToolCall, ...]]:
    """
    What a reply says in words, and what it calls.

    Args:
        text: the reply of an assistant. A call that its end cuts off is among the calls with `whole` False.

    """
    reply = parse_reply(text)
    return reply.content, reply.calls
