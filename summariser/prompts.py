"""Loads prompt templates and fills them: the fixed part first, the numbered document last.

To add a version, put `prompts/<task>/vN.md` there, name it in `prompts/current.toml`, and record its digest in
`prompts/released.toml`; a released file never changes again, so that a brief can always be traced to the words it came from.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from string import Template

from summariser.errors import SettingsError
from summariser.paths import PROMPTS
from summariser.segments import shown
from summariser.types import Document, Message, Segment

# The line of a template that parts the fixed system message from the one that holds the document.
_CUT = "<!-- the document follows -->"
_BRIEF, _COUNT = frozenset({"document"}), frozenset({"count"})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt version: its name (such as "brief/v1"), its digest, and its two halves."""

    name: str
    digest: str
    system: str
    user: Template

    def render(self, document: Document, segments: tuple[Segment, ...]) -> tuple[Message, ...]:
        """Return the messages for one document.

        Each segment stands on a line of its own behind its number, so nothing in the text can pass for a number of ours.
        """
        lines = (f"[{s.number}] {shown(document.text[s.start : s.end])}" for s in segments)
        return self.fill(count=str(len(segments)), document="\n".join(lines))

    def fill(self, **words: str) -> tuple[Message, ...]:
        """Return the messages with these words in place of the template's $names."""
        return Message("system", self.system), Message("user", self.user.substitute(words))


def load(task: str, *, needs: frozenset[str] = _BRIEF, may: frozenset[str] = _COUNT) -> Prompt:
    """Return the current prompt of a task, whose template has the $names that it needs and may have others.

    Raises:
        SettingsError: the task has no current version, or its template lacks the cut or uses an unknown $name.
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
    if not cut or not template.is_valid() or not needs <= names <= needs | may:
        needed, allowed = (", ".join(f"${each}" for each in sorted(some)) or "nothing" for some in (needs, may))
        raise SettingsError(f"prompts/{name}.md needs the line {_CUT!r} and behind it {needed}, and at most {allowed} besides")
    return Prompt(name, hashlib.sha256(raw).hexdigest(), system.strip(), template)
