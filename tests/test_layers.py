"""The plan of the house, checked: which floor may import which, and what may stand in no room at all."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# From the ground up; a floor imports itself and what is below.
FLOORS = ["cms", "accounts", "circulars", "reports"]

# Inside circulars the order is one-way too: a module imports its own storey and those above it in this table.
# fmt: off
STOREYS = [
    # know no page
    {"bodytext", "deadlines", "deeds", "docxin", "elements", "layouts", "liability", "numbering",
     "paper", "reasons", "recipients", "serieslist", "terms", "typesetting",
     "verifier"},
    {"ladder", "titles"},
    {"sheets"},
    # records
    {"amending", "checkcodes", "decisions", "deliveries", "demands", "issuing", "notices",
     "numberregister", "origins", "pagepermissions", "pages", "receipts", "recipientlists", "registration",
     "renditions", "screenings", "sealing", "secrecycases", "secrecyhits", "sections", "snapshots", "turns",
     "versions", "voiding"},
    # acts
    {"amendmentdrafts", "answering", "answers", "archive", "batchsigning", "beginnings", "calling", "chasing",
     "checking", "circulation", "clearing", "clocks", "comparison", "copychecks", "copyfoot", "copying",
     "corrections", "decidedrelief", "demo", "demoanswers", "democounty", "demohandling", "demoseals", "demotrial", "destinations", "dispatch",
     "evidence", "fanout", "faultpapers", "finish", "handedwork", "handling", "heldfiles", "importing",
     "incoming", "insisting", "intake", "liftedmarks", "markedtables", "moderation", "noticechecks", "noticing", "onward", "outcomes",
     "papercopies", "papermessages", "passingon", "pending", "phonelist", "printing", "problems", "progress",
     "purging", "recalling", "relatives", "relief", "reliefchecks", "reminders", "returns", "roundchecks", "savedsearches", "scheduling", "scrubbing",
     "searchindex", "secrecygate", "selections", "stepreminders", "steps", "stopped", "succession", "supplementing", "texting",
     "uncounted", "unreachable", "unsenttexts", "urgecalls", "urgechecks"},
    # the only door to a circular
    {"access"},
    # thin
    {"alarms", "amendmentnotes", "answerform", "archiveforms", "beginningforms", "callform", "correctionform", "decided", "demandform",
     "draftform", "finishedreturns", "forms", "handlingforms", "handlinglists", "handlingpage", "handlingrail",
     "homeblocks", "incomingforms", "issuingform", "management", "panels", "printingforms", "problemforms", "rail",
     "receiptboard", "receiptmatrix", "receiptslip", "receivedblocks", "recipientforms", "registrationform",
     "remedyforms", "replynotes", "returnforms", "search", "secrecyforms", "sendingforms", "specimen", "startingform",
     "tasks", "templatetags", "unitpicker", "urgeform", "urls", "views", "wagtail_hooks"},
]
# fmt: on
# Assembled by Django: the list of models names every storey, and an app is wired up when all is loaded.
ASSEMBLY = {"__init__", "models", "apps", "migrations"}

DRAWERS = re.compile(r"(utils?|helpers?|commons?|misc|mixins?)")
LONGEST = 400


@cache
def _everything() -> list[Path]:
    rooms = [ROOT / room for room in [*FLOORS, "site", "tests"]]
    return sorted([*ROOT.glob("*.py"), *(path for room in rooms for path in room.rglob("*.*"))])


def _files(*endings: str) -> list[Path]:
    """Our own files of these kinds; what is vendored is not ours to judge."""
    return [path for path in _everything() if path.suffix in endings and "vendor" not in path.parts]


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of all that a file imports, at its top or inside a function."""
    package = list(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield from (
                (node.lineno, ".".join([*base, *filter(None, [node.module]), alias.name])) for alias in node.names
            )


def _model_names(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every model spoken of as text: "circulars.Circular"."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Constant(value=str(text)) if re.fullmatch(r"[a-z_]+\.[A-Z]\w+", text):
                yield node.lineno, text


def _at(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_imports_go_down_only():
    wrong = []
    for height, floor in enumerate(FLOORS):
        out_of_reach = {*FLOORS[height + 1 :], "config", "tests"}
        for path in _files(".py"):
            if path.is_relative_to(ROOT / floor):
                spoken = [*_imports(path), *_model_names(path)]
                wrong += [
                    f"{_at(path, line)} reaches up to {name}"
                    for line, name in spoken
                    if name.split(".")[0] in out_of_reach
                ]
    assert not wrong, "\n".join(wrong)


def _storey(module: str) -> int | None:
    return next((height for height, modules in enumerate(STOREYS) if module in modules), None)


def _circulars() -> Iterator[tuple[Path, str]]:
    for path in _files(".py"):
        inside = path.relative_to(ROOT).with_suffix("").parts[1:]
        if path.is_relative_to(ROOT / "circulars") and inside[0] not in ASSEMBLY:
            yield path, inside[0]


def test_every_module_of_circulars_has_its_storey():
    homeless = {module for _, module in _circulars() if _storey(module) is None}
    assert not homeless, f"Give these a storey in STOREYS: {', '.join(sorted(homeless))}"


def test_within_circulars_records_know_no_acts():
    wrong = []
    for path, module in _circulars():
        for line, name in _imports(path):
            floor, _, inside = name.partition(".")
            own, its = _storey(module), _storey(inside.partition(".")[0])
            if floor == "circulars" and own is not None and its is not None and its > own:
                wrong.append(f"{_at(path, line)} reaches from {module} up to {name}")
    assert not wrong, "\n".join(wrong)


def test_site_is_no_package():
    """Python loads a module named site before any of our code, so a package of that name is lost."""
    assert not (ROOT / "site" / "__init__.py").exists()


def test_no_room_is_a_drawer():
    drawers = [
        str(path.relative_to(ROOT))
        for path in _files(".py", ".html", ".js", ".css")
        if any(DRAWERS.fullmatch(part.split(".")[0]) for part in path.relative_to(ROOT).parts)
    ]
    assert not drawers, f"Name these for their subject: {drawers}"


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _files(".py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert not long, f"Look for the second noun in: {long}"


# What Chromium 90, the oldest browser on a desk, does not have; the number is the first version that does.
MODERN_CSS = {
    r":has\(": ":has() (105)",
    r"@container|\bcontainer(-type|-name)?\s*:": "container queries (105)",
    r"@layer": "@layer (99)",
    r"color-mix\(": "color-mix() (111)",
    r"\[inert": "inert (102)",
}
MODERN_JS = {
    r"\bstructuredClone\b": "structuredClone (98)",
    r"\.at\(": "Array.at (92)",
    r"\bObject\.hasOwn\b": "Object.hasOwn (93)",
    r"\.inert\b|['\"]inert['\"]": "inert (102)",
    r":has\(": ":has() in a selector (105)",
}


def _without_comments(text: str) -> str:
    """The same lines, with the inside of /* … */ blanked."""
    return re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.DOTALL)


def _nested_rules(css: str) -> Iterator[int]:
    """Lines on which a style rule opens inside another (CSS nesting, 112)."""
    open_blocks: list[bool] = []  # for each open block: is it a style rule, not an at-rule?
    prelude = ""
    for place, char in enumerate(css):
        if char == "{":
            if any(open_blocks):
                yield css.count("\n", 0, place) + 1
            open_blocks.append(not prelude.strip().startswith("@"))
        elif char == "}" and open_blocks:
            open_blocks.pop()
        prelude = "" if char in "{};" else prelude + char


def test_the_desk_uses_nothing_that_chromium_90_lacks():
    wrong = []
    for path in _files(".css", ".js"):
        text = _without_comments(path.read_text())
        banned = MODERN_CSS if path.suffix == ".css" else MODERN_JS
        for number, line in enumerate(text.splitlines(), 1):
            wrong += [f"{_at(path, number)} uses {what}" for mark, what in banned.items() if re.search(mark, line)]
        if path.suffix == ".css":
            wrong += [f"{_at(path, line)} nests a rule (112)" for line in _nested_rules(text)]
    assert not wrong, "\n".join(wrong)


def test_css_nesting_is_seen_and_media_queries_are_not_mistaken_for_it():
    assert list(_nested_rules("a { color: red;\n b { color: blue } }")) == [2]
    assert not list(_nested_rules("@media print { a { color: red } }\n@font-face { src: local(x) }\nb { top: 0 }"))


ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'<>)]*")
OTHER_HOST = re.compile(r"(?:(?:src|href|action|srcset)=|url\(|@import )\s*[\"']?//")


def test_no_page_names_an_address_outside():
    wrong = []
    for path in _files(".html", ".css", ".js", ".svg"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if ADDRESS.search(line) or OTHER_HOST.search(line):
                wrong.append(f"{_at(path, number)}: {line.strip()[:100]}")
    assert not wrong, "\n".join(wrong)
