"""Requests that no tool can answer: the assistant says so in words, or asks for what is missing."""

from __future__ import annotations

from typing import Final

from punie.training.examples.draft import Intent, Turn, answered, asked
from punie.training.examples.grammar import Draw, expand, lines
from punie.training.examples.phrasing import dress

_IMPOSSIBLE: Final = lines("""
what is the weather (like|) (today|tomorrow|in Berlin|in Paris)?
will it rain (today|tomorrow)?
(tell me|do you know) a joke
who won the (match|game|election|world cup)?
what (time|day) is it?
(book|order) me a (flight|table|taxi|pizza|coffee)
(send|write) (an email|a mail|a message) to (Anna|my boss|the team)
(call|phone) (my boss|Anna|the office)
(play|put on) some music
translate (hello|good morning|thank you) (to|into) (French|German|Spanish)
what is the capital of (France|Peru|Japan)?
(sing|write) me a (song|poem)
how (old|tall) are you?
what should I (eat|cook|wear) (today|tonight)?
(buy|sell) (some|my|) (stocks|shares)
remind me to (drink water|call Anna|go home) (at five|tomorrow|later)
open (the browser|a web page|youtube)
what is the (price|stock price) of (gold|bitcoin)?
(show|find) me (pictures|photos) of (cats|dogs)
who is the (president|prime minister) of (France|Italy)?
(set|start) a timer (for|of) (five|ten) minutes
turn (off|on) the lights
""")
_SORRY: Final = (
    "I cannot do that. I am Punie and help with Python code: types, lint, tests, symbols, files and git.",
    "That is outside of what I can do. I can check types, lint, run tests, look up symbols and read git history.",
)
_VAGUE: Final = lines("""
help
help me
(?|??|hm|hmm|huh|what)
what now?
what next?
I am stuck
(I need|can I get) (some|) help
do something
(do|fix) it
go
go on
continue
(please|can you) help
it does not work
something is broken
""")
_SO_WHAT: Final = (
    "What should I do? Name a path or a symbol, and say whether you want types, lint, tests, references or git.",
    "Tell me more: which file or folder, and what should I check: types, lint, tests, symbols or git?",
)
_NO_SYMBOL: Final = lines("""
(go|jump) to (the|its) definition
where is it defined?
find (all|the|) references
who uses (it|this|that) (function|class|)?
show me the (type|signature|docs) (of this|of that|of it|)
hover (over it|here|)
find the usages
rename (it|this|that)
where is (this|that) (function|class|symbol) (used|defined)?
what is the (type|signature) of (this|that)?
find references to (this|that) symbol
""")
_WHICH_SYMBOL: Final = (
    "Which symbol do you mean? Give me its name, and the file, line and column if you know them.",
    "I need the name of the symbol, and its file, line and column, before I can look it up.",
)
_NO_FILE: Final = lines("""
(read|open|show me) (the|that|this|a) file
what (is|stands) in (the|that|this) file?
(show|print) (its|the) (contents|text)
(write|save) (it|this|that) (to a file|down|)
outline (the|this|that) (file|module)
(copy|delete|rename) (the|that|this) file
which symbols are in (this|that) (file|module)?
""")
_WHICH_FILE: Final = (
    "Which file do you mean? Give me its path.",
    "I need the path of the file first. Which file is it?",
)
_TABLE: Final = (
    (_IMPOSSIBLE, _SORRY),
    (_VAGUE, _SO_WHAT),
    (_NO_SYMBOL, _WHICH_SYMBOL),
    (_NO_FILE, _WHICH_FILE),
)


def _limits(draw: Draw) -> tuple[Turn, ...]:
    questions, answers = draw.any(_TABLE)
    return asked(dress(draw, expand(draw, draw.any(questions), {}), {})), answered(draw.any(answers))


INTENTS: Final = (Intent("words", "limits", _limits, 1.2),)
