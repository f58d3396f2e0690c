"""How little time and room a process gets that reads what strangers made; what is made to break it breaks nobody else (Article 5)."""

import resource
import signal

SECONDS = 30  # of the processor
LIFE = 60  # seconds by the clock, should nobody be there any more to stop it
MEMORY = 1024**3  # bytes of address space
ANSWER = 16 * 1024**2  # bytes of the answer


def bind() -> None:
    """This process is held to these bounds until it ends, and whatever it starts."""
    for kind, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, ANSWER),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    signal.alarm(LIFE)
