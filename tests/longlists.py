"""A packed file that says it has very many parts and has none of them."""

import struct

_PART = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"


def listing(parts: int) -> bytes:
    """Such a file, in the form for large ones where the plain one cannot count so far."""
    begun, listed = b"PK\x03\x04" + bytes(30), _PART * parts
    counts = (parts, parts, len(listed), len(begun))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *(min(n, 0xFFFF) for n in counts[:2]), *counts[2:], 0)
    if parts < 0xFFFF:
        return begun + listed + end
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *counts)
    way = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(begun) + len(listed), 1)
    return begun + listed + large + way + end
