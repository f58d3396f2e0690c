"""Bundles whose ledger tells of other papers: another draft's approval, another circular's 补签 (docs/evidence.md)."""

from hashlib import sha256

import pytest

from circulars.verifier.__main__ import FAULTY, WHOLE
from circulars.verifier.bundle import canonical_json
from tests.bundles import DOCUMENT, READER

APPROVED = sha256(b"text").hexdigest()  # the text that the manifest of our bundles names
RECEIPT = f"receipts/{READER[0]}-1.json"


def draft(deed, digest, page=7):
    return {"subject": f"circulars.circularpage:{page}", "deed": deed, "payload": {"digest": digest}}


OWN = {0: draft("draft.submitted", APPROVED), 2: draft("draft.approved", APPROVED)}


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        (OWN, WHOLE),
        ({0: draft("draft.approved", "0" * 64), 2: draft("text.corrected", APPROVED)}, WHOLE),
        ({0: draft("draft.approved", "0" * 64)}, FAULTY),
        ({0: draft("draft.submitted", APPROVED)}, FAULTY),
        (OWN | {3: draft("draft.reviewed", APPROVED, page=8)}, FAULTY),
        ({0: {"subject": "circulars.delivery:7", "deed": "draft.approved", "payload": {"digest": APPROVED}}}, FAULTY),
    ],
    ids=["its own", "mended", "another text's", "no approval", "two drafts", "no draft"],
)
def test_the_way_to_the_approval_is_that_of_the_text_that_was_sealed(case, verified, more, answer):
    case.enter(more)
    assert verified(case.path())[0] == answer


class TestPress:
    """补签: one press, one entry, one digest over the receipts that it signed."""

    @pytest.fixture
    def told(self, case, verified):
        def told(receipts, *, listed=None, index=2, document=DOCUMENT):
            digest = sha256("\n".join(sorted(receipts)).encode()).hexdigest()
            case.enter(
                {2: {"subject": "accounts.sealkey:3", "deed": "receipts.signed", "payload": {"receipts": digest}}}
            )
            presses = [{"index": index, "receipts": sorted(receipts) if listed is None else listed}]
            case.files["ledger/signed-later.json"] = canonical_json(
                {"format": "gongwen-signed-later/1", "document": document, "presses": presses}
            )
            answer, said = verified(case.path())
            return answer, "".join(said)

        return told

    @pytest.fixture
    def own(self, case):
        return sha256(case.files[RECEIPT]).hexdigest()

    def test_one_that_signed_a_receipt_of_the_circular_beside_others(self, told, own):
        assert told([own, "0" * 64])[0] == WHOLE

    def test_one_that_signed_none_of_its_receipts(self, told):
        assert "补签的不是本公文的回执" in told(["0" * 64])[1]

    def test_one_for_which_the_bundle_makes_up_a_receipt(self, told, own):
        assert "补签的不是所列的回执" in told(["0" * 64], listed=[own])[1]

    def test_one_that_is_listed_at_another_place_or_for_another_paper(self, told, own):
        assert "不是一一对应" in told([own], index=1)[1]
        assert "另一件公文" in told([own], document="1" + DOCUMENT[1:])[1]

    def test_one_without_its_list(self, case, verified, told, own):
        told([own])
        del case.files["ledger/signed-later.json"]
        assert verified(case.path())[0] == FAULTY

    def test_a_receipt_without_a_signature_was_not_signed_later(self, case, told, own):
        del case.files[RECEIPT.replace(".json", ".p7s")]
        assert "补签的不是本公文的回执" in told([own])[1]
