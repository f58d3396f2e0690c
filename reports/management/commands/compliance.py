"""``manage.py compliance [--json]``: what the national rules ask, item by item, and whether the installation does it; exit 1 when it does not."""

import json

from django.core.management.base import BaseCommand

from reports.compliance import crypto, level3
from reports.compliance.findings import Finding, Item, State


class Command(BaseCommand):
    help = "逐项对照等级保护三级和密码应用三级：符合、不符合、由运行单位落实；有不符合的，退出码为 1"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, **options):
        found = [(item, item.look()) for item in (*level3.ITEMS, *crypto.ITEMS)]
        if options["json"]:
            self.stdout.write(json.dumps([_told(*each) for each in found], ensure_ascii=False, indent=1))
        else:
            for item, finding in found:
                self.stdout.write(f"{item.code:<4}{finding.state.label}　{item.asks}：{finding.said}。")
            counted = "，".join(f"{state.label} {sum(f.state is state for _, f in found)} 项" for state in State)
            self.stdout.write(f"共 {len(found)} 项：{counted}。")
        if any(finding.state is State.NOT_MET for _, finding in found):
            raise SystemExit(1)


def _told(item: Item, finding: Finding) -> dict[str, str]:
    return {
        "code": item.code,
        "source": item.source,
        "asks": item.asks,
        "state": finding.state.value,
        "said": finding.said,
    }
