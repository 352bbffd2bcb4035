"""Tool calls in replies: the one writer and the one parser."""

from punie.agent.tool_calls.emit import emit_call
from punie.agent.tool_calls.parser import parse_reply
from punie.agent.tool_calls.reply import Problem, Reply, ToolCall
from punie.agent.tool_calls.stream import StreamParser

__all__ = ["Problem", "Reply", "StreamParser", "ToolCall", "emit_call", "parse_reply"]
