"""Field questions about the working tree, the diff and the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from punie.training.examples import frames as f
from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.fields import (
    Attribute,
    Extras,
    Make,
    Value,
    about_path,
    attributes,
    counted,
    each,
    filled,
    intent,
    limit,
    ranked,
    selected,
)
from punie.training.examples.fields_quality import mentioned
from punie.training.examples.git import log_slots
from punie.training.examples.grammar import Draw, lines, wordings
from punie.training.examples.phrasing import ask
from punie.training.examples.snippets import answer, call, literal
from punie.training.examples.vocabulary import git_target, person

_CHANGED: Final = ("{uncommitted} files", "{uncommitted} file")
_KINDS: Final[dict[str, tuple[tuple[str, str], str, str]]] = {
    "staged": (("(staged files|files in the index|files staged for commit|files that are staged)", "staged file"),
        "x.staged", "{x.status} {x.file}"),
    "unstaged": (("(unstaged files|files that are not staged|changed but unstaged files|files not yet staged)",
        "unstaged file"), "not x.staged", "{x.status} {x.file}"),
    "untracked": (("(untracked files|files that git does not track|files unknown to git|new untracked files)",
        "untracked file"), 'x.status == "untracked"', "{x.file}"),
    "modified": (("(files with the status modified|files marked as modified|tracked files with modifications)",
        "file marked as modified"), 'x.status == "modified"', "{x.file}"),
    "deleted": (("(deleted files|removed files|files that were deleted|files marked as deleted)", "deleted file"),
        'x.status == "deleted"', "{x.file}"),
    "added": (("(added files|files marked as added|newly added files|files with the status added)", "added file"),
        'x.status == "added"', "{x.file}"),
    "renamed": (("(renamed files|files that were renamed|files marked as renamed)", "renamed file"),
        'x.status == "renamed"', "{x.file}"),
    "python": (("({uncommitted} Python files|{uncommitted} .py files|{uncommitted} python modules)",
        "{uncommitted} Python file"), 'x.file.endswith(".py")', "{x.status} {x.file}"),
    "tests": (("({uncommitted} test files|{uncommitted} tests|tests that are {uncommitted})",
        "{uncommitted} test file"), '"test" in x.file', "{x.status} {x.file}"),
}  # fmt: skip
STATUS_COUNT: Final = (
    *f.framed(f.COUNT, *_CHANGED),
    *lines("""
how many files (did I|have I) (change|changed|touch|touched|modified) {in}?
how many files (changed|are different|would be committed) {in}?
how many files does git status (list|report|show) {in}?
how many uncommitted (changes|edits) (are there|do I have) {in}?
"""),
    *wordings("git_status_count"),
)
_PER_STATUS: Final = lines("""
how many files per status {in}?
!group the (changed|uncommitted|modified) files {in} by (status|their status)
!count the (changed|uncommitted) files {in} by status
how many files are modified, added, deleted and untracked {in}?
a breakdown of (git status|the changed files) {in} by (status|kind of change)
for each (git status|status|kind of change), how many files {in}?
!tally git status {in} by (status|kind)
how do the (changed|uncommitted) files {in} split into modified, added and untracked?
""") + wordings("git_per_status")
_NAMES_ONLY: Final = lines("""
(only|just) the (names|paths) of the {uncommitted} files {in}
!(list|print|show|give me) (only|just) the (names|paths) of the {uncommitted} files {in}
names of the {uncommitted} files {in}
file names only: what is {uncommitted} {in}?
how are the {uncommitted} files {in} called?
!print each {uncommitted} file {in} by name
""") + wordings("git_names_only")


def _staged(templates: tuple[str, ...], body: str) -> Make:
    def make(draw: Draw) -> tuple[Turn, ...]:
        prompt, path = ask(draw, templates, git_target(draw))
        return asked(prompt), called(answer(call("git_diff", path, staged=True), body))

    return make


def _status_kind(name: str) -> Intent:
    nouns, condition, shown = _KINDS[name]
    templates = f.framed((*f.COUNT, *f.LIST, *f.ANY), *nouns)
    return intent(
        f"status_{name}", about_path("git_status", templates, selected("files", condition, shown), git_target), 0.7
    )


_STATUS: Final = (
    intent("status_count", about_path("git_status", STATUS_COUNT,
        'print(f"{result.file_count} changed files, clean={result.clean}")', git_target), 2),
    *(_status_kind(name) for name in _KINDS),
    intent("status_per_kind", about_path("git_status", _PER_STATUS, counted("files", "status"), git_target), 0.7),
    intent("status_names", about_path("git_status", _NAMES_ONLY, each("files", "{x.file}"), git_target), 0.7),
    intent("status_file_and_kind", about_path("git_status", wordings("git_file_and_status"),
        each("files", "{x.status} {x.file}"), git_target), 0.8),
    intent("status_more_than", about_path("git_status", f.framed(f.AT_LEAST, *_CHANGED),
        'print("yes" if result.file_count > $n else "no", result.file_count)', git_target, limit), 0.6),
)  # fmt: skip
LINES_COUNT: Final = (
    *f.framed(f.COUNT, "(added|new|inserted) lines", "added line"),
    *f.framed(f.COUNT, "(deleted|removed) lines", "deleted line"),
    *f.framed(f.COUNT, "(changed lines|line changes|additions and deletions)", "changed line"),
    *lines("""
how many lines (were|did I|have been) (added|add|removed|remove|deleted|delete) {in}?
how many (additions|deletions|insertions) (are there|are|does the diff have) {in}?
how many (additions|deletions) does the diff {in} have?
how many lines (were added and removed|came in and went out) {in}?
(additions|deletions|insertions|additions and deletions) {in}?
the number of (additions|deletions) in the diff {in}
how many files does the diff {in} (touch|cover|change|contain)?
total (additions|deletions) {in}?
!count the (added|removed|deleted) lines in the diff {in}
!give me the (line counts|totals|size) of the diff {in}
by how many lines did {np} (grow|shrink)?
+ and - of the diff {in}?
how many lines (have|did) I (added|add|removed|remove|changed|change) since the last commit {in}?
how many (insertions|lines) did I (make|write|add) {in} (since the last commit|today|)?
how much did I (add|remove) {in}, in lines?
(insertions|additions) versus deletions {in}?
"""),
    *wordings("git_lines_count"),
)
_NET: Final = lines("""
what is the net change in lines {in}?
net (line change|change|lines) of the diff {in}
by how many lines did the code {in} (grow|shrink) (on balance|net|overall)?
!subtract the deletions from the additions {in}
additions minus deletions {in}?
did {np} get (longer|shorter)? additions minus deletions
on balance, how many lines did I add {in}?
!compute the net number of (changed|added) lines {in}
""") + wordings("git_net")
_BIGGEST: Final = lines("""
which file (changed|has changed) (the|) most {in}?
which file {in} has the (most changed lines|biggest diff|largest diff|most additions and deletions)?
what is the (biggest|largest) change {in}, by file?
the file with the (biggest|largest) diff {in}
!find the file with the (most changed lines|biggest diff) {in}
where {in} did I change the most? one file
{np}: file with the largest diff?
which file {in} did I rewrite most?
""") + wordings("git_biggest")
_MOST_ADDED: Final = lines("""
which file {in} (has|got) the most (added|new) lines?
which file {in} grew (the|) most?
the file with the most additions {in}
!find the file with the most additions {in}
where {in} did I add most lines?
what file {in} has the highest number of additions?
""") + wordings("git_most_added")
_HUNKS: Final = lines("""
!(show|list|print) the hunks of the diff {in}
what hunks does the diff {in} have?
which hunks changed {in}?
hunk headers of the diff {in}
!(show|print) the hunk headers (of|for) each changed file {in}
where {in} are the changed hunks?
the @@ lines of the diff {in}
how many hunks does each file in the diff {in} have? show them
{np}: which hunks are in the diff?
!list the diff {in} hunk by hunk
""") + wordings("git_hunks")
_DIFF_FILES: Final = lines("""
which files does the diff {in} (touch|contain|cover)?
!(list|show|print) (only|just) the files in the diff {in}
file names in the diff {in}
which files are (in|part of|covered by) the diff {in}?
names of the files that the diff {in} changes
!name every file in the diff {in}
""") + wordings("git_diff_files")
_STAGED_LINES: Final = lines("""
how many lines (are staged|did I stage|have I staged) {in}?
how many (additions|insertions) and deletions (are staged|are in the staged diff|does the staged diff have) {in}?
how many files does the staged diff {in} (touch|contain|have)?
(additions|insertions) and deletions in the (index|staged diff|staging area) {in}
!count the staged (lines|additions|deletions) {in}
number of (staged lines|lines in the staged diff) {in}
how (big|large) is (what I staged|the staged diff) {in}, in lines?
line count of the staged diff {in}
""") + wordings("git_staged_lines")
# per file: the wordings and the fields that the code prints
_PER_FILE: Final = {
    "file_adds_dels": "{x.file} +{x.additions} -{x.deletions}",
    "file_adds": "{x.file} +{x.additions}",
    "file_dels": "{x.file} -{x.deletions}",
}
_DIFF: Final = (
    intent("diff_lines", about_path("git_diff", LINES_COUNT,
        'print(f"{result.additions} additions, {result.deletions} deletions, {result.file_count} files")',
        git_target), 2.5),
    intent("staged_lines", _staged(_STAGED_LINES,
        'print(f"{result.additions} additions, {result.deletions} deletions, {result.file_count} files")'), 0.8),
    intent("diff_net", about_path("git_diff", _NET,
        'print(f"net {result.additions - result.deletions} lines: +{result.additions} -{result.deletions}")',
        git_target), 0.7),
    intent("diff_biggest", about_path("git_diff", _BIGGEST,
        ranked("files", "additions + x.deletions", "file", "1"), git_target)),
    intent("diff_most_added", about_path("git_diff", _MOST_ADDED,
        ranked("files", "additions", "file", "1"), git_target), 0.6),
    intent("diff_hunks", about_path("git_diff", _HUNKS,
        "for x in result.files:\n    print(x.file)\n    for hunk in x.hunks:\n        print(hunk)", git_target)),
    intent("diff_files", about_path("git_diff", _DIFF_FILES, each("files", "{x.file}"), git_target), 0.8),
    *(intent(f"diff_{name}", about_path("git_diff", wordings(f"git_{name}"), each("files", shown), git_target), 0.7)
        for name, shown in _PER_FILE.items()),
    intent("diff_more_than", about_path("git_diff", f.framed(f.AT_LEAST, "(added lines|additions)", "added line"),
        'print("yes" if result.additions > $n else "no", result.additions)', git_target, limit), 0.7),
)  # fmt: skip
_LAST_AUTHOR: Final = lines("""
who (made|wrote|authored|is behind) the {latest} commit {of}?
who committed last {in}?
who (changed|touched|edited|modified) {np} last?
who was the last (person|one|developer|colleague) to (change|touch|edit|commit to) {np}?
(author|name of the author) of the {latest} commit {of}
what is the author of the {latest} commit {of}?
by whom is the {latest} commit {of}?
{np}: who committed last?
whose commit is the {latest} one {of}?
!(tell me|find out|show) who made the {latest} commit {of}
last committer {of}?
""")
_LAST_MESSAGE: Final = lines("""
what (is|was) the {latest} commit {of}?
what is the (message|subject|text) of the {latest} commit {of}?
what does the {latest} commit {of} say?
!(show|print|tell me|give me) the {latest} commit {of}
!(show|print|tell me|give me) the {latest} commit message {of}
(message|subject) of the {latest} commit {of}
{latest} commit {of}
the {latest} commit message {of}
{np}: {latest} commit?
what was (committed|changed) last {in}?
what did the {latest} commit {of} (do|change)?
""")
_LAST_DATE: Final = lines("""
when was the {latest} commit {of} (made|done|)?
when did (somebody|someone|anyone|we) (last commit|commit last) {in}?
when was {np} (last|most recently) (changed|committed|touched|edited)?
what is the date of the {latest} commit {of}?
(date|day|time) of the {latest} commit {of}
how (old|recent|fresh) is the {latest} commit {of}?
{np}: when was the {latest} commit?
!(tell me|find out|show) when the {latest} commit {of} was made
since when is {np} unchanged? date of the {latest} commit
""")
_LAST_HASH: Final = lines("""
what is the (hash|id|sha) of the {latest} commit {of}?
what is the (hash|commit hash|sha) of HEAD?
!give me the (commit hash|hash) of HEAD
(hash|sha|commit id) of the {latest} commit {of}
!(show|print|give me) the (hash|sha) of the {latest} commit {of}
which (hash|sha) does the {latest} commit {of} have?
I need the (hash|sha) of the {latest} commit {of}
{np}: hash of the {latest} commit?
at which commit are we {in}? the hash
""")
_AUTHORS: Final = lines("""
who (has committed|commits|committed|contributes) {in}?
who are the (authors|committers|contributors) (of the recent commits|) {in}?
which (people|developers|authors|colleagues) (worked on|changed|committed to) {np}?
!(list|show|name) the (authors|committers|contributors) {of}
(authors|committers|contributors) of the (recent|latest) commits {of}
names of (everybody|all people|all) who committed {in}
the set of authors {of}
how many (different|) (people|authors) committed {in} recently? name them
{np}: which people changed it?
who else worked on {np}?
""") + wordings("git_authors")
_PER_AUTHOR: Final = lines("""
how many (recent|) commits did each (author|person|developer) make {in}?
!(count|group) the commits {of} by author
commits per author {of}
who (committed most|made the most commits|is most active) {in}? (count per author|commits per person)
!tally the (recent|) commits {of} by author
which author (changed|touched|committed to) {np} most (often|)?
who (touched|changed) {np} most (often|)?
who has the most commits {in}?
!rank the (authors|committers) {of} by (number of|) commits
for each author, how many commits {in}?
a breakdown of the commits {of} by author
""") + wordings("git_per_author")
_BY_AUTHOR: Final = lines("""
which commits {of} are by {who}?
!(show|list|find|print) the commits {of} (by|from|of) {who}
what did {who} (commit|change|do|work on) {in} (lately|recently|)?
commits (by|of|from) {who} {in}
did {who} commit (anything|something) {in} (lately|recently|)?
has {who} (changed|touched|worked on) {np} (lately|)?
how many of the recent commits {of} are by {who}?
!filter the (log|history) {of} by the author {who}
only the commits {of} whose author is {who}
anything (by|from) {who} {in} (lately|)?
""") + wordings("git_by_author")
_MENTION_LOG: Final = lines("""
which (recent|) commits {of} mention {word}?
!(show|list|find) the commits {of} that mention {word}
commits {of} with {word} in the message
is there a (recent|) commit {in} about {word}?
!search the (log|history|commit messages) {of} for {word}
!(show|list|find) the commit messages {of} (containing|that contain|with) {word}
commits whose message contains {word} {in}
how many commits {of} mention {word}?
did (any|a) recent commit {in} say something about {word}?
!filter the (log|history) {of} by the word {word}
""") + wordings("git_mentioning")
_COUNT_LOG: Final = lines("""
how many commits (are in the log|does the log show|are there|come back) {of}?
how many (recent|) commits (touch|touched|concern|changed) {np}?
number of commits {of}
!count the commits {of}
how often was {np} (changed|committed)?
{np}: how many commits?
how long is the (log|history) {of}? number of commits
commit count {of}
""") + wordings("git_count_all")
_HASH: Final = Attribute("hash", ("hash", "sha", "commit id"), ("hashes", "shas", "commit ids"))
_SUBJECT: Final = Attribute("message", ("message", "subject"), ("messages", "subjects"))
_AUTHOR: Final = Attribute("author", ("author", "author's name"), ("authors", "author names"))
_DATE: Final = Attribute("date", ("date", "day"), ("dates", "days"))


def _author(draw: Draw) -> Mapping[str, Value]:
    name = person(draw)
    name = name.split()[0] if draw.chance(0.4) else name
    return {"who": Value(name, literal(name))}


def _about_log(templates: tuple[str, ...], body: str, count: int | None = None, extras: Extras | None = None) -> Make:
    def make(draw: Draw) -> tuple[Turn, ...]:
        values = extras(draw) if extras else {}
        about = git_target(draw)
        slots = {**log_slots(draw, about), **{name: value.said for name, value in values.items()}}
        prompt, path = ask(draw, templates, about, slots)
        source = call("git_log", path) if count is None else call("git_log", path, count=count)
        return asked(prompt), called(answer(source, filled(body, values)))

    return make


_ONE: Final = 'for x in result.commits[:1]:\n    print(f"{x.hash} {x.date} {x.author}: {x.message}")'
# two fields of a commit that are asked for together
_PAIRS: Final = (("author", "date"), ("hash", "message"), ("author", "message"), ("date", "message"))
_LOG: Final = (
    intent("log_last", _about_log(
        (*_LAST_AUTHOR, *_LAST_MESSAGE, *_LAST_DATE, *_LAST_HASH, *wordings("git_last")), _ONE, 1), 3.5),
    intent("log_authors", _about_log(_AUTHORS, each("commits", "{x.author}").replace(
        "for x in result.commits", 'for name in sorted({x.author or "unknown" for x in result.commits})').replace(
        'f"{x.author}"', "name")), 1.2),
    intent("log_per_author", _about_log(_PER_AUTHOR, counted("commits", "author"))),
    intent("log_by_author", _about_log(_BY_AUTHOR,
        selected("commits", '$who in (x.author or "")', "{x.hash} {x.date}: {x.message}"), None, _author), 1.3),
    intent("log_mentioning", _about_log(_MENTION_LOG,
        selected("commits", "$word in x.message", "{x.hash} {x.message}"), None, mentioned), 1),
    intent("log_count_all", _about_log(_COUNT_LOG, 'print(f"{result.commit_count} commits")'), 1),
    *(intent(f"log_{a}_and_{b}", _about_log(wordings(f"git_{a}_and_{b}"),
        each("commits", f"{{x.{a}}} {{x.{b}}}")), 0.8) for a, b in _PAIRS),
    intent("log_attributes", attributes("git_log", "commits", ("{commits}", "commit"),
        (_HASH, _SUBJECT, _AUTHOR, _DATE), git_target), 1.5),
)  # fmt: skip
INTENTS: Final = (*_STATUS, *_DIFF, *_LOG)
