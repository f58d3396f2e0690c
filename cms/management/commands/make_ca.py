"""``manage.py make_ca``: the certificate authority of the installation, once; the root's key is to be carried away."""

import getpass
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.areas import Area
from cms.signing.authority import SHORTEST_PASSPHRASE, AuthorityExists, make_authority
from cms.signing.filekeys import SHORTEST_KEY_ENCRYPTION_KEY, KeyEncryptionKeyMissing


class Command(BaseCommand):
    help = "建立证书机构：根证书、签发证书、时间戳证书、检查点证书；已有的不覆盖"

    def add_arguments(self, parser):
        parser.add_argument("--name", default="", help="证书上的机构名称，默认为辖区名称")

    def handle(self, *, name, **options):
        if len(settings.KEY_ENCRYPTION_KEY) < SHORTEST_KEY_ENCRYPTION_KEY:
            raise CommandError(str(KeyEncryptionKeyMissing()))
        if settings.CA_FOLDER.exists():
            raise CommandError(f"“{settings.CA_FOLDER}”已存在，没有改动。证书机构不能覆盖：已签发的印章要靠它验证。")
        try:
            make_authority(
                settings.CA_FOLDER,
                name or Area.objects.get(code=settings.AREA).name,
                passphrase=self._passphrase(),
                key_encryption_key=settings.KEY_ENCRYPTION_KEY,
                at=timezone.now(),
            )
        except AuthorityExists as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            f"证书机构已建立在“{settings.CA_FOLDER}”。请把 root.key.pem 移到离线介质上，从这台机器删去；"
            "口令和介质分开保管。请备份这个目录和 KEY_ENCRYPTION_KEY，并分开存放。"
        )

    def _passphrase(self) -> str:
        """Of the root's key: from the environment where a script runs this, else typed twice."""
        given = os.environ.get("ROOT_PASSPHRASE", "")
        if not given:
            given = getpass.getpass("根证书密钥的口令：")
            if getpass.getpass("再输入一次：") != given:
                raise CommandError("两次输入的口令不同，没有建立。")
        if len(given) < SHORTEST_PASSPHRASE:
            raise CommandError(f"口令至少 {SHORTEST_PASSPHRASE} 个字符，没有建立。")
        return given
