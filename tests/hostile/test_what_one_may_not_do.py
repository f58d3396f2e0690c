"""Attacks 15 to 24: doing what one may not (Articles 6, 20 and 23).

A refusal is judged by its answer, by what is on record afterwards, and by the line in the access log.
"""

from itertools import permutations
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import get_resolver, reverse
from django_q.models import Schedule
from wagtail.test.utils.form_data import querydict_from_html

from accounts.people import Post, PostRefused, User, take_post
from accounts.roles import ADMIN_RIGHTS, ADMINISTRATORS, RIGHTS, Right, Role
from circulars.decisions import Decision
from circulars.deliveries import Delivery
from circulars.moderation import withdraw
from circulars.pages import CircularPage
from circulars.registration import Circular
from circulars.versions import approval_of
from cms.ledger import Entry
from tests.addresses import ADMIN, addresses_of, admin_addresses, routes
from tests.cast import LUNCH, MONDAY
from tests.hiddenwords import WORDS
from tests.walking import everything, refusals


def body(answer):
    return answer.content.decode()


def fresh(page):
    return CircularPage.objects.get(pk=page.pk)


def form_on(desk, path, form_id="page-edit-form"):
    return querydict_from_html(body(desk.get(path)), form_id=form_id).copy()


def signing(delivery, **more):
    return {"key": str(uuid4()), "checked": list(delivery.checks()), **more}


# --- drafts ---


def test_15_a_drafter_does_not_publish_past_approval(city):
    """Attack 15: Wagtail's own buttons and a time of publishing, posted to the form of a draft."""
    page, desk = city.draft(), city.desk(city.drafter)
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    for more in (
        {"action-publish": "action-publish"},
        {"action-publish": "1", "go_live_at": "2026-09-28 09:00", "expire_at": "2030-01-01 00:00"},
        {"action-workflow-action": "1", "workflow-action-name": "approve"},
        {"live": "on", "locked": "on", "owner": city.approver.pk},
    ):
        form = form_on(desk, path)
        form.update(more)
        assert desk.post(path, form, follow=True).status_code == 200
        kept = fresh(page)
        assert (kept.live, kept.go_live_at, kept.owner, kept.locked) == (False, None, city.drafter, False), more
        assert not kept.get_latest_revision_as_object().go_live_at
        assert not kept.revisions.filter(approved_go_live_at__isnull=False).exists()
    for name in ("unpublish", "copy", "lock"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        assert desk.post(address).status_code == 404
        assert refusals(city.drafter)[-1] == address
    assert not kept.workflow_in_progress
    assert not [model for model in (Decision, Circular) if model.objects.exists()]


def test_16_nobody_approves_the_own_draft(city, everybody):
    """Attack 16, first half: the drafter holds every post there is."""
    page = city.submitted(by=everybody)
    desk, path, before = city.desk(everybody), reverse("circulars:decide", args=[page.pk]), everything()
    for answer in (desk.get(path), desk.post(path, {"action": "agree", "opinion": "同意。"})):
        assert answer.status_code == 404
    assert refusals(everybody) == [path, path]
    assert everything() == before


def test_16_what_is_on_its_way_is_not_edited_and_what_was_approved_is_approved_anew(city):
    """Attack 16, second half: by the approver, by the drafter during review, by the drafter after approval."""
    page, drafter, approver = city.draft(), city.desk(city.drafter), city.desk(city.approver)
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = form_on(drafter, path)
    form["body"] = "一、偷改。"
    page = city.submitted()
    path, stranger = reverse("wagtailadmin_pages:edit", args=[page.pk]), city.desk(city.stranger)
    drafter.get(path)
    before = everything()
    assert drafter.post(path, form, follow=True).status_code == 200
    for client in (approver, stranger):
        assert client.post(path, form, follow=True).status_code == 404
    assert everything() == before
    assert refusals(city.stranger) == [path]

    page = city.approved()
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = form_on(drafter, path)
    form["body"] = "一、签发后改。"
    approver.post(path, form, follow=True)
    assert approval_of(fresh(page)), "the approver changed it"
    assert "签发后有改动，原签发已失效" in body(drafter.post(path, form, follow=True))
    assert approval_of(fresh(page)) is None
    register = reverse("circulars:register", args=[page.pk])
    city.desk(city.registrar).post(register, {"originals": 1, "rechecked": "on", "digest": "0"})
    assert not Circular.objects.filter(page=page).exists()


def test_17_a_draft_that_was_taken_back_meanwhile_is_not_decided(city):
    """Attack 17: the reviewer has the form open when the drafter takes the draft back, and when it is handed over anew."""
    page, reviewer = city.submitted(), city.desk(city.reviewer)
    path = reverse("circulars:decide", args=[page.pk])
    form = reviewer.get(path).context["form"]
    read = {"action": "agree", "opinion": "可以。", "digest": form["digest"].value(), "seat": form["seat"].value()}
    withdraw(page, by=city.drafter, at=MONDAY)
    before = everything()
    answer = reviewer.post(path, read, follow=True)
    assert "不再由您办理" in answer.content.decode()  # who was told of the step is led to a sentence
    assert page.title not in answer.content.decode()
    assert everything() == before


# --- forms ---


def test_18_a_form_decides_only_what_it_asks_for(city):
    """Attack 18: unit, state, times, urgency, number, author, posted beside the fields of each form."""
    more = {
        "unit": city.late.pk, "state": "returned", "signed_at": "2020-01-01 00:00", "signed_by": city.superuser.pk,
        "taken_minutes": "0", "urgency": "extra_urgent", "due_at": "2030-01-01 00:00", "number": "延政办发〔2026〕999号",
        "creator": city.stranger.pk, "owner": city.stranger.pk, "issuer": city.department.pk, "series": "1", "by": "1",
        "at": "2020-01-01", "is_superuser": "on", "circular": "1", "sent_at": "2020-01-01 00:00", "drafter": city.stranger.pk,
    }  # fmt: skip
    page = city.approved()
    desk = city.desk(city.registrar)
    path = reverse("circulars:register", args=[page.pk])
    digest = desk.get(path).context["form"]["digest"].value()
    desk.post(path, {**more, "originals": 3, "rechecked": "on", "digest": digest})
    circular = Circular.objects.get(page=page)
    assert (circular.number, circular.issuer, circular.drafter) == ("延政办发〔2026〕23号", city.office, city.drafter)
    assert (circular.registrar, circular.registered_at) == (city.registrar, MONDAY)

    city.seal(circular)
    path = reverse("circulars:send", args=[circular.uuid])
    sender = city.desk(city.sender)
    form = _first_form(sender, path)
    sender.post(path, {**form, **more})
    circular.refresh_from_db()
    assert (circular.sent_at, circular.sender, circular.urgency) == (MONDAY, city.sender, "normal")
    delivery = city.opened(circular)
    due = delivery.due_at
    city.desk(city.clerk).post(reverse("circulars:sign", args=[delivery.pk]), {**more, **signing(delivery)})
    delivery.refresh_from_db()
    assert (delivery.unit, delivery.state, delivery.due_at) == (city.attentive, "signed_for", due)
    assert (delivery.signed_at, delivery.signed_by, delivery.urgency) == (MONDAY, city.clerk, "normal")
    assert not User.objects.get(pk=city.clerk.pk).is_superuser


def _first_form(desk, path):
    return {name: field.initial or "" for name, field in desk.get(path).context["form"].fields.items()}


def test_19_nobody_signs_for_another_unit_or_unseen(city, circular):
    """Attack 19: the clerk of another unit, the leader, without opening it, without checking it. (There is no recall yet.)"""
    delivery = city.delivery(circular)
    path = reverse("circulars:sign", args=[delivery.pk])
    for who in (city.late_clerk, city.leader, city.stranger, city.secretary, city.superuser):
        client = city.desk(who)
        before = everything()
        assert client.post(path, signing(delivery)).status_code == 404
        assert refusals(who) == [path]
        assert everything() == before
    clerk = city.desk(city.clerk)
    assert "请先打开公文核对内容" in body(clerk.post(path, signing(delivery), follow=True))
    delivery.refresh_from_db()
    assert delivery.signed_at is None
    city.opened(circular)
    form = signing(delivery, checked=list(delivery.checks())[:1])
    assert "还没有核对" in body(clerk.post(path, form))
    delivery.refresh_from_db()
    assert (delivery.signed_at, delivery.state) == (None, "opened")


# --- receipts and the ledger ---


def test_20_a_receipt_and_an_entry_are_not_changed_by_any_screen(city, papers):
    """Attack 20, screens: there is none that shows a receipt or an entry for changing, for whoever asks."""
    models = {"delivery", "entry", "leaf", "access", "decision", "circulartext", "attachment"}
    assert not [path for path in ADMIN if models & set(path.lower().split("/"))]
    names = [name for name, _ in routes(get_resolver())]
    assert not [
        name for name in names if name.startswith(("admin:", "wagtailsnippets", "wagtaildocs", "wagtailimages"))
    ]
    signed = Delivery.objects.signed().first()
    clerk = city.desk(city.clerk)
    for posted in (signing(signed), signing(signed, signed_at="2020-01-01")):
        before = everything()
        clerk.post(reverse("circulars:sign", args=[signed.pk]), posted)
        clerk.post(reverse("circulars:send_back", args=[signed.pk]), {"code": "wrong_recipient", "reason": "改主意了"})
        assert everything() == before
    assert clerk.delete(reverse("circulars:slip", args=[signed.pk])).status_code == 405


def test_20_nothing_that_a_receipt_hangs_on_can_be_deleted(city, papers):
    """Attack 20, cascade: person, unit, circular, draft and section are all held by what was done with them."""
    circular = Circular.objects.get(uuid=papers.uuids["signed"])
    page = CircularPage.objects.get(pk=papers.pages["signed"])
    for thing in (city.clerk, city.attentive, circular, page, page.get_parent().specific):
        with pytest.raises(ProtectedError), transaction.atomic():
            thing.delete()
    assert Circular.objects.filter(pk=circular.pk).exists()


@pytest.mark.parametrize(
    "sentence",
    [
        "UPDATE {} SET recorded_at = happened_at",
        "DELETE FROM {}",
        "UPDATE {0} SET deed = 'x' WHERE id = (SELECT min(id) FROM {0})",
    ],
)
def test_20_the_database_itself_keeps_the_ledger(city, papers, sentence):
    """Attack 20, past the application: the ledger refuses to be rewritten."""
    before = list(Entry.objects.order_by("pk").values())
    assert before
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sentence.format(Entry._meta.db_table))
    assert list(Entry.objects.order_by("pk").values()) == before


# --- requests ---


def test_21_the_same_request_twice_has_one_effect(city, circular):
    """Attack 21: the very same press, and another press after it."""
    delivery = city.opened(circular)
    desk, path, form = city.desk(city.clerk), reverse("circulars:sign", args=[delivery.pk]), signing(delivery)
    desk.post(path, form)
    before = everything()
    again, anew = desk.post(path, form, follow=True), desk.post(path, signing(delivery), follow=True)
    assert (again.status_code, anew.status_code) == (200, 200)
    assert everything() == before


def test_21_an_old_token_or_none_is_refused_and_written_down(city, circular):
    """Attack 21: the token of an earlier session, of nobody, and a GET where a POST is asked for."""
    delivery = city.opened(circular)
    path, client = reverse("circulars:sign", args=[delivery.pk]), Client(enforce_csrf_checks=True)
    old = _token_of(client, city.clerk)
    token = _token_of(client, city.clerk)
    before = everything()
    for wrong in (old, "", "a" * 64, "值"):
        answer = client.post(path, {**signing(delivery), "csrfmiddlewaretoken": wrong})
        assert answer.status_code == 403
        assert "刚才的内容没有提交" in body(answer)
    assert refusals(city.clerk) == [path] * 4
    assert client.get(path).status_code == 405
    assert everything() == before
    client.post(path, {**signing(delivery), "csrfmiddlewaretoken": token})
    delivery.refresh_from_db()
    assert delivery.state == "signed_for"


def _token_of(client, person) -> str:
    client.cookies.clear()
    client.force_login(person, backend="accounts.signin.NamedPersonBackend")
    return str(client.get(reverse("messages")).context["csrf_token"])


# --- administrators ---


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_22_an_administrator_reads_no_circular_and_does_nothing_to_one(city, papers, role):
    """Attack 22: at the very office that issued the papers; every address of ours and of the admin, GET and POST."""
    person = User.objects.create(username="administrator", name="管理员")
    take_post(person, city.office, role, by=None, at=MONDAY)
    client, before = city.desk(person), everything()
    for path in [path for _, path in addresses_of(papers)] + admin_addresses(papers, "sent"):
        for answer in (client.get(path), client.post(path)):
            text = b"".join(answer) if answer.streaming else answer.content
            assert not [found for found in WORDS if found.encode() in text], path
    assert {key: rows for key, rows in everything().items() if key.startswith("circulars.")} == {
        key: rows for key, rows in before.items() if key.startswith("circulars.")
    }


@pytest.mark.parametrize("first, second", list(permutations(sorted(ADMINISTRATORS), 2)))
def test_23_nobody_is_given_two_of_the_three_administrators_posts(city, first, second):
    """Attack 23: refused with a sentence, at another unit as well, and by the database itself."""
    person = User.objects.create(username="administrator", name="管理员")
    take_post(person, city.office, first, by=None, at=MONDAY)
    for unit in (city.office, city.network_office):
        with pytest.raises(PostRefused, match="三员分设：管理员已任市政府办的"):
            take_post(person, unit, second, by=None, at=MONDAY)
        with pytest.raises(CommandError, match="三员分设"):
            call_command("appoint", "administrator", unit.code, second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(person=person, unit=city.network_office, role=second, held_from=MONDAY.date())
    assert take_post(person, city.office, first, by=None, at=MONDAY) == Post.objects.get(person=person)


def test_23_who_leaves_one_administrators_post_may_take_another(city, week):
    person = User.objects.create(username="administrator", name="管理员")
    take_post(person, city.office, Role.AUDIT_ADMIN, by=None, at=MONDAY)
    week.move_to(LUNCH, tick=False)
    Post.objects.get(person=person).leave(by=None, at=LUNCH)
    assert take_post(person, city.office, Role.SYSTEM_ADMIN, by=None, at=LUNCH).role == Role.SYSTEM_ADMIN


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_23_no_administrators_post_comes_near_a_paper(city, papers, role):
    paper = {
        Right.READ,
        Right.RECEIVE,
        Right.TRACK,
        Right.REGISTER,
        Right.SEND,
        Right.SEAL,
        Right.INSPECT,
        Right.REPORT,
    }
    assert not RIGHTS[role] & (paper | ADMIN_RIGHTS)


def test_24_no_screen_schedules_a_task(city, everybody):
    """Attack 24: the queue has no screen; what it runs is written in the code."""
    assert not [name for name, route in routes(get_resolver()) if "django_q" in route]
    before = Schedule.objects.count()
    form = {"func": "os.system", "args": "'id'", "schedule_type": "O"}
    for person in (everybody, city.superuser, city.engineer):
        client = city.desk(person)
        for path in (
            "/admin/django_q/schedule/add/",
            "/cms/django_q/schedule/add/",
            "/cms/snippets/django_q/schedule/add/",
        ):
            assert client.get(path).status_code == 404
            assert client.post(path, form).status_code == 404
    assert Schedule.objects.count() == before
