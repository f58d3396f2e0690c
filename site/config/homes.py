"""The homes of network office, leaders and providers: which blocks stand on them, in which order (Articles 7, 8 and 18).

A block is one line here: a function of an app that takes the person and the time and says what is to be seen.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import homeblocks as accounts
from circulars import homeblocks as circulars
from cms.blocks import BlockMaker
from reports import homeblocks as reports


@dataclass(frozen=True)
class Home:
    """The first screen of a role: its heading, what it is for, and the articles it serves."""

    title: str
    note: str
    articles: str
    makers: tuple[BlockMaker, ...]


NETWORK_OFFICE = Home(
    "运行情况",
    "平台、故障、密钥和各单位登录",
    "第七条、第十三条、第十四条、第十八条",
    (
        circulars.platform_health,
        accounts.open_faults,
        reports.silent_today,
        accounts.stops,
        accounts.keys_to_issue,
        accounts.keys_ending,
        accounts.keys_without_keeper,
        accounts.sign_in_help,
    ),
)
LEADER = Home(
    "本单位情况",
    "签收、登录和在岗人员",
    "第九条、第十八条、第二十三条",
    (
        reports.receipts_of_mine,
        reports.look_ins_of_mine,
        circulars.opinions_due,
        accounts.people_on_duty,
        accounts.keys_ending,
    ),
)
PROVIDER = Home(
    "保障任务",
    "市网信办派给本单位的保障任务",
    "第八条",
    (accounts.contracts,),
)


@require_safe
def network_home(request: HttpRequest) -> HttpResponse:
    """How the platform stands and what waits for the network office."""
    return _home(request, NETWORK_OFFICE)


@require_safe
def leader_home(request: HttpRequest) -> HttpResponse:
    """How the units that the person leads sign and look in, and what waits for the leader."""
    return _home(request, LEADER)


@require_safe
def provider_home(request: HttpRequest) -> HttpResponse:
    """What the network office asks of the person's house."""
    return _home(request, PROVIDER)


HOMES = {"network_home": network_home, "leader_home": leader_home, "provider_home": provider_home}


def _home(request: HttpRequest, home: Home) -> HttpResponse:
    now = timezone.localtime()
    blocks = [made for maker in home.makers if (made := maker(request.user, now)) is not None]
    return render(request, "desk/blocks.html", {"home": home, "blocks": blocks})
