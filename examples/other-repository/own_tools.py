"""The tools of this repository, declared once: prompts, grading and live runs take them from here."""

from __future__ import annotations

from punie.agent.typed_tools import Parameter, Result, Tool
from punie.agent.typed_tools.runners.surroundings import Surroundings


class Owner(Result):
    """A team, and the pattern of the paths that it looks after."""

    team: str
    pattern: str


class OwnersResult(Result):
    """Who looks after a path."""

    success: bool
    owner_count: int
    owners: list[Owner]
    parse_error: str | None = None


def find_owners(place: Surroundings, path: str) -> OwnersResult:
    """Read CODEOWNERS at the root of the workspace, and keep the lines whose pattern holds the path."""
    try:
        lines = place.boundary.file("CODEOWNERS").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        return OwnersResult(success=False, owner_count=0, owners=[], parse_error=str(error))
    pairs = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    owners = [Owner(team=team, pattern=pattern) for pattern, *teams in pairs for team in teams if _holds(pattern, path)]
    return OwnersResult(success=True, owner_count=len(owners), owners=owners)


def _holds(pattern: str, path: str) -> bool:
    return path.lstrip("/").startswith(pattern.strip("/*"))


TOOLS = (
    Tool(
        name="code_owners",
        parameters=(Parameter("path"),),
        result=OwnersResult,
        summary="Find the teams that look after a file or folder; success means that CODEOWNERS was read.",
        runner="own_tools:find_owners",
    ),
)
