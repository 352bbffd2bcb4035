"""Requests that nobody made: numbered examples, open template slots and words that only hold a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from punie.training.checks.row import CheckedRow, found
from punie.training.finding import Finding

LONGEST: Final = 80
# In a longer text a slot or a number belongs to what was pasted.
_LONGEST_REQUEST: Final = 400
_RESPONSE: Final = "<tool_response>"
_KIND: Final = r"(?:test|sample|example|dummy|placeholder|mock|fake|template|generic|default|random|demo|user)"
_THING: Final = r"(?:query|queries|prompt|request|question|message|instruction|input|text|sentence|task|utterance)"
_NUMBER: Final = r"(?:\s*(?:no\.?|number|nr\.?|\#|:|-|_)?\s*\d+)"
_SLOT: Final = (
    r"(?:file(?:[_ -]?(?:name|path))?|path|dir(?:ectory)?|folder|module(?:[_ -]?name)?|package|symbol(?:[_ -]?name)?"
    r"|class[_ -]?name|function[_ -]?name|method[_ -]?name|var(?:iable)?(?:[_ -]?name)?|tool(?:[_ -]?name)?|query"
    r"|prompt|question|request|placeholder|target|pattern|keyword|topic|line(?:[_ -]?number)?|name|class"
    r"|function|method"
    r"|error(?:[_ -]?type)?|rule|branch|commit)"
)
_ASKS: Final = r"(?:insert|enter|add|put|write|fill\s+in|replace\s+with|your|some|name\s+of|todo)"
_SEEKS: Final = r"\b(?:grep|search|find|look(?:ing)?\s+for|occurrences?|containing|contains?|mean|string|print|says?)\b"
_HOLDER: Final = re.compile(
    rf"""
    # the whole of it names a request, with or without a number, or is none
      \W*(?:(?:this\s+is\s+)?(?:an?|the|my|some|your|another)\s+)?{_KIND}\s+(?:{_KIND}\s+)?{_THING}s?{_NUMBER}?\W*
    | \W*(?:{_KIND}|{_THING}|case|variant|variation|scenario|entry|item|row){_NUMBER}\W*
    | \W*(?:{_THING}|string|placeholder|dummy|sample|example|n/a|none|null|undefined|nan)\W*
    | \W*(?:(?:test(?:ing)?|foo|bar|baz|qux|foobar|asdf\w*|qwert\w*|blah|bla|xxx+|lorem|ipsum|abc|xyz)\b[\s,.!?]*)
        {{2,}}\d*\W*
    | \W*(?:foo|bar|baz|foobar|asdf\w*|qwert\w*|blah|xxx+|abc|testing(?:\s*\d+)?|test\d+)\W*
    | \W*(?:sample|example|dummy|placeholder|mock|fake|generic)\s+(?:query|prompt|request|question)
        \s+(?:about|for|on|of)\b.*
    | \W*(?:sample|example|dummy|placeholder|mock|fake)\s+(?:\w+\s+){{1,2}}{_THING}{_NUMBER}\W*
    | \W*(?:sample|example|template)\s*[:\-]\s.{{1,60}}\d\W*
    # its end says that it is one of a series, or what is missing
    | .*[(\[](?:case|template|variant|variation|version|copy|example|sample){_NUMBER}?[)\]]\W*
    | (?!.*{_SEEKS}).*(?-i:\bX{{3,}})\W*
    | (?!\W*(?:what|why|how|when|where|which|does|do|is|explain)\b).*(?<!\S)%[sd]\W*
    # work that is left to do
    | \W*(?:to\s?do|tbd|tba|fixme|tktk)\W*
    | \W*(?:to\s?do|tbd|fixme|xxx)\b\W*(?:(?:write|add|fill|replace|insert|pick|choose|come\s+up|later|decide)\b
        (?:\s+(?:\w+\s+){{0,4}}?(?:{_THING}|this|it|in|later|here|example|row|one|something)\b.*|\W*)
        |{_THING}\W*)
    | \W*to\s+be\s+(?:added|written|filled|defined|determined|done)\b.*
    # an invitation to write one
    | \W*(?:insert|enter|type|fill\s+in|provide)\s+(?:(?:a|an|the|your|some|user|actual|real)\s+){{0,3}}
        (?:query|prompt|request|question|instruction|message)\W*
    | \W*{_ASKS}\s+(?:(?:a|an|the|your|some|user|actual|real|\w+)\s+){{0,3}}{_THING}(?:\s+(?:goes|text))?\s+here\W*
    | \W*(?:your|the|some|user|actual|real)?\s*{_THING}(?:\s+\w+)?\s+(?:goes\s+)?here\W*
    | \W*(?:placeholder|dummy)\b(?:\s+(?:for|text|query|prompt|request|question|value|content|message)\b.*|\W*)
    | \W*lorem\s+ipsum\b.*
    # a numbered heading before it, not the first of several steps
    | (?!.*\b2\s*[.)])\W*(?:{_KIND}\s+)?(?:{_THING}|example|sample|placeholder|variant|variation|scenario){_NUMBER}
        \s*[:.\-\N{{EN DASH}})]\s.*
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# As an answer such signs may say something, as the first word they do not.
_SIGNS: Final = re.compile(r"[\s.\N{HORIZONTAL ELLIPSIS}_\-*#<>\[\]{}]+")
_COUNTED: Final = re.compile(
    rf"""^(?P<head>.*?)[\s(\[,:;\-_\N{{EN DASH}}\#]*\b
    (?:{_KIND}\s+)?(?:examples?|samples?|variants?|variations?|query|prompt|request|question|placeholder
        |dummy|scenario|instance
      |template|item)
    {_NUMBER}[\s)\].!]*$""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# Behind one of these a numbered example is one that exists.
_POINTS: Final = re.compile(
    r"""(?:^|\s)(?:in|of|to|the|from|for|this|that|these|my|our|your|its|about|with|and|or|at|on|under|per|by"
    r"|as|like|into
          |than|is|are|does|do|did|was|only|sql|graphql|docs?|documentation|tutorial|chapter|readme)$
      | ^(?:please\s+|can\s+you\s+|could\s+you\s+|now\s+|then\s+)*(?:see|run|open|explain|show|read|fix|check|execute
          |rerun|debug|find|print|describe|compare|skip|use|update|edit|delete|remove|add|look\s+at)$""",
    re.VERBOSE | re.IGNORECASE,
)
_FILLER: Final = re.compile(
    r"\blorem\s+ipsum\s+dolor|(?<!-)\bfoo\s+bar(?:\s+baz)?\b"
    rf"|\b(?:placeholder|dummy)\s+{_THING}\b|\b{_THING}\s+goes\s+here\b",
    re.IGNORECASE,
)
_OPEN_SLOT: Final = re.compile(
    rf"""
      <\s*(?:{_ASKS}\b[^<>\n]{{0,40}}|{_SLOT}(?:[_ -]?\d+)?|[a-z_ -]*\b(?:placeholder|todo|tbd))\s*>
    | <\s*(?:(?:path|file|name|dir|folder)[/ _-]to|(?:your|user|my|some)[_ -]{_SLOT})\b[^<>\s]{{0,40}}\s*>
    | (?<![\w/$\\'"{{-])\$?\{{\{{?\s*(?:{_ASKS}\b[^{{}}\n]{{0,40}}|(?:(?:user|input|your|my|the)[_ -])?{_SLOT}
        |i|n|idx|index|text|task)\s*\}}?\}}(?![/\w'"])
    | (?<![\w\])])\[\s*(?:{_ASKS}\s[^\[\]\n]{{0,40}}|{_SLOT}[_ -]?(?:name|here)|placeholder|todo|tbd)\s*\](?![(\w])
    | (?<![\w\])])\[\s*(?:file|path|folder|directory|module|symbol|function|class)s?\s*\](?![(\w])
    | (?-i:\b(?:(?:FILE|SYMBOL|CLASS|FUNCTION|METHOD|MODULE|TOOL|FOLDER|LINE)_(?:NAME|PATH|NUMBER|HERE)
        |(?:FILE|SYMBOL|FUNCTION|MODULE))\b)
    | (?<![\w\])])(?-i:\[(?:(?:FILE|MODULE|SYMBOL|CLASS|FUNCTION|METHOD|TOOL)(?:[ _]?(?:NAME|PATH))?|PATH
        |NAME|QUERY|PROMPT
        |TOPIC        |TARGET|DIR|DIRECTORY|FOLDER)\])(?![(\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"`[^`]*`|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)|```.*?(?:```|\Z)", re.DOTALL)
# Who asks for such a text, or about one, has made a request.
_SOUGHT: Final = re.compile(_SEEKS, re.IGNORECASE)
_WRITTEN: Final = re.compile(
    r"\b(?:f-?strings?|templates?|format(?:ting|ted)?|routes?|endpoints?|urls?|regex|regexp|syntax|html|xml"
    r"|jinja|django|tags?"
    r"|elements?|literals?|placeholders?|interpolation|generics?|import|def|mean|constants?|defined|sections?|environment|env)\b",
    re.IGNORECASE,
)


def placeholder_query(row: CheckedRow) -> Iterator[Finding]:
    """Report a row in which a turn of the user only holds the place of a request; one finding a row."""
    said = [
        (place, message.content)
        for place, message in enumerate(row.example.messages, 1)
        if message.role == "user" and _RESPONSE not in message.content
    ]
    for number, (place, text) in enumerate(said):
        if is_placeholder(text) or (number == 0 and _SIGNS.fullmatch(text)):
            yield found("placeholder_query", row, f"message {place} is no request: {shortened(text)}")
            return


def is_placeholder(text: str) -> bool:
    """
    Whether a text only holds the place of a request.

    Args:
        text: what a user said. Words that name an example, a slot or a TODO as the thing asked about are a request.
    """
    said = text.strip()
    said = said.lower() if said.isupper() and " " in said else said  # shouted, so capitals mark no slot
    if not said:
        return False
    if _HOLDER.fullmatch(said):
        return True
    if len(said) > _LONGEST_REQUEST:
        return False
    counted = _COUNTED.match(said)
    if counted is not None and not _points(counted):
        return True
    plain = _QUOTED.sub(" quoted ", said)
    filler = _FILLER.search(plain)
    if filler is not None and not _SOUGHT.search(plain[: filler.start()]):
        return True
    return _OPEN_SLOT.search(plain) is not None and not _WRITTEN.search(_OPEN_SLOT.sub(" ", plain))


def shortened(text: str) -> str:
    """Return a text as a literal, cut after so many letters."""
    return repr(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}")


def _points(counted: re.Match[str]) -> bool:
    head = counted["head"].rstrip(" (:,;-_#")
    return not head or _POINTS.search(head) is not None
