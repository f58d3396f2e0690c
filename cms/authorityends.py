"""When the authority's own certificates end: a new one takes weeks of preparation, so it is said half a year before (Articles 10 and 17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from cms.signing.authority import AuthorityMissing, own_certificates

SOON = timedelta(days=180)


@dataclass(frozen=True)
class AuthorityEnd:
    """One certificate of the authority and when it ends, or has ended."""

    name: str
    at: datetime
    days: int

    @property
    def sentence(self) -> str:
        """What ends when, and what stops then."""
        left = f"还有 {self.days} 天到期" if self.days >= 0 else "已经到期"
        return f"证书机构的{self.name}{left}（{self.at:%Y-%m-%d}），到期后不能制发密钥、用印和签署台账，请准备更换。"


def all_ends(now: datetime) -> list[AuthorityEnd]:
    """The end of every certificate of the authority, the first to end on top; none where there is no authority."""
    try:
        held = own_certificates(settings.CA_FOLDER)
    except AuthorityMissing:
        return []
    ends = [AuthorityEnd(name, each.not_valid_after_utc, (each.not_valid_after_utc - now).days) for name, each in held]
    return sorted(ends, key=lambda end: end.at)


def authority_ends(now: datetime) -> list[AuthorityEnd]:
    """Those that end within half a year, the first to end on top."""
    return [end for end in all_ends(now) if end.at - now <= SOON]
