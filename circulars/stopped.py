"""Whether words speak of a paper that has stopped: recalled, void, or shut by a secrecy case (Articles 5 and 20).

Nobody writes anew about what had to vanish. Who asks learns that it has stopped and not why: the sentence is the same for all three.
"""

import unicodedata

from django.core.exceptions import ValidationError

from accounts.units import Unit
from circulars.numbering import YEARLY_FORM, normalised
from circulars.registration import Circular
from circulars.secrecycases import SecrecyCase

STOPPED = "这里写到的公文已经停止传输（撤回、作废等），不用报告收不到，也不要在这里写它的内容。要了解情况，请打电话问发文单位。"


def refuse_stopped(issuer: Unit, number: str, text: str) -> None:
    """Raises ``ValidationError`` where the number is of a paper of the issuer that has stopped, or the words name one that a case shuts."""
    said = normalised(number).text
    over = Circular.objects.filter(issuer=issuer, state__in=(Circular.State.RECALLED, Circular.State.VOIDED))
    shut = list(SecrecyCase.objects.shut().values_list("issuer", "number", "withheld_title"))
    # A running number, 第18号, is many an issuer's; a yearly one is one paper's whoever is said to have sent it.
    numbers = {
        shut_number for unit, shut_number, _ in shut if shut_number and ("〔" in shut_number or unit == issuer.pk)
    }
    if said in numbers or over.filter(number=said).exists():
        raise ValidationError({"number": STOPPED})
    named = {_bare(name) for name in numbers | {title for *_, title in shut}} - {""}
    for field, words in (("number", "" if YEARLY_FORM.fullmatch(said) else said), ("text", text)):
        if any(name in _bare(words) for name in named):
            raise ValidationError({field: STOPPED})


def _bare(words: str) -> str:
    """Letters and digits alone, wide ones narrow: no bracket or blank tells two ways of writing a number apart."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", words) if letter.isalnum())
