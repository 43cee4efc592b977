"""How servers that speak OpenAI's API differ: how they are asked for JSON, and how they give it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summariser.errors import EngineRefused, QuotaExhausted, TooLong
from summariser.settings import Settings, is_official
from summariser.types import Request, Usage

ChatMessage = Mapping[str, Any]

_NAME = "brief"
# The two names under which an endpoint is told the longest answer; the newer is that of reasoning models.
_LIMITS = ("max_tokens", "max_completion_tokens")
# Asked again at the same temperature a small model gives the same answer, faults included.
_REASK_TEMPERATURE = 0.5
_IN_WORDS = "Answer with one JSON object that conforms to this JSON schema, and with nothing else:"

# Tokens that chat templates put around a message, and before the first of them.
_AROUND = 64
_BEFORE = 512

_MODEL = re.compile(r"[\w.:/@+-]{1,128}")
_FINISHES = ("stop", "length", "tool_calls", "function_call", "content_filter")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    `text` is the answer without whatever stood around its JSON; `called` says that it came as the arguments of a tool.
    `missing` is a sentence that says why there is none. `tokens` counts what was sent, received and sent from a cache, or is
    None where the server does not tell.
    """

    text: str
    called: bool
    missing: str | None
    finish: str
    model: str | None
    tokens: tuple[int, int, int] | None


def body_of(request: Request, messages: list[ChatMessage], settings: Settings, *, again: bool) -> dict[str, Any]:
    """Return the body of an HTTP request that asks for JSON in the dialect of `request`; `again` says that it is a re-ask."""
    schema = request.json_schema
    body = {"model": request.model, "messages": messages, **_sampling(request.sampling, settings, again=again)}
    if request.dialect == "tools":
        tool = {"name": _NAME, "description": "Hands in the answer.", "parameters": schema}
        # "required" forces the one tool there is; llama.cpp takes the form that names a tool for "auto", and forces nothing.
        return body | {"tools": [{"type": "function", "function": tool}], "tool_choice": "required"}
    if request.dialect == "json":
        return body | {"messages": _told(messages, schema), "response_format": {"type": "json_object"}}
    strict = {"strict": True} if request.dialect == "strict" else {}
    form = {"type": "json_schema", "json_schema": {"name": _NAME, **strict, "schema": schema}}
    return body | {"response_format": form}


def _sampling(sampling: Mapping[str, Any], settings: Settings, *, again: bool) -> dict[str, Any]:
    """Return the sampling under the names that the endpoint and the model understand; what is None is not sent."""
    effort = sampling.get("reasoning_effort")
    # A reasoning model takes a temperature for a mistake, unless it is one of those that do not.
    temperature = settings.temperature if effort else sampling["temperature"]
    if again and temperature is not None:
        temperature = max(temperature, _REASK_TEMPERATURE)
    renamed = effort or settings.api_version or is_official(settings.base_url)
    chosen = {
        _LIMITS[bool(renamed)]: sampling["max_output_tokens"],
        "temperature": temperature,
        "reasoning_effort": effort,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _told(messages: list[ChatMessage], schema: Mapping[str, Any]) -> list[ChatMessage]:
    """Return the messages with the schema at the end of the system message."""
    words = f"{_IN_WORDS}\n{json.dumps(schema, ensure_ascii=False)}"
    if messages and messages[0]["role"] == "system":
        return [{**messages[0], "content": f"{messages[0]['content']}\n\n{words}"}, *messages[1:]]
    return [{"role": "system", "content": words}, *messages]


def measured(body: Mapping[str, Any]) -> tuple[int, int]:
    """Return the characters of a request that count as tokens, and a number of tokens that it cannot exceed.

    No token is shorter than a byte, whatever the model.
    """
    form = body.get("tools") or body["response_format"]
    texts = [message["content"] for message in body["messages"]] + [json.dumps(form, ensure_ascii=False)]
    most = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    return sum(map(len, texts)), most + _AROUND * len(texts) + _BEFORE


def dig(data: Any, *path: str | int) -> Any:
    """Return what stands at a path of keys and indices, or None."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def read(data: object) -> Answer | None:
    """Return the answer that a server gave, or None if this is none at all."""
    if not isinstance(data, dict):
        return None
    choice = dig(data, "choices", 0)
    message = dig(choice, "message")
    # Some servers answer in content all the same, and llama.cpp's relatives give the arguments as an object.
    given = dig(message, "tool_calls", 0, "function", "arguments")
    called = bool(given)
    given = given or dig(message, "content") or ""
    finish = dig(choice, "finish_reason")
    model = data.get("model")
    return Answer(
        text=only_object(given) if isinstance(given, str) else json.dumps(given),
        called=called,
        missing=_missing(choice, message, finish),
        finish=finish if finish in _FINISHES else "other",
        model=model if isinstance(model, str) and _MODEL.fullmatch(model) else None,
        tokens=_tokens(data.get("usage")),
    )


def limited(body: Mapping[str, Any], most: int) -> dict[str, Any]:
    """Return the body with an answer of at most so many tokens."""
    return {name: min(value, most) if name in _LIMITS else value for name, value in body.items()}


def whole(answer: Answer | None, request: Request, usage: Usage, paid: int) -> Answer:
    """Return the answer, if it is one; `paid` is the most tokens that it could have.

    Raises:
        EngineRefused: there is none; says why.
        TooLong: it was cut off.
        QuotaExhausted: it was cut off where the money for it ended.
    """
    if answer is None:
        raise EngineRefused("the endpoint's answer could not be read", request, usage)
    if answer.missing:
        raise EngineRefused(answer.missing, request, usage)
    if answer.finish == "length":
        most = int(request.sampling["max_output_tokens"] or 0)
        if paid < most:
            message = f"the money left paid for an answer of {paid} tokens, which was cut off there; raise --max-cost"
            raise QuotaExhausted(message, request, usage)
        raise TooLong(f"the answer was cut off at {most} tokens; raise SUMMARISER_MAX_OUTPUT_TOKENS", request, usage)
    return answer


def _missing(choice: object, message: object, finish: object) -> str | None:
    """Say why there is no answer; one that was filtered may be valid JSON all the same."""
    if choice is None:
        return "the endpoint sent an answer without choices"
    if dig(message, "refusal"):
        return "the model refused to answer"
    if finish == "content_filter":
        return "the endpoint's content filter stopped the answer"
    return None


def _tokens(usage: object) -> tuple[int, int, int] | None:
    sent, made = dig(usage, "prompt_tokens"), dig(usage, "completion_tokens")
    cached = dig(usage, "prompt_tokens_details", "cached_tokens")
    if not all(isinstance(count, int) and count >= 0 for count in (sent, made)):
        return None
    return sent, made, min(sent, cached) if isinstance(cached, int) and cached > 0 else 0


def only_object(text: str) -> str:
    """Return the one JSON object in an answer without thoughts, prose or a fence around it; without one, the text as it is.

    An object that is broken is returned from its first brace to the last one of the text.
    """
    bare = text.strip()
    if not bare.startswith(("{", "```")):
        # Some chat templates open the block of thoughts themselves, so that only its end is in the answer.
        _, end_of_thoughts, said = bare.partition("</think>")
        bare = said if end_of_thoughts else bare
    first, last = bare.find("{"), bare.rfind("}")
    if first < 0 or last < first:
        return text
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(bare, first)
    except (ValueError, RecursionError):
        return bare[first : last + 1]
    # Two objects: which of them is meant is not for us to say.
    return bare[first:end] if "{" not in bare[end:] else text
