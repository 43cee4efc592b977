"""Which files of a folder are briefed, by what name they go, and where their briefs lie."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath, PurePosixPath

from summariser import readers
from summariser.errors import DocumentError

# What some file system or spreadsheet takes amiss in a name.
_AWKWARD = re.compile(r"[\x00-\x1f\x7f-\x9f\\:*?\"<>|\ufffd]+")
# In bytes; with a digest, the suffix and ".part" it stays below the 255 that a name may have.
_LONGEST = 200
_DIGEST = 8
# Among the folders at the top, none may be in the way of a file that the batch writes beside them.
_OURS = (".csv", ".jsonl", ".parquet", ".sqlite", ".part", ".sqlite-wal", ".sqlite-shm")


def files_in(folder: Path, *, leaving_out: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[Path]:
    """Return the files below `folder` in a fixed order, hidden ones and those below `leaving_out` apart.

    With `include`, only files that match one of its patterns; those that match one of `exclude` never. A pattern is matched
    with the end of the path ("*.pdf", "minutes/*.docx"), whatever the case; one that matches a folder is for all that is in it.

    Raises:
        DocumentError: there is no such folder, it cannot be read, or no file in it is to be briefed.
    """
    if not folder.is_dir():
        raise DocumentError(f"{str(folder)!r} is not a folder")
    out = leaving_out.resolve()
    found = [path for path in sorted(_below(folder)) if out not in Path(os.path.realpath(path)).parents]
    if not found:
        overlap = (
            f" but those below {str(leaving_out)!r}, where the briefs go"
            if out in (folder.resolve(), *folder.resolve().parents)
            else ""
        )
        raise DocumentError(f"there are no files in {str(folder)!r}{overlap}")
    files = [
        path
        for path in found
        if (not include or _matches(path.relative_to(folder), include)) and not _matches(path.relative_to(folder), exclude)
    ]
    if not files:
        raise DocumentError(f"none of the {len(found):,} files in {str(folder)!r} is to be briefed by these patterns")
    return files


def _below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that are not hidden, also links that lead nowhere; links to folders are not followed."""

    def refuse(error: OSError) -> None:
        raise DocumentError(f"the folder {readers.printable(str(error.filename))!r} cannot be read ({error.strerror})")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and not _is_device(path):
                yield path


def _is_device(path: Path) -> bool:
    """Say whether a path is a pipe, a socket or the like, that has no end; what cannot be told is tried, and fails by name."""
    try:
        kind = path.lstat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISLNK(kind))


def _matches(path: PurePath, patterns: Sequence[str]) -> bool:
    lower = PurePosixPath(*(part.lower() for part in path.parts))
    wanted = [pattern.lower() for pattern in patterns if PurePosixPath(pattern).parts]
    return any(each.match(pattern) for each in (lower, *lower.parents) if each.parts for pattern in wanted)


def name_of(path: Path, folder: Path) -> str:
    """Return the name by which a file goes in the batch: its path within the folder, as it can be written."""
    return readers.printable(path.relative_to(folder).as_posix())


def named(files: Sequence[Path], folder: Path) -> dict[str, Path]:
    """Return files by their names in the batch, in order; of two that are written alike, the second is numbered."""
    found: dict[str, Path] = {}
    for path in files:
        name = alike = name_of(path, folder)
        number = 1
        while alike in found:
            number += 1
            alike = f"{name} ({number})"
        found[alike] = path
    return found


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file's bytes, or None if it is no file, cannot be read or is too large to be briefed."""
    if not readers.is_file(path):
        return None
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > readers.LARGEST:
                return None
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def stem_of(name: str, sha256: str) -> str:
    """Return the path below the folder of briefs to which each writer adds its suffix.

    It is the document's path, made harmless, with a digest of path and content; so no brief takes another's place, and that of
    a changed document does not pass for the old one's.
    """
    digest = hashlib.sha256(f"{name}\0{sha256}".encode()).hexdigest()[:_DIGEST]
    *folders, last = (_harmless(part) for part in name.split("/"))
    if folders and folders[0].lower().endswith(_OURS):
        folders[0] += "_"
    return "/".join((*folders, f"{last}.{digest}"))


def _harmless(part: str) -> str:
    short = _AWKWARD.sub("_", part).encode()[:_LONGEST].decode(errors="ignore").rstrip(". ")
    return f"_{short}" if not short or short.startswith(".") else short
