"""Whether a turn only says what it is going to do."""

from __future__ import annotations

import re
from typing import Final

from punie.agent.tool_calls import parse_reply
from punie.training.preambles import is_promise

LONGEST: Final = 500
_MOST_SENTENCES: Final = 4
_ACT: Final = (
    r"(?:add|analy[sz]e|apply|begin|browse|build|call|check|collect|commit|compare|compute|confirm|count"
    r"|create|determine|do\ (?:that|this|so|it|the)"
    r"|diagnose|diff|dig|discover|edit|examine|execute|explore|extract|fetch|figure|filter|find|fix|follow"
    r"|gather|get|go|grab"
    r"|grep|group|handle|have\ a\ look|hover|identify|inspect|investigate|invoke|iterate|jump|kick|lint|list"
    r"|load|locate"
    r"|look|map|measure|navigate|open|parse|perform|pinpoint|proceed|pull|query|read|rename|resolve|retrieve"
    r"|review|run|scan|search|see"
    r"|sort|start|take|test|trace|track|try|type-?check|update|use|validate|verify|view|walk|work|write)"
)
_ING: Final = (
    r"(?:adding|analy[sz]ing|applying|asking|browsing|calling|checking|collecting|comparing|computing|counting|creating"
    r"|determining|diffing|digging|editing|examining|executing|exploring|extracting|fetching|figuring|filtering|finding"
    r"|fixing|following|gathering|getting|going|grabbing|grepping|grouping|hovering|identifying|inspecting"
    r"|investigating|invoking|jumping|linting|listing|loading|locating|looking|navigating|opening|parsing|performing"
    r"|pulling|querying|reading|renaming|resolving|retrieving|reviewing|running|scanning|searching|sorting"
    r"|starting|taking"
    r"|tracing|tracking|trying|type-?checking|updating|using|validating|verifying|viewing|working|writing)"
)
_APOSTROPHE: Final = "['\N{RIGHT SINGLE QUOTATION MARK}]"
_OPENING: Final = (
    r"(?:(?:sure(?:\s+thing)?|ok|okay|certainly|of\s+course|alright|all\s+right|great|right|yes|yep|yeah"
    r"|absolutely|definitely"
    r"|no\s+problem|good\s+question|got\s+it|understood|perfect|happy\s+to(?:\s+help)?|gladly|hmm+|well|so"
    r"|(?:hold|hang)\s+(?:on|tight)|(?:just\s+)?(?:one|a)\s+(?:moment|second|sec|minute)|i['\u2019]m\s+afraid"
    r"|first(?:\s+of\s+all)?"
    r"|firstly|now|then|next|after\s+that|finally|and|to\s+start"
    r"|(?:to|in\s+order\s+to|for|before|since|as|based\s+on|once|after)\s[^.!?,;\n]{1,90},)(?<=[\w,])"
    r"\s*[,.!:;\-\N{EM DASH}]*\s+)*"
)
_ADVERB: Final = (
    r"(?:(?:now|first|quickly|just|also|then|next|go\s+ahead\s+and|start\s+by|begin\s+by|immediately|gladly|be"
    r"|have\s+to)\s+)*"
)
_SENTENCE: Final = re.compile(
    rf"""
    {_OPENING}
    (?:
      (?:i(?:{_APOSTROPHE}ll|\ will|\ shall|{_APOSTROPHE}m\ gonna
          |(?:{_APOSTROPHE}m|\ am)\ (?:going|about)\ to|(?:{_APOSTROPHE}ll)?\ need\ to
          |\ have\ to|\ must|\ should|\ want\ to|{_APOSTROPHE}d\ like\ to
          |(?:{_APOSTROPHE}d|\ would)\ (?:first\ )?(?:need|have)\ to|\ plan\ to|\ intend\ to|\ can)
        |we(?:{_APOSTROPHE}ll|\ will|{_APOSTROPHE}re\ going\ to)|let\ me|let{_APOSTROPHE}s|let\ us
          |we\ (?:should|must|need\ to|have\ to|can|could)
          |what\ i(?:{_APOSTROPHE}ll|\ will)\ do\ is|i{_APOSTROPHE}d\ be\ (?:glad|happy)\ to
          |(?:allow|give|grant)\ me\ (?:(?:just\ )?(?:a|one|some)\ (?:moment|second|sec|minute|bit|time)\ )?
            (?:to|while\ i)
          |(?:going|gonna|about)\ to|my\ (?:(?:next|first)\ step|plan|idea)\ (?:is|will\ be|would\ be)\ to|time\ to
        )\ {_ADVERB}(?:{_ACT}|{_ING})\b
      | i(?:{_APOSTROPHE}m|\ am)\ (?:now\ |currently\ |already\ )?{_ING}\b
      | [^,.;:\n]{{1,60}}\ (?:will|is\ about\ to)\ (?:now\ )?be
          \ (?:called|checked|executed|invoked|opened|queried|read|run
          |scanned|searched|started)\b[^\n]{{0,60}}\b(?:now|next|shortly|first|in\ a\ moment|right\ away)\W*\Z
      | (?:i(?:{_APOSTROPHE}ll|\ will|{_APOSTROPHE}m)\ )?(?:get\ right\ )?on\ it\b
    )
    [^\n]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GERUND: Final = re.compile(rf"{_OPENING}(?:now\s+|currently\s+|just\s+)?{_ING}\b[^\n]*", re.IGNORECASE)
# What a step would bring is no news; that it comes next is a promise.
_REASONED: Final = re.compile(
    rf"{_OPENING}{_ING}\b[^\n]*,\s*(?:so|and\s+so|which\s+is\s+why|hence)\s+(?:i(?:{_APOSTROPHE}ll|\ will)|let\ me)\s"
    rf"{_ADVERB}{_ACT}\b[^\n]*",
    re.IGNORECASE,
)
_BARE_ACT: Final = re.compile(
    rf"""{_OPENING}(?:will\ do|on\ it|right\ away|working\ on\ it|coming\ (?:right\ )?up|consider\ it\ done
    |(?:just\ |please\ |give\ me\ )*(?:one|a|1)\ (?:moment|second|sec|minute|bit)(?:\ please)?
    |(?:please\ )?(?:hold\ on|hang\ on|stand\ by|bear\ with\ me|wait)(?:\ (?:while|a|for)\b[^\n]*)?)\b[^\n]{{0,40}}""",
    re.VERBOSE | re.IGNORECASE,
)
# Sentences that add nothing to a promise.
_FILLER: Final = re.compile(
    rf"""{_OPENING}(?:{_OPENING.removesuffix("*")}
    |(?:i{_APOSTROPHE}d\ be\ )?(?:happy|glad)\ to\ (?:do\ (?:that|so)|help(?:\ you)?(?:\ with\ (?:that|this))?)
    |happy\ to(?:\ help)?|on\ to\ [^\n]{{1,60}}|i\ can\ (?:do|help\ (?:you\ )?with)\ (?:that|this)(?:\ for\ you)?
    |(?:then|after\ that|and\ then|once\ done)?,?\ *i(?:{_APOSTROPHE}ll|\ will)\ [^\n]*
    |(?:shall|should|may|can)\ i\ [^\n]*|ready\b[^\n]*|(?:do\ you\ want|would\ you\ like)\ [^\n]*|thanks?[^\n]*
    |(?:good|great)\ (?:question|idea)|sure\ thing|no\ problem|sure|ok|okay|certainly|of\ course|understood|got\ it
    |absolutely|great|perfect)\W*""",
    re.VERBOSE | re.IGNORECASE,
)
_BREAK: Final = re.compile(r"(?<=[.!?:\N{HORIZONTAL ELLIPSIS}])\s+|\n+")
_STEP: Final = re.compile(r"\s*(?:[-*\N{BULLET}]|\d+[.)])\s+")
# With one of these a sentence that begins with an act in -ing says something about it.
_FINITE: Final = re.compile(
    r"\b(?:is|are|was|were|isn|aren|will|would|can|cannot|could|should|may|might|must|does|doesn|do|did|has"
    r"|have|had|means?"
    r"|makes?|helps?|requires?|gives?|lets?|takes?|keeps?|needs?|speeds?|causes?|shows?|returns?|catches"
    r"|avoids?|prevents?|produces?"
    r"|creates?|works?|allows?|adds?|reads?|saves?|uses?|tells?|reports?|showed|found|returned|gave|failed|passed"
    r"|reveals?|finds?|seems?|depends|beats)\b",
    re.IGNORECASE,
)
# What these announce is words, or nothing: no call is owed.
_NO_CALL: Final = re.compile(
    rf"""\b(?:let\ me\ know|(?:ll|will|{_APOSTROPHE}m\ going\ to)\ (?:not|never)
    |(?:ll|will)\ (?:just\ )?(?:wait|leave|stop|keep|stay|hold\ off|remember|note|stick|skip|ignore|refrain|avoid|help)
    |looking\ (?:good|great|fine|better)|(?:starting|beginning)\ (?:with|from|in)\ (?:python\ )?v?\d
    |take\ (?!care\b|it\ from\ here\b|a\ (?:closer\ |quick\ |deeper\ )?look)
    |(?:can|will|could|would)(?:not|n{_APOSTROPHE}t)|don{_APOSTROPHE}t|won{_APOSTROPHE}t
    |if\ you|unless|until\ you|which\ (?:file|one|path|symbol|line|test)|need\ (?:to\ know|the|a|your|more)
    |(?:use|go\ with|try|start\ with)\ (?:a|an|the)?\ *(?:analogy|definition|(?:simple\ )?example
        |word|term|name|notation))\b""",
    re.VERBOSE | re.IGNORECASE,
)
_CAPABILITY: Final = re.compile(
    r"\b(?:i (?:can|should|must)|we (?:should|must|need to|have to|can|could))\b", re.IGNORECASE
)
_ASKS_ABOUT: Final = re.compile(
    r"^\W*(?:what|how|why|which|who|when|are\s+you\s+able|do\s+you)\b.*"
    r"\b(?:can\s+you|do\s+you|would\s+you|you\s+(?:do|plan|use|able)|your|are\s+you|plan|next|approach"
    r"|going\s+to\s+do)\b",
    re.IGNORECASE | re.DOTALL,
)


def promises(text: str, query: str) -> bool:
    """
    Whether a turn only promises: a few sentences about what comes next, no call, nothing done and nothing told.

    Args:
        text: what an assistant said.
        query: what the user said before it: who asks for a plan is told one.
    """
    said = text.strip()
    if not said or len(said) > LONGEST or "```" in said or "<tool_call>" in said or _ASKS_ABOUT.search(query):
        return False
    if is_promise(text):
        return _NO_CALL.search(said) is None
    lines = [line for line in said.split("\n") if line.strip()]
    steps = [line for line in lines[1:] if _STEP.match(line)]
    if steps and not lines[0].rstrip().endswith(":"):
        return False
    sentences = [each for each in _BREAK.split("\n".join(line for line in lines if line not in steps)) if each.strip()]
    if len(sentences) > _MOST_SENTENCES or _NO_CALL.search(said):
        return False
    kinds = [_kind(each.strip()) for each in sentences]
    return "promise" in kinds and "" not in kinds and not parse_reply(text).calls


def _kind(sentence: str) -> str:
    """Return `promise`, `filler`, or nothing for a sentence that says something."""
    if _BARE_ACT.fullmatch(sentence) or _REASONED.fullmatch(sentence):
        return "promise"
    if _SENTENCE.fullmatch(sentence):
        return "" if _CAPABILITY.search(sentence) and not _is_for_now(sentence) else "promise"
    if _GERUND.fullmatch(sentence) and (
        _FINITE.search(sentence) is None or sentence.endswith(("...", "\N{HORIZONTAL ELLIPSIS}"))
    ):
        return "promise"
    return "filler" if _FILLER.fullmatch(sentence) else ""


def _is_for_now(sentence: str) -> bool:
    return (
        re.search(r"\b(?:for\s+you|now|right\s+away|first|to\s+(?:find\s+out|see|check))\b", sentence, re.IGNORECASE)
        is not None
    )
