"""Writes a file whole or not at all, so that nobody ever finds half of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give the name to write to, beside `path`, and put what is there in the place of `path` once the body is through.

    If the body raises, what `path` held before is still there and nothing is left behind.

    Raises:
        OSError: the file cannot be put in its place.
    """
    partial = path.with_name(path.name + ".part")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def encodable(text: str) -> str:
    """Return text that UTF-8 can hold: a file name in an unknown encoding has surrogates in it, which become "\\udc80"."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
