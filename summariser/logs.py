"""Where the package's messages go when it is a program: to standard error, one line each, from a level on."""

import logging


def to_stderr(level: str) -> None:
    """Print messages from this level on; as a library the package leaves that to its caller."""
    log = logging.getLogger("summariser")
    log.setLevel(level.upper())
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.handlers[:] = [handler]
