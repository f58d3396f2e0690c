"""Signatures: keys, certificates, time-stamps and what a check of them found (Article 10). Knows no unit and no circular.

``profile`` names the algorithms; ``keys`` says what a key can do, ``filekeys`` and ``pkcs11keys`` are the two kinds; ``certificates`` and
``authority`` issue and revoke; ``detached`` signs data and checks it again; ``timestamps`` says when; ``pdfsigning`` lends all this to pyHanko.
"""

from cms.signing.encoding import encode_once

encode_once()
