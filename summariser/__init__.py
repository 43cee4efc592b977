"""Turns documents into structured briefs whose every claim quotes its source."""

from summariser.batch import Selection, Which, summarise_folder
from summariser.brief import Brief, Claim, Sentence, Stated
from summariser.briefing import Briefed
from summariser.engines.canned import CannedEngine
from summariser.errors import (
    AccessDenied,
    DocumentError,
    EngineBusy,
    EngineDown,
    EngineError,
    EngineRefused,
    EngineUnusable,
    OutputError,
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
    "Briefed",
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
    "OutputError",
    "Pipeline",
    "Provenance",
    "QuotaExhausted",
    "Refused",
    "ReplyInvalid",
    "Result",
    "Selection",
    "Sentence",
    "Settings",
    "SettingsError",
    "Stated",
    "SummariserError",
    "Usage",
    "Which",
    "asummarise",
    "load_settings",
    "summarise",
    "summarise_folder",
]
