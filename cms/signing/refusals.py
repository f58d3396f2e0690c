"""The ways in which a signature fails, each of its own kind and with its own sentence (Article 10)."""

from dataclasses import dataclass
from enum import Enum


class Refusal(Enum):
    """Why a signature does not stand; the words in braces are filled in by ``Refused``."""

    UNREADABLE = "签名数据无法识别。"
    CHANGED = "签名与内容不符，内容或签名被改动过。"
    FOREIGN = "签名证书不是本系统证书机构签发的。"
    UNFIT = "签名证书不能用于公文签名。"
    WRONG_USE = "签名证书是“{found}”证书，不是“{wanted}”证书。"
    WRONG_UNIT = "签名证书属于“{found}”，不是应签名的单位。"
    WRONG_PERSON = "签名证书属于“{found}”，不是应签名的人。"
    NO_STAMP = "签名没有时间戳，不能证明签名时间。"
    BROKEN_STAMP = "时间戳无效，不能确定签名时间。"
    NO_TIME = "不能确定签名时间。"
    REVOKED = "签名证书在签名之前已吊销（{found}）。"
    NOT_YET_VALID = "签名时证书尚未生效（{found} 起有效）。"
    EXPIRED = "签名时证书已过有效期（{found} 到期）。"


@dataclass(frozen=True)
class Refused:
    """One refusal with what was found and what was wanted."""

    refusal: Refusal
    found: str = ""
    wanted: str = ""

    def __str__(self) -> str:
        return self.refusal.value.format(found=self.found, wanted=self.wanted)
