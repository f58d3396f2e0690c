"""Markup in everything that people type, and a reader that tells text from markup as a browser does."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.apps import apps
from django.db import connection, models

from tests.dbowner import as_its_owner

# Closes whatever it may stand in, then begins what a browser would run; what follows it says where it stood.
MARK = "\"'><zq7 onclick=zq7()>"
LONG_MARK = f'{MARK}</title></textarea></script><script>zq7()</script><a href="javascript:zq7()">点</a><style>*{{color:zq7}}</style>'
FLOORS = ("cms", "accounts", "circulars", "reports")
# What no person types: digests, keys, kinds, texts under a seal, and what other programs read.
_MADE = re.compile(
    r"account|address|algorithm|certificate_pem|checksum|cidr|code|content|deed|digest|field|findings|fingerprint|folded|hash|kind|key|link|"
    r"about|manifest|media_type|number|office|options|package|password|payload|previous|receipt|root|seed|serial|subject|token.*|typed|unread|words|"
    r".*_digest|.*_role|right|prefix|pinyin|filters|mobile|.*_phone|phone|office_phone|was|became|before|after|instead|level|email|.*_manifest"
)


def typed_fields() -> Iterator[models.Field]:
    """Every column of ours that keeps the words of a person."""
    for model in apps.get_models():
        for field in model._meta.local_fields if model._meta.app_label in FLOORS else ():
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique
            if is_text and not _MADE.fullmatch(field.name):
                yield field


def marked(stage: str, place: str) -> str:
    """In the place of ``hiddenwords.word``: every word of the papers that a scene lays is a mark."""
    return f"{MARK}{stage}.{place} {LONG_MARK.removeprefix(MARK) if place in ('body', 'typed', 'opinion') else ''}"


def place(field: models.Field) -> str:
    return f"{field.model._meta.model_name}.{field.name}"


def mark_everything() -> None:
    """Whatever anybody typed is markup now, by the hand of the owner of the database: no form has had a say in it."""
    named = connection.ops.quote_name
    statements = []
    for field in typed_fields():
        said = f"{MARK}{place(field)} ".replace("'", "''")
        if field.max_length is None or field.max_length >= 200:
            said += LONG_MARK.removeprefix(MARK)
        shortened = said[: (field.max_length or 500) + said[: field.max_length or 500].count("''")]
        table, column = named(field.model._meta.db_table), named(str(field.column))
        statements.append(f"UPDATE {table} SET {column} = '{shortened}' WHERE {column} <> ''")
    as_its_owner(*statements)


class Reader(HTMLParser):
    """A page as a browser takes it: what runs or leads away on account of a mark, and which marks are read as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.run: list[str] = []
        self.read: set[str] = set()
        self._within: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = [tag] if tag in ("script", "style") else []
        if tag.startswith("zq7"):
            self.run.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            said = re.sub(r"[\s\x00]", "", value or "").lower()
            if name.startswith("on") or "zq7" in name or said.startswith(("javascript:", "vbscript:", "data:text")):
                self.run.append(f"<{tag} {name}={value!r}>")
            if name == "style" and "zq7" in said:
                self.run.append(f"<{tag} style={value!r}>")
            self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._within = []

    def handle_data(self, data: str) -> None:
        if self._within and re.match(r"\s*(zq7\(\)|\*\{color:zq7)", data):
            self.run.append(f"<{self._within[0]}>{data}")
        self._note(data)

    def _note(self, text: str) -> None:
        self.read.update(re.findall(r"onclick=zq7\(\)>([a-z]+\.[a-z_]+)", text))
