"""Tool calls in replies."""

from punie.agent.tool_calls.emit import emit_call

__all__ = ["emit_call"]
