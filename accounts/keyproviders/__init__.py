"""Where the private part of a key lies, as one interface: made, opened, given another PIN; nobody else asks which kind it is (Article 10).

``files`` keeps it in the database under PIN and key-encryption key; ``tokens`` leaves it in hardware that speaks PKCS#11.
"""

from django.conf import settings

from accounts.keyproviders import files, tokens
from accounts.keyproviders.provider import Chain, KeyProvider
from accounts.seals import SealKey
from cms.signing.authority import certificates_of


def provider_of(key: SealKey) -> KeyProvider:
    """What keeps this key's private part."""
    return tokens if key.is_in_token else files


def issuers() -> Chain:
    """What goes along with every signature; raises ``AuthorityMissing``."""
    return (certificates_of(settings.CA_FOLDER).issuing,)
