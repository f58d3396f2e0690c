"""Guessing at check codes: the answer tells nothing of what one may not see (Articles 4 and 10)."""

import re

import pytest

from circulars.checkcodes import CheckCode, code_for
from circulars.purging import block
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


class TestWhatTheAnswerTells:
    def plain(self, desk, code):
        """The page without what was typed."""
        page = desk.get(f"/check/{code}/")
        typed = rf"{code[:4]}-{code[4:8]}-{code[8:]}|{code}"
        return page.status_code, re.sub(rf'{typed}|value="[A-Za-z0-9]{{64}}"', "", page.content.decode())

    def test_of_a_blocked_paper_an_unsent_one_and_none_at_all_the_pages_are_the_same(self, city):
        shut, unsent = city.sent(), city.sealed(title="关于还没有发出的事情的通知")
        block(shut.page, reason="来函", by=city.secretary, at=MONDAY)
        free = code_for(shut.uuid, "00" * 32)
        desk = city.desk(city.stranger)
        codes = [free, *CheckCode.objects.filter(circular__in=[shut, unsent]).values_list("code", flat=True)]
        answers = [self.plain(desk, code) for code in codes]
        assert len(set(answers)) == 1, answers

    def test_neither_title_nor_recipients_nor_people_are_on_the_page(self, city, circular):
        shown = city.desk(city.stranger).get(f"/check/{circular.check_code.code}/").content.decode()
        assert circular.number in shown
        words = [circular.title, city.attentive.name, city.late.short_name, city.approver.name, city.drafter.name]
        assert not [word for word in words if word in shown]
