"""Settings, read once: flags come first, then SUMMARISER_* variables, then `summariser.toml` in the working folder."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_cache_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from summariser.errors import SettingsError

# OpenAI's own endpoint, which is asked where none is named.
OFFICIAL = "https://api.openai.com/v1"


class Settings(BaseSettings):
    """What a run may decide. Without a model, the embedded engine is used and nothing leaves the machine."""

    model_config = SettingsConfigDict(
        env_prefix="SUMMARISER_",
        toml_file="summariser.toml",
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        env_parse_none_str="none",
    )

    model: str | None = Field(None, description="Model to ask; none means the embedded engine.")
    base_url: str | None = Field(
        None,
        pattern=r"^https?://",
        validation_alias=AliasChoices("SUMMARISER_BASE_URL", "OPENAI_BASE_URL"),
        description="OpenAI-compatible endpoint; none means OpenAI's own.",
    )
    api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SUMMARISER_API_KEY", "OPENAI_API_KEY"),
        description="Key of the endpoint; local servers need none.",
    )
    temperature: float | None = Field(
        None, ge=0, le=2, description="Sampling temperature; unset, it is 0, and not sent to OpenAI's own endpoint."
    )
    reasoning_effort: str | None = Field(
        None, description="Effort asked of a reasoning model (minimal, low, medium, high); no temperature is sent with it."
    )
    dialect: Literal["auto", "strict", "schema", "tools", "json"] = Field(
        "auto", description="How JSON is asked for; auto is what `summariser check` found, or else what the endpoint suggests."
    )
    api_version: str | None = Field(None, description="API version of an Azure deployment; the model is then its name.")
    headers: dict[str, SecretStr] = Field({}, description="Headers sent with every request, as a JSON object.")
    max_output_tokens: int = Field(16_000, ge=256, description="Longest answer, in tokens.")
    window_tokens: int = Field(12_000, ge=500, description="Longest part of a document sent in one request, in tokens.")
    context_tokens: int | None = Field(
        None, ge=1_000, description="Context length of the model, in tokens; none means what `summariser check` found."
    )
    max_characters: int = Field(4_000_000, ge=1_000, description="Longest document sent to a model, in characters.")
    timeout: float = Field(300, gt=0, description="Longest wait for one answer, in seconds.")
    attempts: int = Field(6, ge=1, le=20, description="How often a busy endpoint is asked before giving up.")
    patience: float = Field(
        600, ge=0, description="Longest total wait for a busy endpoint that does not say how long to wait, in seconds."
    )
    deadline: float = Field(86_400, gt=0, description="Longest time that a run may go on asking, in seconds.")
    workers: int = Field(8, ge=1, le=256, description="Most requests to a model at the same time.")
    requests_per_minute: int | None = Field(None, ge=1, description="Most requests a minute.")
    tokens_per_minute: int | None = Field(None, ge=1_000, description="Most tokens a minute, sent and received.")
    max_cost: float | None = Field(None, ge=0, allow_inf_nan=False, description="Most that a run may cost, in US dollars.")
    input_price: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="US dollars for a million tokens sent, where the list of prices is wrong."
    )
    output_price: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="US dollars for a million tokens received, likewise."
    )
    read_seconds: float = Field(60, gt=0, description="Longest time that reading one file may take, in seconds.")
    approved_endpoints: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Endpoints, by base URL and parted by commas, that may be sent sensitive documents."
    )
    allow_sensitive: bool = Field(False, description="Whether sensitive documents may be sent to any endpoint.")
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("summariser"), description="Where answers are kept.")
    log: Literal["debug", "info", "warning"] = Field("warning", description="From which level on messages are printed.")
    cache_limit: int = Field(2**30, ge=0, description="Bytes of answers kept before new ones are no longer added.")

    @field_validator("approved_endpoints", mode="before")
    @classmethod
    def _parted(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    def may_send_sensitive(self) -> bool:
        """Say whether a sensitive document may go to the endpoint: one on this machine, an approved one, or any if allowed."""
        return (
            self.allow_sensitive
            or is_loopback(self.base_url)
            or any(_origin(endpoint) == _origin(self.base_url) for endpoint in self.approved_endpoints)
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def is_loopback(base_url: str | None) -> bool:
    """Say whether an endpoint is on this machine, by its address alone; names are not looked up."""
    host = urlsplit(base_url).hostname or "" if base_url else ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _origin(base_url: str | None) -> tuple[str, str | None, int | None]:
    """Return what makes two URLs the same endpoint: scheme, host and port."""
    parts = urlsplit(base_url or OFFICIAL)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def is_official(base_url: str | None) -> bool:
    """Say whether this is OpenAI's own endpoint, whose dialect differs from that of the servers that imitate it."""
    host = urlsplit(base_url).hostname or "" if base_url else "api.openai.com"
    return host == "openai.com" or host.endswith((".openai.com", ".openai.azure.com"))


def load_settings(**flags: Any) -> Settings:
    """Return the settings of this run; a flag that is None was not given.

    Raises:
        SettingsError: a value is unknown or out of range, or `summariser.toml` cannot be read; never shows the value.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
        if "base_url" in given and not settings.model:
            raise SettingsError("a base URL is of no use without a model: name one with --model")
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise SettingsError(f"the settings do not hold together: {faults}") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"summariser.toml cannot be read ({type(error).__name__})") from None
    return settings
