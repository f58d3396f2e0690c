"""GB/T 39786-2021 密码应用三级 §8.4: what the program does of it, and what is the operator's part."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.passkeys import are_offered
from cms.checkpoints import Checkpoint
from cms.signing.authority import certificates_of
from cms.signing.certificates import is_demo
from cms.signing.filekeys import SHORTEST_KEY_ENCRYPTION_KEY
from cms.verifying import check_ledger
from reports.compliance.findings import Finding, Item, for_the_operator, judged

SOURCE = "GB/T 39786-2021 三级"


def _authenticated() -> Finding:
    return judged([] if are_offered() else ["没有设定 PASSKEY_ORIGIN，通行密钥不可用"], "通行密钥以数字签名登录")


def _rights_unchanged() -> Finding:
    """Posts and grants are entries of the ledger; what was done to it since yesterday is read whole."""
    since = timezone.now() - timedelta(days=1)
    return judged(
        [str(fault) for fault in check_ledger(since, timezone.now())][:5],
        "任职和授权登记在台账，近一日核对无误；全部核对用 manage.py verify",
    )


def _secret() -> Finding:
    faults = [] if settings.HTTPS else ["没有启用 https"]
    if len(settings.KEY_ENCRYPTION_KEY) < SHORTEST_KEY_ENCRYPTION_KEY:
        faults.append("没有设定 KEY_ENCRYPTION_KEY，私钥不能加密存放")
    return judged(faults, "传输经 https，私钥加密存放。国密传输网关（TLCP）和存储加密由运行单位落实")


def _whole() -> Finding:
    return judged([] if Checkpoint.objects.exists() else ["台账还没有签署过"], "公文、凭证、台账都有摘要和签名")


def _not_denied() -> Finding:
    if not (settings.CA_FOLDER / "root.pem").exists():
        return judged(["还没有证书机构（manage.py make_ca）"], "")
    demo = is_demo(certificates_of(settings.CA_FOLDER).root)
    return judged(["证书机构是演示专用的"] if demo else [], "发文有印章，收文有签名凭证，脱机可以核验")


def _devices() -> Finding:
    said = "已接入 PKCS#11 密钥设备" if settings.PKCS11_MODULE else "密钥现存于加密文件"
    return for_the_operator(f"{said}；经认证的密码产品和密钥管理制度由运行单位落实")


def _guide() -> Finding:
    return judged(
        [] if (settings.ROOT / "docs" / "evidence.md").exists() else ["缺少 docs/evidence.md"],
        "签名字段的含义见 docs/evidence.md",
    )


ITEMS = tuple(
    Item(code, SOURCE, asks, look)
    for code, asks, look in (
        ("K1", "以密码技术鉴别用户", _authenticated),
        ("K2", "访问控制信息完整", _rights_unchanged),
        ("K3", "重要数据传输、存储保密", _secret),
        ("K4", "重要数据传输、存储完整", _whole),
        ("K5", "发送和接收不可否认", _not_denied),
        ("K6", "合规的密码产品和密钥管理", _devices),
        ("K7", "电子文件密码应用指南（GB/T 38541-2020）", _guide),
    )
)
