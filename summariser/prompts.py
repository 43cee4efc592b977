"""Loads prompt templates and fills them: the fixed part first, the numbered document last.

To add a version, put `prompts/<task>/vN.md` there, name it in `prompts/current.toml`, and record its digest in
`prompts/released.toml`; a released file never changes again, so that a brief can always be traced to the words it came from.
"""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from string import Template

from summariser.errors import SettingsError
from summariser.paths import PROMPTS
from summariser.segments import shown
from summariser.types import Document, Message, Segment

# The line of a template that parts the fixed system message from the one that holds the document.
_CUT = "<!-- the document follows -->"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt version: its name (such as "brief/v1"), its digest, and its two halves."""

    name: str
    digest: str
    system: str
    user: Template

    def fill(self, **words: str) -> tuple[Message, ...]:
        """Return the messages with these words in place of the template's $names."""
        return Message("system", self.system), Message("user", self.user.substitute(words))


def numbered(document: Document, segments: Iterable[Segment]) -> str:
    """Return segments as a model is shown them: each on a line of its own behind its number, a gap as "...".

    So nothing in the text can pass for a number of ours.
    """
    lines, before = [], 0
    for segment in segments:
        if before and segment.number != before + 1:
            lines.append("...")
        lines.append(f"[{segment.number}] {shown(document.text[segment.start : segment.end])}")
        before = segment.number
    return "\n".join(lines)


def load(task: str, *, needs: frozenset[str]) -> Prompt:
    """Return the current prompt of a task, whose template has the $names that it needs.

    Raises:
        SettingsError: the task has no current version, or its template lacks the cut, a $name or has one too many.
    """
    current = tomllib.loads((PROMPTS / "current.toml").read_text(encoding="utf-8"))
    if task not in current:
        raise SettingsError(f"prompts/current.toml names no version of {task!r}")
    name = f"{task}/{current[task]}"
    path = PROMPTS / f"{name}.md"
    if not path.is_file():
        raise SettingsError(f"prompts/current.toml names {name}, and there is no prompts/{name}.md")
    raw = path.read_bytes()
    system, cut, user = raw.decode("utf-8").partition(_CUT)
    template = Template(user.strip())
    names = set(template.get_identifiers())
    if not cut or not template.is_valid() or names != needs:
        needed = ", ".join(f"${each}" for each in sorted(needs))
        raise SettingsError(f"prompts/{name}.md needs the line {_CUT!r} and behind it {needed}, and no other $name")
    return Prompt(name, hashlib.sha256(raw).hexdigest(), system.strip(), template)
