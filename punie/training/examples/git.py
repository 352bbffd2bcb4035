"""Plain requests for the state, the changes and the history of the repository."""

from __future__ import annotations

from typing import Final

from punie.training.examples.draft import Intent, Turn, asked, called
from punie.training.examples.grammar import Draw, lines, wordings
from punie.training.examples.phrasing import ask
from punie.training.examples.snippets import summary
from punie.training.examples.vocabulary import Target, count_word, git_target

STATUS_CLAUSES: Final = lines("""
!{show} (the git status|the working tree status|the state of the working tree) {in}
!{show} (the|all|) {uncommitted} files {in}
!(check|run|get) git status {in}
!list (the|all|) {uncommitted} (files|changes) {in}
!(check|see|find out) (what|which files) (is|are) {uncommitted} {in}
!(check|see|find out) (if|whether) the (working tree|working copy|repo|repository) is clean
""")
DIFF_CLAUSES: Final = lines("""
!{show} the (diff|git diff|changed lines|line changes) {in}
!{show} (what|which lines) (changed|I changed) {in}
!(run|get|check|look at) (git diff|the diff) {in}
!(summarise|summarize) the (diff|unstaged changes|line changes) {in}
!(see|find out) how (much|many lines) (changed|I changed) {in}
""")
STAGED_CLAUSES: Final = lines("""
!{show} the (staged diff|diff of the index|diff of the staged files|cached diff) {in}
!{show} (what|which lines) (is|are) staged {in} (line by line|in terms of lines|as a diff)
!(run|get|check|look at) (git diff --staged|git diff --cached|the staged diff) {in}
!(summarise|summarize) the staged (changes|diff) {in}
""")
LOG_CLAUSES: Final = lines("""
!{show} the (git log|history|commit history|git history) {of}
!{show} the {latest} {commits} {of}
!(run|get|check|look at) (git log|the git log|the history) {of}
!(see|find out) who (changed|worked on|touched) {np} (lately|recently|last|)
!(see|find out) what was (committed|changed) {lately} {in}
""")
STATUS: Final = (
    *STATUS_CLAUSES,
    *wordings("git_status"),
    *lines("""
what is the (git status|state of the repo|state of the working tree|status) {in}?
git status {in}
git_status{args}
status of {np}?
is the (working tree|working directory|working copy|repo|repository|checkout) clean {now}?
is (there|) anything (uncommitted|to commit|not committed|left to commit|pending) {in}?
(are there|do I have|do we have|did I leave) (any|) {uncommitted} (files|changes) {in}?
(what|which files) (did I change|have I changed|did I touch|have I touched|did I edit) {in} (since the last commit|so \
far|)?
which files (are|were) {uncommitted} {in}?
what (files|changes) (are|is) {uncommitted} {in}?
which (files|changes) (are not|aren't) committed (yet|) {in}?
what would go into the next commit {in}?
what have I not committed {in} (yet|)?
what (is|are) {uncommitted} {in}?
what did I (leave|forget) uncommitted {in}?
{uncommitted} files {in}
any {uncommitted} (files|changes|work) {in}?
did I forget to commit (something|anything) {in}?
can I switch branches (safely|now|)? (is the tree clean|anything uncommitted|show my changes)
is it safe to (pull|rebase|switch branches), or (do I have|are there) uncommitted changes?
I need (the git status|a list of changed files|to know what is uncommitted) {in}
I want to (see|know) what I have (changed|not committed|modified) {in}
I lost track of my (changes|edits) {in}, (what did I touch|which files are modified|list them)
before I (commit|leave|pull|switch branches): what is {uncommitted} {in}?
{np}: anything (uncommitted|dirty|modified)?
{np}: git status
where does the working tree stand {now}?
how (dirty|clean) is (the working tree|my checkout|the repo)?
which files does git (see|list|report) as (modified|changed|dirty) {in}?
!(tell me|say) (if|whether) (the tree is clean|I have uncommitted changes|anything is uncommitted)
my working copy: (clean|dirty) or not?
do I have (uncommitted|unfinished|pending|unsaved) (work|changes|edits) {in}?
show me what I (changed|touched|modified|edited) {in}
which of my files {in} (are modified|have changed|changed) (since the last commit|)?
what (work|changes) did I not commit {in}?
(call|use) git_status (with|on|for) {np}
is there (work in progress|something left) {in}?
anything I (should|must) commit {in}?
!list (the files I changed|the files that I have modified|everything I touched) {in}
which files did I (work on|edit|touch) {in} (today|since the last commit|)?
"""),
)
DIFF: Final = (
    *DIFF_CLAUSES,
    *wordings("git_diff"),
    *lines("""
what (changed|has changed|did I change) {in} (line by line|in terms of lines|in the diff|compared to the last commit|\
since the last commit)?
how many lines did I (change|add and remove|touch) {in}?
how (big|large) is the (diff|change|patch) {in}?
how big are my (changes|edits|unstaged changes) {in}?
git diff {in}
git_diff{args}
diff of {np}
diff {in}
(diff|patch|line changes) for {np}?
what does the (diff|git diff|patch) {in} look like?
what does the (diff|patch) {in} (contain|consist of)?
what are the (differences|line changes|unstaged changes) {in}?
which (lines|hunks) (changed|have changed|are different) {in}?
I need (the diff|a diff|the changed lines) {in}
I want to (see|review) (the diff|my changes line by line|the changed lines) {in}
before I commit I want to (see|review) the diff {in}
how much did I (change|rewrite|modify) {in}?
how much did {np} change (since the last commit|)?
what is different {in} (from|compared to) the last commit?
what did my edits (change|do) to {np}? show the diff
{np}: (show the diff|what changed|diff)
(added|additions) and (removed|deletions) {in}?
the (unstaged|working tree) diff {in}
(call|use) git_diff (with|on|for) {np}
what did I change (today|this morning|since the last commit) {in}, line by line?
!summarise what changed {in} (since the last commit|) (by lines|in lines)
diffstat {in}
(insertions|added lines) and (deletions|removed lines) per file {in}
how did {np} change compared to HEAD?
is the (diff|patch|change) {in} (small|large|big)?
!compare {np} with (HEAD|the last commit|what is committed)
!(review|inspect|examine) (my changes|the diff|the patch) {in}
did {np} change much (since the last commit|)? (show|give me) the diff
"""),
)
_STAGED: Final = (
    *STAGED_CLAUSES,
    *wordings("git_diff_staged"),
    *lines("""
what does the staged (diff|patch|change) {in} look like?
how (big|large) is the staged (diff|change|patch) {in}?
how many lines are staged {in}?
which lines (are staged|did I stage|have I staged) {in}?
what (changes|lines) (did I|have I) (stage|staged) {in}? (diff|as a diff|show the diff)
git diff --staged {in}
git diff --cached {in}
staged diff {in}
diff of the (index|staging area) {in}
the diff that (is staged|I am about to commit|would be committed) {in}
I need the (staged diff|diff of what is staged) {in}
I want to (see|review) the staged (changes|diff|lines) {in} before I commit
(added and removed|changed) lines in the (index|staging area) {in}?
what would the next commit change {in}, in lines?
{np}: staged diff
only the staged changes {in}, as a diff
not the working tree, the staged diff {in}
!(review|inspect|examine) (what is staged|the staged diff|the staged lines) {in}
!compare the index with HEAD {in}
"""),
)
LOG: Final = (
    *LOG_CLAUSES,
    *wordings("git_log"),
    *lines("""
what (is|does) the (git log|history|commit history) (of {np}|{in}) (say|look like|)?
git log {of}
git_log{args}
git history {of}
who (changed|touched|edited|worked on|modified) {np} (lately|recently|last|)?
who has been (working on|changing|touching) {np} (lately|recently|)?
what (happened|was committed|was changed|changed) {lately} {in}?
what are the {latest} {commits} {of}?
which {commits} (touched|changed|concern|affect) {np}?
when was {np} (last changed|last touched|changed last|last modified)?
(latest|recent|last) {commits} {of}
history of {np}
how did {np} (change|evolve) over time?
commit history {of}
I need the (history|log|latest commits) {of}
I want to (see|know|read) the (history|log|recent commits) {of}
what (have|did) (we|people|my colleagues|the others) commit {lately} {in}?
what did the team (do|commit|change) {lately} {in}?
why did {np} change? show (its commits|its history|the log)
{np}: (who changed it|history|recent commits|git log)
{np}: who worked on it (lately|)?
the (story|past) of {np} in commits
what is new {in}? (commits|show the commits|the latest commits)
have there been (any|) commits {lately} {in}?
(any|) recent (commits|activity) {in}?
by whom was {np} (changed|edited) {lately}?
(call|use) git_log (with|on|for) {np}
which (people|developers) (changed|edited|touched) {np} (lately|recently|) and when?
!(tell me|show|summarise|summarize) what (happened|was done) {in} {lately}
when and by whom was {np} changed?
!look into the (past|history) of {np}
on what did we work {lately} {in}, going by the commits?
"""),
)
_LOG_COUNT: Final = (
    *wordings("git_log_count"),
    *lines("""
!{show} the (last|latest|most recent|newest) {n} commits {of}
!{show} {n} commits {of}
what are the (last|latest|most recent|newest) {n} commits {of}?
the (last|latest|newest) {n} commits {of}
last {n} commits {of}
{n} (latest|most recent|newest) commits {of}
who made the last {n} commits {of}?
what (was|happened) in the last {n} commits {of}?
what do the last {n} commits {of} (say|do|change)?
git log -{digits} {of}
git log -n {digits} {of}
I need the (last|latest) {n} commits {of}
I want to see the (last|latest|newest) {n} (commits|changes|revisions) {of}
!(go back|look back) {n} commits {of}
!(limit the log to|log of) {n} commits {of}
history {of}, (only|just|at most) {n} commits
at most {n} commits {of}
the {n} newest (entries|commits) in the log {of}
!list (only|just|) {n} commits {of}
when were the last {n} commits {of} made?
(last|latest) {n} (log entries|commit messages|revisions) {of}
{np}: last {n} commits
which {n} commits {of} are the (latest|newest)?
how do the last {n} commits {of} read?
"""),
)
_LATELY: Final = ("lately", "recently", "in the last days", "since last week", "this week", "")


def log_slots(draw: Draw, about: Target) -> dict[str, str]:
    """The slots with which the history of a target is asked for."""
    of = f"{draw.any(('of', 'for', 'of', 'on'))} {about.np}" if about.on or draw.chance(0.5) else ""
    return {"of": of, "lately": draw.any(_LATELY)}


def _status(draw: Draw) -> tuple[Turn, ...]:
    prompt, path = ask(draw, STATUS, git_target(draw))
    return asked(prompt), called(summary("git_status", path))


def _diff(draw: Draw) -> tuple[Turn, ...]:
    prompt, path = ask(draw, DIFF, git_target(draw))
    return asked(prompt), called(summary("git_diff", path))


def _staged_diff(draw: Draw) -> tuple[Turn, ...]:
    prompt, path = ask(draw, _STAGED, git_target(draw))
    return asked(prompt), called(summary("git_diff", path, staged=True))


def _log(draw: Draw) -> tuple[Turn, ...]:
    about = git_target(draw)
    prompt, path = ask(draw, LOG, about, log_slots(draw, about))
    return asked(prompt), called(summary("git_log", path))


def _log_count(draw: Draw) -> tuple[Turn, ...]:
    about = git_target(draw)
    count = draw.any((2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 50, draw.number(2, 99)))
    slots = {**log_slots(draw, about), "n": count_word(draw, count), "digits": str(count)}
    prompt, path = ask(draw, _LOG_COUNT, about, slots)
    return asked(prompt), called(summary("git_log", path, count=count))


INTENTS: Final = (
    Intent("git", "status", _status, 2.5),
    Intent("git", "diff", _diff, 2),
    Intent("git", "staged_diff", _staged_diff, 1.2),
    Intent("git", "log", _log, 2),
    Intent("git", "log_count", _log_count, 2),
)
