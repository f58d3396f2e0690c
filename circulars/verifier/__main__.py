"""``python -m circulars.verifier FILE.zip [--root FILE]``: 0 whole, 1 with each fault on its own line, 2 unreadable."""

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256

from circulars.verifier.bundle import Bundle, Unreadable
from circulars.verifier.checking import findings, root_in
from circulars.verifier.findings import Remark
from circulars.verifier.reading import root_of

WHOLE, FAULTY, UNREADABLE = range(3)
MEMORY = 2 << 30  # bytes: no real bundle needs a half of it


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    try:
        root = root_of(asked.root) if asked.root else None
        with Bundle(asked.bundle) as bundle:
            faults = 0
            for found in findings(bundle, root):
                is_remark = isinstance(found, Remark)
                faults += not is_remark
                say(f"{'说明' if is_remark else '问题'}：{found}")
            own = root_in(bundle) if root is None else None
    except (Unreadable, MemoryError) as problem:
        say(f"无法核验：{problem or '文件耗用的内存过多。'}")
        return UNREADABLE
    if own is not None:
        say(f"根证书 SHA-256：{own.fingerprint(SHA256()).hex(':').upper()}")
    if root is None:
        say("根证书未核对：请与发文单位公布的指纹比对，或者用 --root 指定根证书。")
    say(f"核验未通过，共 {faults} 处问题。" if faults else "核验通过。")
    return FAULTY if faults else WHOLE


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m circulars.verifier", description="核验公文证据包。")
    parser.add_argument("bundle", type=Path, metavar="FILE.zip", help="证据包")
    parser.add_argument("--root", type=Path, metavar="FILE", help="所信任的根证书（PEM 或 DER）")
    return parser.parse_args(arguments)


def _keep_within_memory() -> None:
    """Whatever the file makes a library unpack, the computer stays usable; where the system has no such bound, there is none."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    logging.disable()  # libraries talk of what they stumble over; the reader is told one sentence
    warnings.simplefilter("ignore")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console may lack a sign
    _keep_within_memory()
    sys.exit(main())
