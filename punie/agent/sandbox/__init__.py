"""The Monty sandbox: limits, the pool of workers, tools at its border and what a run leaves behind."""

from punie.agent.sandbox.calls import Recorder, ToolFunction
from punie.agent.sandbox.execution import Execution, Failure, Read, ToolCall
from punie.agent.sandbox.feed import Feed, feed
from punie.agent.sandbox.limits import Limits
from punie.agent.sandbox.replay import observe

__all__ = ["Execution", "Failure", "Feed", "Limits", "Read", "Recorder", "ToolCall", "ToolFunction", "feed", "observe"]
