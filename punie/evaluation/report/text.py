"""Words and numbers for reports: percentages, sizes, times, and model text made harmless."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


def percent(rate: float | None) -> str:
    """A rate between 0 and 1 as a whole percentage; a dash where there is none."""
    return "-" if rate is None else f"{100 * rate:.0f} %"


def interval(bounds: tuple[float, float] | None) -> str:
    """A 95 % interval such as "34-58"; a dash where there is none."""
    return "-" if bounds is None else f"{100 * bounds[0]:.0f}-{100 * bounds[1]:.0f}"


def points(difference: float) -> str:
    """A difference of rates as signed percentage points."""
    rounded = round(100 * difference, 1)
    return f"{rounded:+.3g}" if rounded else "0"


def visible(change: float | None) -> str:
    """The smallest change of a rate that would show."""
    return "no change at all" if change is None else f"a change of {100 * change:.0f} points or more"


def size(count: float | None) -> str:
    """A number of bytes with a unit (powers of 1000)."""
    if count is None:
        return "-"
    exponent = 0
    while count >= 999.5 and exponent < len(_UNITS) - 1:  # noqa: PLR2004 - rounds up to 1000
        count, exponent = count / 1000, exponent + 1
    return f"{count:.3g} {_UNITS[exponent]}"


def duration(seconds: float | None) -> str:
    """Seconds as "4.2 s", "3 min 20 s" or "1 h 5 min"."""
    if seconds is None:
        return "-"
    if seconds < 59.95:  # noqa: PLR2004 - rounds up to a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - an hour


def brief(seconds: float) -> str:
    """Seconds with three digits, as "41.2 ms", "4.21 s" or "3 min 20 s"."""
    if seconds < 0.9995:  # noqa: PLR2004 - rounds up to a second
        return f"{1000 * seconds:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 59.95 else duration(seconds)  # noqa: PLR2004 - rounds up to a minute


def printable(text: str) -> str:
    """One line without control characters, so that no reply can steer a terminal or break a table."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
