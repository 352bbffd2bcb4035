"""Question forms shared by many intents; ``{things}`` and ``{thing}`` stand for what is counted, listed or searched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from punie.training.examples.grammar import lines, wordings


def framed(frames: Sequence[str], things: str, thing: str = "") -> tuple[str, ...]:
    """The forms with their nouns put in: names of shared pools in braces, or plain words."""
    return tuple(frame.replace("{things}", things).replace("{thing}", thing or things) for frame in frames)


COUNT: Final = lines("""
how many {things} (are there|do we have|exist|are left|are open) {in} {now}?
how many {things} does {np} have?
how many {things} {in}?
!count the {things} {in}
!count {things} {in}
what is the number of {things} {in}?
what's the total number of {things} {in}?
!(give|tell) me the number of {things} {in}
number of {things} {in}
the count of {things} {in}
total {things} {in}?
!tell me how many {things} {np} has
I need (the number|a count|the count) of {things} {in}
I want to know how many {things} (there are|we have) {in}
do you know how many {things} (there are|we have) {in}?
{np}: how many {things}?
(for|in) {np}, how many {things} (are there|do you see|do we have)?
just the number of {things} {in}
how large is the number of {things} {in}?
!work out how many {things} (are|remain) {in}
how many {things} would I have to (fix|deal with|look at) {in}?
!report the {thing} count {in}
what is the {thing} count {in}?
{thing} count {in}
{thing} count of {np}?
exactly how many {things} (are reported|show up|turn up) {in}?
how many {things} (show up|turn up|come up|are reported) {in}?
what number of {things} does {np} have?
!find out how many {things} {np} contains
how many {things} in total {in}?
my (report|ticket|notes|dashboard) needs the number of {things} {in}
I wonder how many {things} (are left|remain|there are) {in}
could it be that there are many {things} {in}? (give me|tell me) the number
we had many {things} {in} last week, how many (are there now|are left)?
!print only the number of {things} {in}
how bad is it: number of {things} {in}?
not the list, only the number of {things} {in}
(since|given) {np} changed, how many {things} (are there|do we have) now?
!check {np} and count the {things}
!look at {np} and tell me how many {things} there are
{np} has how many {things}?
how many {things} (are|get|were) (reported|counted|found|listed|shown) for {np}?
how many {things} (come from|belong to|stem from) {np}?
how many {things} can you (see|find|count) {in}?
do we have many {things} {in}? how many exactly
what is the {thing} (tally|total|figure) {in}?
the (number|amount|quantity) of {things} {in}, please
a single number: {things} {in}
what number of {things} (should|do) I report for {np}?
for my (statistics|report|dashboard): {things} {in}, how many?
how many {things} did (I|we) leave {in}?
how many {things} still (exist|remain) {in}?
is it one {thing} or more {in}? count them
can you count how many {things} (there are|we have) {in}?
give a count of {things} {in}
!determine the number of {things} {in}
""") + wordings("frames_count")
COMPOUND: Final = lines("""
how many {things} (are there|do we have|exist) {in}, and where (are they|exactly)?
how many {things} (are there|do we have) {in} and what (are they|do they say)?
how many {things} {in}, and (on which lines|in which files|in what files)?
!list (all|the) {things} {in} with (file and line|their files and lines|line numbers|their messages|their codes)
!show (all|the) {things} {in} with (file and line|their messages|code and message|all details)
!count and list the {things} {in}
!count the {things} {in} and (list|show|print) them
the number of {things} {in} and (the list|the details|their messages)
{things} {in}: how many, and what do they say?
!give me (the|all) details (on|of|about) the {things} {in}
!report the {things} {in}: how many, where and why
which {things} are there {in} and on which lines?
!tell me how many {things} there are {in} and list them
for {np}: number of {things} plus (a list|the details)
are there any {things} {in}, and (if so|if yes), (where|which ones|what are they)?
are there {things} {in}? (list|show) them if there are any
!check {np} for {things} and list what you find
is {np} free of {things}? if not, (list|show) them
""") + wordings("frames_compound")
ANY: Final = lines("""
(are there|are there|do we have|do you see|can you see) any {things} {in} {now}?
any {things} {in}?
does {np} have (any|) {things}?
is {np} free of {things}?
!tell me (if|whether) there are {things} {in}
!check (if|whether) {np} has (any|) {things}
!see (if|whether) there are (any|) {things} {in}
{np}: any {things}?
I want to know (if|whether) {np} has {things}
I wonder (if|whether) there are {things} {in}
is there (a|even one|at least one) {thing} {in}?
did (I|we|somebody) leave (any|) {things} {in}?
!find out (if|whether) {np} contains {things}
yes or no: are there {things} {in}?
can I be sure that {np} has no {things}?
there should be no {things} {in}, is that (so|true|right)?
!make sure there are no {things} {in}
!confirm that {np} has no {things}
does anything {in} (count|show up) as (a|) {thing}?
has {np} got {things}?
!verify that there are no {things} {in}
(will|would) a check of {np} (find|show|report) {things}?
is {np} without {things} {now}?
{things} {in}, yes or no?
""") + wordings("frames_any")
LIST: Final = lines("""
!(show me|list|print|give me|display|get me) (all|the|all the|) {things} {in}
!list every {thing} {in}
what {things} (are there|do we have|exist|can you find) {in}?
which {things} (are there|do we have|are left|exist|remain) {in}?
what are the {things} {in}?
what are the {things} of {np}?
{things} {in}
{things} of {np}
{np}: list the {things}
{np}: which {things}?
I need (a list of|all|to see) the {things} {in}
I want to see the {things} {in}
!let me see the {things} {in}
!go through {np} and list the {things}
!find (all|the) {things} {in}
!report the {things} {in}
which {things} does {np} have?
can I see the {things} {in}?
where are the {things} {in}?
(for|in) {np}, which {things} are reported?
!look at {np} and show me the {things}
!enumerate the {things} {in}
what does {np} have in terms of {things}?
an overview of the {things} {in}
!collect the {things} {in}
!write down all {things} {in}
!walk through the {things} {in}
""") + wordings("frames_list")
FIRST: Final = lines("""
what is the first {thing} {in}?
!show me (only|just|) the first {thing} {in}
first {thing} {in}
!give me (just|) one {thing} {in}, the first
where is the first {thing} {in}?
which {thing} comes first {in}?
!(print|report|display) the first {thing} of {np}
I only need the first {thing} {in}
!tell me about the first {thing} {in}
not all of them, just the first {thing} {in}
what {thing} is reported first {in}?
which {thing} should I (fix|look at|tackle) first {in}?
{np}: first {thing}?
the very first {thing} {in}, please
!start with the first {thing} {in}, what is it?
(for|in) {np}, what is the first {thing}?
the {thing} at the top of the list {in}
let's begin at the top: the first {thing} {in}
what is the first {thing} {in}, and on which line is it?
!(show|tell|give) me the first {thing} {in} with its (line|line number|file|file and line|message|code)
in which file and on which line is the first {thing} {in}?
what does the first {thing} {in} say?
what is the message of the first {thing} {in}?
file, line and message of the first {thing} {in}
!(pick|take) the first {thing} {in} and show it
where does the first {thing} {in} occur?
on which line is the first {thing} {in}?
which code does the first {thing} {in} have?
!(show|print) (just|only) one {thing} {in}, the one that comes first
""") + wordings("frames_first")
WHICH_FILES: Final = lines("""
which files (have|contain|hold) {things} {in}?
which files {in} have {things}?
which (modules|source files|python files) {in} (have|contain|show) {things}?
what are the files {in} with (at least one {thing}|any {things})?
!list every file {in} with at least one {thing}
in which files are (there|the) {things} {in}?
what files have {things} {in}?
!list the files (with|that have|that contain) {things} {in}
!(show|give|tell) me (the|all) files (with|that have) {things} {in}
files with {things} {in}
!name the files {in} that (have|contain) {things}
where do the {things} {in} sit? just the file names
where are the {things} {in}, by file name?
I need the (names of the|) files with {things} {in}
{np}: which files have {things}?
what modules {in} have {things}?
only the file names of the {things} {in}
which of the files {in} (are affected by|suffer from|show) {things}?
!find the files {in} that have {things}
which files must I (touch|fix|open) to get rid of the {things} {in}?
!print the (distinct|unique|) files that have {things} {in}
the affected files for the {things} {in}?
""") + wordings("frames_which_files")
PER_FILE: Final = lines("""
how many {things} (are there|do we have|) per file {in}?
!group the {things} {in} by file
!count the {things} per file {in}
{things} per file {in}
!(show|give) me the number of {things} (for each|per|by) file {in}
!break the {things} {in} down by file
for each file {in}, how many {things}?
how are the {things} {in} (distributed|spread) over the files?
!list each file {in} with its number of {things}
{thing} count per file {in}
I need the {things} {in} grouped by file
I want a table of {things} (by|per) file {in}
how many {things} does each file {in} have?
!tally the {things} by file {in}
a per-file (count|breakdown|summary) of the {things} {in}
how many {things} are in each (file|module) {in}?
!list the files {in} with the number of {things} in each
!(split|sort|arrange|organise|organize) the {things} {in} by file
number of {things} in each file {in}
!sum up the {things} file by file {in}
{np}: {things} per file?
which files {in} have how many {things}?
""") + wordings("frames_per_file")
WORST_FILE: Final = lines("""
which file (has|contains) the most {things} {in}?
which file {in} has the most {things}?
what is the worst file {in} (by|in terms of|when it comes to) {things}?
the file with the most {things} {in}
where are most of the {things} {in}? just the file
!find the file {in} with the (most|highest number of) {things}
!(tell|show) me which file {in} has the most {things}
!name the file with the most {things} {in}
in which file do most {things} occur {in}?
what file {in} should I fix first, going by {things}?
which module {in} is the worst offender for {things}?
which file {in} (leads|tops the list) in {things}?
what file {in} (causes|produces|has) the most {things}?
(the|which) file with the highest {thing} count {in}
where {in} do the {things} pile up? the worst file
which file {in} needs the most (work|attention|fixing) because of {things}?
the worst file {in} for {things}
{np}: file with the most {things}?
who is the worst offender {in} in terms of {things}? the file name
the most affected file for {things} {in}?
!rank the files {in} by {things} and give me the top one
one file {in} must have more {things} than the others, which?
""") + wordings("frames_worst_file")
MESSAGES: Final = lines("""
what do the {things} {in} say?
!(show|print|list|give me) the messages of the {things} {in}
!(show|print|list|give me) (only|just) the messages of the {things} {in}
what are the messages of the {things} {in}?
messages of the {things} {in}
I need the (text|message) of (each|every) {thing} {in}
!read out the {thing} messages {in}
what does each {thing} {in} say?
the {thing} messages {in}, nothing else
{np}: what do the {things} say?
!print what each {thing} {in} says
!quote the {things} {in}, message by message
only the messages for the {things} {in}
which messages come with the {things} {in}?
how are the {things} {in} worded?
!explain what the {things} {in} say, message by message
""") + wordings("frames_messages")
LINE_NUMBERS: Final = lines("""
on which lines are the {things} {in}?
which lines (have|contain) {things} {in}?
!(show|print|list|give me) the line numbers of the {things} {in}
what lines are the {things} {in} on?
line numbers of the {things} {in}
at what lines do the {things} {in} (occur|appear|sit)?
I need (file and line|the file and line) of (each|every) {thing} {in}
where exactly are the {things} {in}, file and line?
!(list|print) (the file and line|file and line number) of each {thing} {in}
{np}: lines with {things}?
!tell me the lines of the {things} {in}
the exact (places|locations|lines) of the {things} {in}
at which line is each {thing} {in}?
!point me to the lines with {things} {in}
!(give|show) me (the|exact) locations of the {things} {in}
""") + wordings("frames_line_numbers")
CODES: Final = lines("""
which (rules|codes|rule codes|error codes) do the {things} {in} have?
which (rules|codes) are (behind|reported with|attached to) the {things} {in}?
what kinds of {things} are there {in}?
!(list|show|print) the (codes|rule codes|distinct codes|unique codes) of the {things} {in}
what codes do the {things} {in} have?
codes of the {things} {in}
which (kinds|types|sorts) of {things} (occur|are there|show up) {in}?
!(list|show) the different kinds of {things} {in}
what rules are broken by the {things} {in}?
I need the codes of the {things} {in}
{np}: which codes do the {things} have?
!collect the (codes|rules) behind the {things} {in}
by rule name, which {things} are there {in}?
!tell me (which|what) rules the {things} {in} break
the set of codes for the {things} {in}
""") + wordings("frames_codes")
PER_CODE: Final = lines("""
how many {things} (are there|do we have|) per (rule|code) {in}?
!group the {things} {in} by (rule|code|rule code)
!count the {things} by (rule|code|error code) {in}
{things} per (rule|code) {in}
for each (rule|code), how many {things} are there {in}?
!break the {things} {in} down by (rule|code)
which (rule|code) is (broken|hit|violated) how often {in}? group the {things}
!tally the {things} {in} by (rule|code)
how often does each (rule|code) occur among the {things} {in}?
how many {things} are there (for|of) each (rule|code|kind) {in}?
which (rule|code) do the {things} {in} (break|violate|hit) most?
what is the most (common|frequent) (rule|code) among the {things} {in}?
the most frequent kinds of {things} {in}
a (summary|breakdown|table) of the {things} {in} by (rule|code)
I want the {things} {in} counted per (rule|code)
!(show|give) me each (rule|code) with its number of {things} {in}
""") + wordings("frames_per_code")
WITH_CODE: Final = lines("""
how many {things} with (code|rule) {code} are there {in}?
!(show|list|print) (only|just|) the {code} {things} {in}
!count the {code} {things} {in}
which {things} {in} (have|are) (code|rule) {code}?
(are there|do we have) any {code} {things} {in}?
!find (all|the|) {code} {things} {in}
only {code}: which {things} {in}?
{things} {in} (with|of|for) (code|rule|) {code}
!filter the {things} {in} (by|for) {code}
where does {code} (occur|fire|show up|get reported) {in}?
where {in} do we break {code}?
how often does {code} (occur|fire|show up) {in}?
does {code} show up among the {things} {in}?
I only care about {code}: show the {things} {in}
ignore everything but {code}: which {things} {in}?
!list every {thing} {in} whose code is {code}
!give me the places {in} where {code} is reported
is {code} (reported|violated|raised) anywhere {in}?
""") + wordings("frames_with_code")
MENTIONING: Final = lines("""
which {things} {in} mention {word}?
!(show|list|print) the {things} {in} that mention {word}
!find {things} {in} with {word} in the message
are there {things} {in} whose message contains {word}?
{things} {in} with {word} in their message
only the {things} {in} that say something about {word}
!filter the {things} {in} for {word}
how many {things} {in} mention {word}?
which of the {things} {in} contain {word} in the text?
I only care about {things} {in} that mention {word}
do any of the {things} {in} talk about {word}?
!pick out the {things} {in} that refer to {word}
""") + wordings("frames_mentioning")
AT_LEAST: Final = lines("""
are there more than {n} {things} {in}?
does {np} have more than {n} {things}?
do we have (more than|over) {n} {things} {in}?
is the number of {things} {in} (above|over|greater than|higher than|larger than) {n}?
!check (if|whether) {np} has more than {n} {things}
!tell me (if|whether) there are (more than|over) {n} {things} {in}
did we go (over|past|beyond) {n} {things} {in}?
our limit is {n} {things}, does {np} exceed it?
we allow {n} {things} {in} at most, are we above that?
is it true that {np} has more than {n} {things}?
!warn me if {np} has more than {n} {things}
{np}: more than {n} {things}, yes or no?
!say (too many|over budget|limit exceeded) if there are more than {n} {things} {in}
if there are more than {n} {things} {in}, tell me, otherwise say it is fine
""") + wordings("frames_at_least")
