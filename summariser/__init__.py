"""Turns documents into structured briefs whose every claim quotes its source."""

from summariser.brief import Brief, Claim, Sentence, Stated
from summariser.engines.canned import CannedEngine
from summariser.errors import (
    AccessDenied,
    DocumentError,
    EngineBusy,
    EngineDown,
    EngineError,
    EngineRefused,
    EngineUnusable,
    QuotaExhausted,
    ReplyInvalid,
    SettingsError,
    SummariserError,
)
from summariser.pipeline import Pipeline, asummarise, summarise
from summariser.result import Result
from summariser.settings import Settings, load_settings
from summariser.types import Document, Evidence, Failure, Provenance, Refused, Usage

__all__ = [
    "AccessDenied",
    "Brief",
    "CannedEngine",
    "Claim",
    "Document",
    "DocumentError",
    "EngineBusy",
    "EngineDown",
    "EngineError",
    "EngineRefused",
    "EngineUnusable",
    "Evidence",
    "Failure",
    "Pipeline",
    "Provenance",
    "QuotaExhausted",
    "Refused",
    "ReplyInvalid",
    "Result",
    "Sentence",
    "Settings",
    "SettingsError",
    "Stated",
    "SummariserError",
    "Usage",
    "asummarise",
    "load_settings",
    "summarise",
]
