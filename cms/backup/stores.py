"""What an installation keeps outside its database, and what of it a back-up holds (Articles 3, 10 and 17).

The certificate authority's certificates and its list are public and come along. Its keys, the key-encryption key and the secret key never
do: who has a back-up has no key, and who has the keys keeps them elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# Said in every manifest: without these nobody signs in, seals or signs the ledger on the restored machine.
KEPT_APART = (
    "KEY_ENCRYPTION_KEY（打开数据库里私钥的密钥）",
    "SECRET_KEY（会话和表单的密钥）",
    "证书机构目录里的 issuing.key、stamping.key、checkpoints.key",
    "根证书的私钥 root.key.pem 及其口令（应在离线介质上）",
    "数据库用户的密码、短信网关口令、硬件密钥的 PIN",
    "自有字体目录 OPERATOR_FONTS（有的话）",
)


@dataclass(frozen=True)
class Store:
    """A folder of the installation and the name under which a back-up keeps its files."""

    name: str
    root: Path
    takes: Callable[[Path], bool]

    def files(self) -> Iterator[str]:
        """The files that a back-up takes, by their path in the folder."""
        if not self.root.is_dir():
            return
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.is_symlink() and self.takes(path):
                yield path.relative_to(self.root).as_posix()


def _anything_whole(path: Path) -> bool:
    return not path.name.startswith((".", "incoming-"))


def is_public(path: Path) -> bool:
    """Whether a file of the authority's folder may be seen by anybody."""
    return path.suffix in {".pem", ".crl"} and not path.name.endswith(".key.pem")


def stores() -> dict[str, Store]:
    """Every folder that is kept, by its name in a back-up."""
    every = (
        Store("attachments", Path(settings.ATTACHMENTS_ROOT), _anything_whole),
        Store("media", Path(settings.MEDIA_ROOT), _anything_whole),
        Store("checkpoints", Path(settings.CHECKPOINT_FOLDER), _anything_whole),
        Store("ca", Path(settings.CA_FOLDER), is_public),
    )
    return {store.name: store for store in every}
