"""``python -m circulars.verifier FILE.zip [--root FILE]``: 0 whole, 1 with each fault on its own line, 2 unreadable."""

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate

from circulars.verifier.archive import standing
from circulars.verifier.bundle import Bundle, Unreadable
from circulars.verifier.checking import findings, root_in
from circulars.verifier.findings import Remark
from circulars.verifier.reading import Evidence, root_of
from circulars.verifier.repacked import opened
from cms.diskwords import disk_words

WHOLE, FAULTY, UNREADABLE = range(3)
MEMORY = 2 << 30  # bytes: no real bundle needs a half of it


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    try:
        root = root_of(asked.root) if asked.root else None
        with opened(asked.bundle) as (bundle, is_repacked):
            faults = _told(bundle, root, is_repacked=is_repacked)
            own = root_in(bundle) if root is None else None
            label = bundle.kind.label
    except (Unreadable, MemoryError) as problem:
        say(f"无法核验：{problem or '文件耗用的内存过多。'}")
        return UNREADABLE
    except OSError as problem:
        say(f"无法核验：临时目录写不下（{disk_words(problem)}）。")
        return UNREADABLE
    print_of_root = own.fingerprint(SHA256()).hex(":").upper() if own else "无"
    unchecked = f"未核对根证书（SHA-256 指纹 {print_of_root}）"
    if faults:
        if root is None:
            say(f"{unchecked}。")
        say(f"核验未通过，共 {faults} 处问题。")
    elif root is None:
        say(f"{label}完好，但{unchecked}：指纹与发文单位公布的一致才算数，或者用 --root 指定根证书。")
    else:
        say("核验通过。")
    return FAULTY if faults else WHOLE


def _told(bundle: Bundle, root: Certificate | None, *, is_repacked: bool) -> int:
    """Everything found is said, and what holds all the same; returns the number of faults."""
    faults = 0
    if is_repacked:
        faults += 1
        say("问题：这个 ZIP 是用别的程序重新打包的，不是原来的文件；以下按解开后的内容核验。")
    for found in findings(bundle, root):
        is_remark = isinstance(found, Remark)
        faults += not is_remark
        say(f"{'说明' if is_remark else '问题'}：{found}")
    if faults and (holds := standing(Evidence(bundle, root))):
        say(f"说明：{holds}")
    return faults


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m circulars.verifier", description="核验公文的证据包、归档包。")
    parser.add_argument("bundle", type=Path, metavar="FILE.zip", help="证据包或者归档包")
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
