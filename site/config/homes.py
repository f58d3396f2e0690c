"""The homes of network office, leaders and providers: which blocks stand on them, in which order (Articles 7, 8 and 18).

A block is one line here: a function of an app that takes the person and the time and says what is to be seen.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import homeblocks as accounts
from accounts import kitblocks, staffblocks, upkeepblocks
from accounts.roles import Right, may
from circulars import homeblocks as circulars
from circulars import receivedblocks
from circulars.rail import RailGroup, RailItem
from cms.blocks import BlockMaker, blocks_of
from cms.offices import read_once
from reports import homeblocks as reports


@dataclass(frozen=True)
class Home:
    """The first screen of those who hold a right: its heading, what it is for, and the articles it serves."""

    right: Right
    title: str
    note: str
    articles: str
    makers: tuple[BlockMaker, ...]


NETWORK_OFFICE = Home(
    Right.OPERATE,
    "运行情况",
    "平台、故障、线路、密钥和各单位登录",
    "第七条、第十一条、第十三条、第十四条、第十六条、第十八条、第二十四条、第二十六条",
    (
        circulars.platform_health,
        upkeepblocks.open_faults,
        upkeepblocks.lines_down,
        reports.silent_today,
        accounts.stops,
        accounts.keys_to_issue,
        accounts.keys_ending,
        accounts.keys_without_keeper,
        accounts.sign_in_help,
        staffblocks.filings_waiting,
        staffblocks.handovers_hanging,
        kitblocks.unchecked_kit,
        kitblocks.isolation,
        kitblocks.old_browsers,
    ),
)
LEADER = Home(
    Right.MANAGE_STAFF,
    "本单位情况",
    "签收、收文办理、登录、在岗人员和设备",
    "第九条、第十八条、第十九条、第二十二条、第二十三条、第二十六条、第二十八条",
    (
        reports.late_to_explain,
        reports.receipts_of_mine,
        reports.look_ins_of_mine,
        receivedblocks.papers_to_instruct,
        receivedblocks.papers_to_read,
        receivedblocks.papers_left,
        circulars.opinions_due,
        staffblocks.handovers_waiting,
        kitblocks.problems_of_mine,
        accounts.people_on_duty,
        accounts.keys_ending,
    ),
)
PROVIDER = Home(
    Right.SERVE,
    "保障任务",
    "市网信办派给本单位的保障任务",
    "第八条、第十三条、第十六条、第十七条",
    (upkeepblocks.repairs_to_do, upkeepblocks.key_service_to_do, upkeepblocks.carried_lines_down, accounts.contracts),
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


# The views by name, and what stands on each.
HOMES = {"network_home": network_home, "leader_home": leader_home, "provider_home": provider_home}
_HOMES = {"network_home": NETWORK_OFFICE, "leader_home": LEADER, "provider_home": PROVIDER}


def home_rail(user: Any, path: str) -> list[RailGroup]:
    """The person's homes on the rail; ``/`` shows the first of them to whoever lands on one, and a page of it to nobody else."""
    here = path.split("?")[0]
    mine = [(reverse(name), home.title) for name, home in _HOMES.items() if may(user, home.right)]
    items = [
        RailItem(title, url, current=here == url or (here == reverse("home") and place == 0))
        for place, (url, title) in enumerate(mine)
    ]
    return [RailGroup("首页", tuple(items))] if items else []


def _home(request: HttpRequest, home: Home) -> HttpResponse:
    now = timezone.localtime()
    with read_once():
        blocks = blocks_of(home.makers, request.user, now)
    return render(request, "desk/blocks.html", {"home": home, "blocks": blocks})
