"""Where the prompts and schemas lie: inside an installed package, or at the root of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_data" if (_PACKAGE / "_data").is_dir() else _PACKAGE.parent

PROMPTS = _ROOT / "prompts"
SCHEMAS = _ROOT / "schemas"
