"""Attack 37: markup in titles, names, opinions, reasons and remarks is text on every page that shows it, in the admin and in files."""

from io import BytesIO
from unittest.mock import patch

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.people import User
from accounts.roles import Role
from circulars.archive.formreader import look
from cms.pages import HomePage, NoticePage
from tests import hiddenwords
from tests.addresses import addresses_of, admin_addresses
from tests.cast import MONDAY
from tests.hostile.markup import Reader, mark_everything, marked
from tests.walking import desk, is_admitted

pytestmark = pytest.mark.usefixtures("still_rail")

# Without these the walk would have looked at nothing.
SHOWN = {
    *("circular.title", "circular.issuer_name", "unit.name", "unit.short_name", "user.name", "message.text"),
    *("area.name", "decision.opinion", "deliveryproblem.text", "delivery.unit_name", "delivery.return_reason"),
    *("draft.title", "draft.body", "draft.typed", "draft.named", "notice.title"),
    *("sent.body", "sent.typed", "sent.named", "sent.file"),
}


@pytest.fixture
def papers_of_marks(city):
    """A paper of each stage in which every word is a mark, one of them returned, and a notice with a mark for its title."""
    with patch.object(hiddenwords, "word", marked):
        papers = hiddenwords.lay_papers(city)
        city.sent(primary_units=[city.late]).deliveries.get().send_back(
            code="not_ours", reason=marked("delivery", "reason"), by=city.late_clerk, at=MONDAY
        )
    notice = NoticePage(title=marked("notice", "title"), published_on="2026-09-28", text="<p>无</p>")
    HomePage.objects.get().add_child(instance=notice)
    return papers


def test_37_what_people_typed_is_text_on_every_page(city, papers_of_marks, everybody, holders):
    """Attack 37: every page of ours and of the admin, read as a browser reads it, after all text in the database was made markup."""
    mark_everything()
    wrong, read = [], set()
    ours = list(dict(addresses_of(papers_of_marks)).values())
    guard = User.objects.get(pk=holders[Role.SECURITY_ADMIN])
    walks = (
        (everybody, [*ours, *admin_addresses(papers_of_marks, "submitted")]),
        (city.drafter, [*map(reverse, ("circulars:drafts", "messages")), *admin_addresses(papers_of_marks, "draft")]),
        (guard, [path for path in ours if not is_admitted(everybody, path)]),
    )
    for person, paths in walks:
        client = desk(person.pk)
        for path in paths:
            answer = client.get(path) if is_admitted(person, path) else None
            if answer and answer.status_code >= 500:
                wrong.append(f"{path} was answered {answer.status_code}")
            elif answer and not answer.streaming and answer["Content-Type"].startswith("text/html"):
                reader = Reader(answer.content.decode())
                wrong += [f"{path}: {run}" for run in reader.run]
                read |= reader.read
    assert not wrong, "\n".join(wrong[:40])
    assert SHOWN - read == set()


def test_37_a_reader_that_finds_nothing_finds_what_there_is():
    """Otherwise the walk would find nothing anywhere."""
    mark = marked("a", "body")
    for page in (f"<p>{mark}", f'<input value="{mark}">', f"<title>{mark}</title>", f"<script>var a='{mark}'</script>"):
        assert len(Reader(page).run) >= 3, page
    for page in ('<a href=" java\nscript:zq7()">', "<b onfocus=1>", '<b style="color:zq7">', "<script>zq7()</script>"):
        assert len(Reader(page).run) == 1, page


def test_37_in_files_it_is_text_as_well(city, papers_of_marks, everybody, tmp_path):
    """Attack 37: no workbook has a link or a formula of it, no PDF that is typeset acts or leads anywhere."""
    client, wrong, kinds = desk(everybody.pk), [], set()
    for path in dict(addresses_of(papers_of_marks)).values():
        answer = client.get(path) if is_admitted(everybody, path) else None
        if not answer or answer["Content-Type"].startswith("text/html") or answer.status_code != 200:
            continue
        content = b"".join(answer) if answer.streaming else answer.content
        ending = {b"%PDF": "pdf", b"PK\x03\x04": "xlsx"}.get(content[:4], "")
        kinds.add(ending)
        kept = tmp_path / "file"
        kept.write_bytes(content)
        if ending:
            wrong += [f"{path}: {found}" for found in look(kept, ending) if found]
        if ending == "xlsx" and "sheet" in answer["Content-Type"]:
            wrong += [f"{path} {cell.coordinate}" for cell in _live(content)]
    assert not wrong, "\n".join(wrong[:40])
    assert kinds >= {"pdf", "xlsx"}


def _live(content: bytes) -> list:
    cells = [cell for sheet in load_workbook(BytesIO(content)) for row in sheet.iter_rows() for cell in row]
    return [cell for cell in cells if cell.hyperlink or (cell.data_type == "f" and "zq7" in str(cell.value))]
