"""The messages about one paper are hidden with it, shown again with it and wiped with it, and no others (Article 5)."""

import ast
from pathlib import Path

import pytest

import circulars
from accounts.acceptances import judge
from accounts.assignments import assign
from circulars.dispatch import announce
from circulars.problems import report_missing, report_problem
from circulars.purging import block, confirm, release
from circulars.registration import Circular
from cms.messages import Message, tell
from tests.accounts.providers import providers_of
from tests.cast import LUNCH, MONDAY
from tests.traces import traces


def blocked(city, circular):
    return block(circular.page, reason="市保密局来函要求封存。", by=city.secretary, at=LUNCH)


def told(person) -> list[str]:
    return [str(message) for message in Message.objects.filter(person=person).order_by("pk")]


@pytest.fixture
def sent(city):
    return city.sent()


@pytest.fixture
def alike(city):
    """Two circulars of one title, of each of which the clerk was told."""
    both = city.sent(), city.sent(body="现通知如下：\n一、另一件事。")
    for circular in both:
        announce(circular, at=MONDAY)
    return both


@pytest.mark.parametrize("since", ["messages say of which paper they speak", "before they did"])
def test_blocking_and_purging_leave_the_messages_of_a_paper_with_the_same_title(city, alike, since):
    first, second = alike
    if since == "before they did":
        Message.objects.update(about="")
    case = blocked(city, first)
    assert [text for text in told(city.clerk) if second.number in text]
    assert [text for text in told(city.clerk) if "（本件已封存）" in text]
    confirm(case, by=city.secretary, at=LUNCH)
    confirm(case, by=city.engineer, at=LUNCH)
    assert [text for text in told(city.clerk) if f"{second.number}《{second.title}》" in text]
    assert not Message.objects.filter(text__contains=f"{first.number}《").exists()


def test_a_number_that_ends_like_another_hides_only_its_own_old_messages(city, sent):
    other, longer = city.sent(title="关于放假的通知"), f"延{sent.number}"
    Circular.objects.filter(pk=other.pk).update(number=longer)
    Message.objects.all().delete()
    for number in (sent.number, longer):
        tell({city.clerk.pk}, key=f"due-settled:{number}", text=f"{number} 的签收时限已定。", at=MONDAY)
    blocked(city, sent)
    assert told(city.clerk)[:2] == ["（本件已封存）", f"{longer} 的签收时限已定。"]


def test_a_release_brings_the_messages_back(city, sent):
    announce(sent, at=MONDAY)
    before = told(city.clerk)
    case = blocked(city, sent)
    assert sent.title not in city.desk(city.clerk).get("/messages/").content.decode()
    assert not {*before} & {*told(city.clerk)}
    release(case, reason="经鉴定不涉密。", by=city.engineer, at=LUNCH)
    assert told(city.clerk)[: len(before)] == before
    shown = city.desk(city.clerk).get("/messages/").content.decode()
    assert sent.number in shown
    assert f"/received/{city.delivery(sent).pk}/" in shown


def _silent_calls(path: Path) -> list[str]:
    """The calls of a file that tell somebody something and do not say of which paper."""
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"tell", "Message", "report_fault"}
        and "about" not in {keyword.arg for keyword in node.keywords}
    ]


def test_whoever_tells_anybody_anything_on_this_floor_says_of_which_paper():
    """What is told of a blocking stands; what the gate turned away became no paper."""
    others = {"purging.py", "secrecygate.py"}
    files = [path for path in Path(circulars.__file__).parent.rglob("*.py") if path.name not in others]
    assert not [call for path in files for call in _silent_calls(path)]


@pytest.fixture(params=["of its delivery", "of a paper that did not come"])
def fault_of(request, city, sent):
    """A problem with the paper that is a fault as well, so that network office and secretariat were told its words."""
    if request.param == "of its delivery":
        problem = report_problem(city.opened(sent), "unreadable", "附件zq7secret打不开", by=city.clerk, at=MONDAY)
    else:
        problem = report_missing(
            city.county, sent.issuer, sent.number, "zq7secret没有收到", by=city.county_clerk, at=MONDAY
        )
    assert [text for person in (city.engineer, city.secretary) for text in told(person) if "zq7secret" in text]
    return problem


def test_the_words_of_a_fault_with_a_paper_are_hidden_with_it_and_shown_again(city, sent, fault_of):
    case = blocked(city, sent)
    for person in (city.engineer, city.secretary, city.sender):
        assert not [text for text in told(person) if "zq7secret" in text]
    release(case, reason="不属于国家秘密。", by=city.engineer, at=LUNCH)
    assert [text for text in told(city.engineer) if "zq7secret" in text]


def test_the_words_of_a_fault_are_not_read_on_its_own_page_either(city, sent, fault_of):
    page, listed = fault_of.fault.link, "/faults/"
    people = (city.engineer, city.secretary, city.county_clerk if fault_of.delivery is None else city.clerk)

    def read() -> list[str]:
        return [city.desk(person).get(url).content.decode() for person in people for url in (page, listed)]

    assert all("zq7secret" in said for said in read())
    case = blocked(city, sent)
    assert not [said for said in read() if "zq7secret" in said]
    release(case, reason="不属于国家秘密。", by=city.engineer, at=LUNCH)
    assert all("zq7secret" in said for said in read())


def test_the_words_said_to_a_provider_are_hidden_with_the_paper_and_shown_again(city, sent, fault_of):
    serving = providers_of(city)
    repair = assign(fault_of.fault, serving.carrier, "zq7secret请查", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    done = {"outcome": "repaired", "work": "zq7secret已查", "done_at": MONDAY}
    repair.report_done(**done, by=serving.carrier_person, at=MONDAY)
    pages = ("/repairs/?show=done", repair.link, fault_of.fault.link)
    people = (serving.carrier_person, serving.carrier_person, city.engineer)

    def read() -> list[str]:
        opened = [city.desk(person).get(url).content.decode() for person, url in zip(people, pages, strict=True)]
        return [*opened, *told(serving.carrier_person)]

    assert sum("zq7secret" in said for said in read()) == 4
    case = blocked(city, sent)
    assert not [said for said in read() if "zq7secret" in said]
    release(case, reason="不属于国家秘密。", by=city.engineer, at=LUNCH)
    assert sum("zq7secret" in said for said in read()) == 4


def test_purging_takes_the_words_of_a_fault_out_of_its_repair_as_well(city, sent, fault_of):
    serving = providers_of(city)
    provider = serving.carrier
    repair = assign(fault_of.fault, provider, "zq7secret请查", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    work = {"outcome": "repaired", "work": "zq7secret已查", "done_at": MONDAY}
    repair.report_done(**work, by=serving.carrier_person, at=MONDAY)
    unit_person = city.county_clerk if fault_of.delivery is None else city.clerk
    judge(repair, False, "zq7secret仍打不开", by=unit_person, at=MONDAY)
    repair.report_done(**work, by=serving.carrier_person, at=MONDAY)
    case = blocked(city, sent)
    confirm(case, by=city.secretary, at=LUNCH)
    confirm(case, by=city.engineer, at=LUNCH)
    assert traces("zq7secret") == []


def test_the_words_of_a_fault_with_another_paper_stay(city, sent, fault_of):
    blocked(city, city.sent(title="关于放假的通知"))
    assert [text for text in told(city.engineer) if "zq7secret" in text]
