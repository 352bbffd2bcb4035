"""read_file and write_file; what goes wrong is an exception, for a text could be mistaken for content."""

from __future__ import annotations

from punie.agent.typed_tools.runners.surroundings import Surroundings


def read_file(place: Surroundings, path: str) -> str:
    """
    Read a text file, line ends as they are.

    Raises:
        OSError: there is no such file, it is no regular one, or it leads out of the workspace.
        ValueError: the file is too large, or not UTF-8 text.

    """
    file = place.boundary.file(path)
    _check_size(place, path, file.stat().st_size)
    data = file.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path!r} is not UTF-8 text: byte {error.start} is {data[error.start]:#04x}"
        raise ValueError(message) from None


def write_file(place: Surroundings, path: str, content: str) -> str:
    """
    Write a text file as UTF-8, line ends as given, and make its folders; returns "success".

    Raises:
        OSError: it cannot be written there, or leads out of the workspace.
        ValueError: the text is too large, or holds half a character.

    """
    file = place.boundary.inside(path)
    try:
        data = content.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"the text for {path!r} holds a lone surrogate at {error.start}: write whole characters"
        raise ValueError(message) from None
    _check_size(place, path, len(data))
    if file.exists():
        place.boundary.file(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return "success"


def _check_size(place: Surroundings, path: str, size: int) -> None:
    limit = place.limits.file_bytes
    if size > limit:
        message = f"{path!r} has {size} bytes, more than the {limit} allowed"
        raise ValueError(message)
