"""Words that paths, symbols and people are named with."""

from __future__ import annotations

from typing import Final


def _words(block: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(block.split()))


FOLDERS: Final = _words("""
api auth billing cache catalog checkout cli client cluster config connectors content crawler dashboard db deploy
domain email engine etl events export feeds filters forms gateway geo graph handlers health http images importers
index ingest inventory invoices jobs ledger loaders locale logging mail market media
metrics middleware migrations
models monitor network notify orders parsers payments pipeline plugins pricing profiles protocol proxy queue quotas
ranking render reports routes runtime sandbox scheduler schemas scraper search security sensors serializers server
sessions settings shared shipping signals spiders staging stats storage stream support sync tasks telemetry templates
tenants themes tickets tokens tracing training transport users validators vendor vision web widgets worker workflow
""")
MODULES: Final = _words("""
accounts actions adapter alerts app args archive assets backoff balance base batch broker buffer builder bundle
calendar cart channel charts checker client clock codec collector colors command compiler console context controller
converter cookies counter crypto csv cursor daemon dates decoder defaults dispatcher docs driver editor emitter
encoder entities env errors executor exporter factory fetcher fields files finder fixtures flags fonts formatter
geometry grid groups hashing headers helpers hooks importer indexer inspector interfaces items journal keys layout
lexer limits linker links loader locks logger loop mailer main manager mapper matcher math matrix memory merge
messages mixins models monitor navigation nodes normalizer objects options orders packer paging parser patches paths
permissions planner player policies pool ports prices printer processor profile progress proxy queries ranges rates
reader records registry renderer report requests resolver response retry rules runner samples scanner schema scoring
screen search selectors serializer service session settings shapes signals slots sorter sources state steps store
streams strings sync system tables tags templates text threads timers tokenizer tools tracker transforms tree types
uploader urls users utils validators values version views walker watcher weights widgets window wrapper writer
""")
NOUNS: Final = _words("""
account action address agent alias amount answer archive array article asset balance banner batch block body bucket
budget buffer bundle cache cart cell chain channel chunk clause client clock cluster code column command config
contact context cookie counter coupon cursor date deck delta device digest discount document domain draft driver
edge email entry error event export feed field file filter flag folder font frame gateway graph grid group handle
hash header history host icon image index input invoice item job journal key label layer layout ledger level limit
line link list lock log loop map mask matrix member memory menu message metric mode model name node note number
object offset option order origin owner package packet page pair panel parser patch path payload payment period
pixel place plan player point policy pool port post price prompt proxy queue quota range rate ratio reader record
region report request result retry role room root route row rule sample scale schema scope score screen section
segment sensor series server session setting shape sheet shift signal slice slot snapshot socket source span spec
stack stage state status step stock store stream string style sum summary switch symbol table tag target task
template term thread ticket tile timer title token topic total trace track tree trigger type unit update upload url
user value vector vendor version view visitor volume voucher wallet weight widget width window word worker zone
""")
VERBS: Final = _words("""
accept add adjust align allocate apply archive assign attach authorize bind build bump cache calculate cancel capture
check clamp clean clear clone close collect combine commit compare compile compress compute configure connect convert
copy count create decode decrypt defer delete deliver detect diff dispatch drain drop dump emit enable encode encrypt
enqueue ensure escape estimate evaluate expand expire export extract fetch fill filter find flatten flush fold format
freeze generate get group handle hash hydrate import index infer init inject insert inspect install join launch list
load lock log lookup map mark mask match measure merge migrate mount move normalize notify open pack pad paginate
parse patch pick plan poll prepare print process prune publish pull purge push query queue quote rank read rebuild
receive record redact redirect reduce refresh register release reload remove rename render reorder repair replace
replay report request reset resize resolve restore retry revert rotate round route run sample sanitize save scale
scan schedule score search select send serialize set shift shuffle sign skip slice sort split stage start stop store
stream strip submit subscribe sum swap sync tag throttle tokenize toggle track transform trim truncate unlock unpack
update upload upsert validate verify visit wait walk warm watch wrap write zip
""")
ADJECTIVES: Final = _words("""
abstract active async atomic base basic binary bounded cached central chained cold compact complex composite core
cyclic daily dark deep default dense derived direct double dynamic eager early empty exact external fancy fast final
fixed flat flexible frozen fuzzy generic global greedy hidden hybrid idle immutable indexed inline inner internal
joint lazy legacy light linear local lossy managed manual mixed mutable naive named nested noisy null open optional
ordered outer parallel partial pending plain primary private proxy public pure quick random rapid raw recursive
remote rolling safe scoped secure shared sharded signed silent simple single slow smart sparse stable static strict
strong sync temporary timed tiny tracked trusted typed unique virtual weak weighted wide
""")
FIRST_NAMES: Final = _words("""
Ada Alan Amara Anders Anita Aoife Bashir Beatriz Boris Camille Carlos Chen Chidi Clara Dana Dariusz Devi Diego Elena
Emil Esther Fatima Felix Freya Gita Goran Grace Hana Henrik Hugo Ines Ivan Jamal Jana Jonas Julia Kaito Karin Kofi
Lars Leila Linus Lucia Maeve Marek Maya Mei Milan Nadia Nia Nikolai Noor Olga Omar Oskar Petra Priya Quentin Rafael
Ravi Renata Rosa Samira Sanjay Sven Tariq Tessa Tomas Uma Vera Victor Wanda Wei Xenia Yara Yusuf Zainab Zoe
""")
LAST_NAMES: Final = _words("""
Abara Adler Almeida Anand Bauer Berg Blum Brandt Castro Chandra Costa Cruz Dahl Diallo Duarte Eklund Farah Fischer
Fontaine Garcia Gruber Haas Hansen Holm Ibrahim Ito Jansen Kaplan Keller Khan Kim Kovac Kuznetsov Lang Larsen Lima
Lopez Maier Mbeki Mendes Moreau Mori Nakamura Nguyen Novak Okafor Olsen Ortiz Park Patel Pereira Popov Quist Rahman
Reyes Rossi Sato Schmidt Sharma Silva Singh Sokolov Suzuki Tan Torres Varga Vogel Wagner Wang Weber Wolf Yamada Zhang
""")
ONSETS: Final = _words("b br c ch d dr f fl g gl gr h j k kl kr l m n p pl qu r s sk sl sn st t tr v w x y z zw th sh")
RHYMES: Final = _words(
    "a e i o u ab ak al an ar ax ef el en er ex ib ik il im ix ob ol om on or ox ub uk um un ur us az"
)
NUMBER_WORDS: Final = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
    12: "twelve", 15: "fifteen", 20: "twenty",
}  # fmt: skip
