"""
The pytest plugin: hooks and options, nothing else.

It is inert until one of its markers is asked for with `-m`, a node id names an item of a suite, or one of its options
is used; then the sessions of `punie.evaluation`, `punie.data`, `punie.benchmarking` and `punie.monitoring` do the work.
Items with one of our markers are left out of runs that do not ask for them.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from punie.command_line import OPTIONS, STATE, State, add_options, add_settings, explain_names, read_command_line
from punie.markers import in_order, leave_out
from punie.rootdir import start_again_if_misled
from punie.short_failures import note_told, told_elsewhere
from punie.workers import clean_up, is_worker, tell_worker

if TYPE_CHECKING:
    from punie.evaluation.conclusion import Conclusion
    from punie.evaluation.session import EvalSession


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the options under their long names, and what a repository sets."""
    config: pytest.Config | None = pluginmanager.get_plugin("pytestconfig")
    if config is not None:
        start_again_if_misled(config, [option.name for option in OPTIONS])
        if not pluginmanager.has_plugin("punie.short_options"):
            explain_names(parser, config.invocation_params.args)
    add_options(parser, "--punie-")
    add_settings(parser)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and check what the command line names."""
    config.stash[STATE] = read_command_line(config)
    evaluation = _evaluation(config)
    if evaluation is not None:
        config.pluginmanager.register(_Listener(evaluation.conclusion))


class _Listener:
    """Hooks of runs that grade: what happened here or in workers, told to the one place that decides."""

    def __init__(self, conclusion: Conclusion) -> None:
        self._conclusion = conclusion

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._conclusion.listen(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._conclusion.collection_failed(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - pytest-xdist is optional
        tell_worker(node)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._conclusion.expect(ids)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is checked and graded."""
    state = config.stash.get(STATE, State())
    return [f"punie: {session.title}" for session in state.sessions]


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let the evaluation know of what could not be collected."""
    report = yield
    evaluation = _evaluation(collector.config)
    if evaluation is not None and report.failed:
        evaluation.conclusion.collection_failed(report.nodeid)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add our items, and leave out what was not asked for; `-k` and `-m` select from the rest."""
    state = config.stash[STATE]
    for own in state.sessions:
        items += own.collect(session, state.node_ids)
    items[:], left = leave_out(items, state.own - state.markers, state.node_ids)
    if left:
        config.hook.pytest_deselected(items=left)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Put the selected items into the order of building and grading."""
    state = session.config.stash[STATE]
    session.items[:] = in_order(session.items, state.own)
    if state.evaluation is not None:
        state.evaluation.select(session.items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report carry what the decision needs."""
    report = yield
    note_told(call, report)
    evaluation = _evaluation(item.config)
    if evaluation is not None:
        evaluation.observe(item, call, report)
    bench = item.config.stash.get(STATE, State()).bench
    if bench is not None:
        bench.observe(item, report)
    return report


def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport, config: pytest.Config
) -> tuple[str, str, tuple[str, Mapping[str, bool]]] | None:
    """A missed query, and a rule that only warns, have a letter, a word and a colour of their own."""
    state = config.stash.get(STATE, State())
    told = None if state.evaluation is None else state.evaluation.status(report)
    return told if told is not None or state.data is None else state.data.status(report)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Take the decision and let the exit status say it; a worker leaves that to its controller."""
    state = session.config.stash.get(STATE, State())
    if state.bench is not None:
        session.exitstatus = exitstatus = state.bench.finish(exitstatus)
    if state.evaluation is not None and not is_worker(session.config):
        speed = None if state.bench is None else state.bench.speed
        session.exitstatus = state.evaluation.conclusion.finish(exitstatus, speed)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind of what processes shared."""
    clean_up(config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Print the table of findings, the acceptance table and the alerts, which pytest's own lists do not repeat."""
    with told_elsewhere(terminalreporter):
        yield
    state = config.stash.get(STATE, State())
    if state.sessions:
        terminalreporter.ensure_newline()
    if state.data is not None:
        state.data.summarize(terminalreporter)
    if state.bench is not None:
        state.bench.summarize(terminalreporter)
    if state.evaluation is not None:
        state.evaluation.conclusion.summarize(terminalreporter)
    if state.monitor is not None:
        state.monitor.summarize(terminalreporter)


def _evaluation(config: pytest.Config) -> EvalSession | None:
    return config.stash.get(STATE, State()).evaluation
