"""How endpoints differ: the ways of asking for JSON, what they put around it, and the words in which they turn a request away.

The bodies of errors are as the servers named send them, found in issues and documentation in November 2026.
"""

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summariser.engines._dialects import only_object, read
from summariser.errors import (
    AccessDenied,
    EngineBusy,
    EngineError,
    EngineRefused,
    QuotaExhausted,
    RequestRejected,
    TooLong,
)
from summariser.types import Dialect, Message, Usage
from tests.loopback import NOTE, Answer, Loopback, engine_at, general, question

GOOD = Answer(content=general())
FALSE = Answer(content=general("52%"))
SECRET = "The zephyr lantern of Quillmere hums at dusk."

every_dialect = pytest.mark.parametrize("dialect", get_args(Dialect))


def called(arguments: str | dict[str, Any], content: str | None = None) -> Answer:
    """Return an answer that comes as a tool call."""
    return Answer(arguments=arguments, content=content, finish="tool_calls")


# How JSON is asked for


@every_dialect
def test_each_dialect_asks_in_its_own_way_and_twice_at_most(dialect: Dialect) -> None:
    with Loopback(FALSE, GOOD) as server, engine_at(server) as engine:
        request = question(server, dialect=dialect)
        assert engine.ask(request).text == GOOD.content
    assert len(server.requests) == 2
    schema = dict(request.json_schema)
    for asked in server.requests:
        sent = {key: asked.body[key] for key in asked.body if key not in ("model", "messages", "max_tokens", "temperature")}
        tool = {"name": "brief", "description": "Hands in the answer.", "parameters": schema}
        form: dict[str, Any] = {"name": "brief", "schema": schema}
        assert (
            sent
            == {
                "strict": {"response_format": {"type": "json_schema", "json_schema": form | {"strict": True}}},
                "schema": {"response_format": {"type": "json_schema", "json_schema": form}},
                "tools": {"tools": [{"type": "function", "function": tool}], "tool_choice": "required"},
                "json": {"response_format": {"type": "json_object"}},
            }[dialect]
        )


@every_dialect
def test_the_second_question_holds_the_answer_and_its_fault(dialect: Dialect) -> None:
    first = called(FALSE.content or "") if dialect == "tools" else FALSE
    with Loopback(first, GOOD) as server, engine_at(server) as engine:
        engine.ask(question(server, dialect=dialect))
    before, after = (asked.messages for asked in server.requests)
    assert after[: len(before)] == before
    assert after[-2] == {"role": "assistant", "content": FALSE.content}
    assert "52% is not in the cited words" in after[-1]["content"]


def test_where_there_is_no_schema_it_is_given_in_words() -> None:
    alone = (Message("user", NOTE),)
    with Loopback(GOOD, GOOD) as server, engine_at(server) as engine:
        request = question(server, dialect="json")
        engine.ask(request)
        engine.ask(question(server, dialect="json", messages=alone))
    for asked, before in zip(server.requests, ("Brief it.\n\n", ""), strict=True):
        words, schema = asked.messages[0]["content"].split(":\n", 1)
        assert asked.messages[0]["role"] == "system"
        assert words == f"{before}Answer with one JSON object that conforms to this JSON schema, and with nothing else"
        assert json.loads(schema) == dict(request.json_schema)
        assert asked.messages[1:] == [{"role": "user", "content": NOTE}]


# How JSON is given

AROUND = {
    "a fence": "```json\n{}\n```",
    "a fence without a name": "```\n{}\n```\n",
    "prose before": "Here is the brief you asked for:\n\n{}",
    "prose after": "{}\n\nLet me know if you need more!",
    "prose and a fence": "Sure! Here it is:\n```json\n{}\n```\nI hope that it helps.",
    "thoughts": "<think>\nThe user wants {{JSON}} about 48%. </thinking>\n</think>\n\n{}",
    "thoughts whose beginning the template holds": "Okay, so the {{first}} segment...\n</think>\n{}",
    "white space": "\n \t{}\n",
}


@every_dialect
@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_what_stands_around_the_answer_is_taken_off(dialect: Dialect, around: str) -> None:
    wrapped = around.format(general()).replace("{{", "{").replace("}}", "}")
    answer = called(wrapped) if dialect == "tools" else Answer(content=wrapped)
    with Loopback(answer) as server, engine_at(server) as engine:
        reply = engine.ask(question(server, dialect=dialect))
    assert reply.text == general()
    assert len(server.requests) == 1


LEFT = {
    "prose": "I am sorry, I cannot find any findings.",
    "a list": '[{"title": "no brief"}]',
    "two objects": f"{general()}\n{general()}",
    "nothing": "",
    "thoughts alone": "<think>Hm.</think>",
    "braces the wrong way round": "} {",
}


@pytest.mark.parametrize("content", LEFT.values(), ids=LEFT)
def test_what_holds_no_single_object_is_asked_about_once(content: str) -> None:
    with Loopback(Answer(content=content), Answer(content=content)) as server, engine_at(server) as engine:
        reply = engine.ask(question(server))
    assert len(server.requests) == 2
    assert reply.text == ("" if content == "" else '{"title": "no brief"}' if content.startswith("[") else content)


def test_an_object_that_is_broken_is_cut_out_as_it_is() -> None:
    assert only_object('Look: {"a": [1, {"b": 2}, } and so on') == '{"a": [1, {"b": 2}, }'
    assert only_object('{"a": ' * 50_000 + "}") == '{"a": ' * 50_000 + "}"


def test_the_end_of_thoughts_inside_an_answer_is_part_of_it() -> None:
    quoting = json.dumps({"quote": "He wrote </think> in the margin, and {}."})
    for text in (quoting, f"```json\n{quoting}\n```", f"<think>Well.</think>{quoting}"):
        assert only_object(text) == quoting


WORDS = st.text(max_size=9)
JSON = st.recursive(WORDS | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=3)
PROSE = st.text(st.characters(exclude_characters="{}<`", codec="utf-8"), max_size=9)


@settings(max_examples=50)
@given(PROSE, st.dictionaries(WORDS, JSON, max_size=3), PROSE, st.booleans())
def test_an_object_survives_whatever_stands_around_it(before: str, given: dict[str, Any], after: str, ascii_only: bool) -> None:
    text = json.dumps(given, ensure_ascii=ascii_only)
    if "</think>" not in text:
        assert only_object(f"{before}{text}{after}") == text
    assert only_object(text) == text


@pytest.mark.parametrize(
    "answer",
    [
        called(general()),
        called(general(), content="I will call the tool now."),
        called(json.loads(general())),
        Answer(content=general()),
        Answer(content=general(), arguments=""),
        Answer(content=f"No tool, but: {general()}"),
    ],
    ids=["a call", "a call and words", "arguments as an object", "content alone", "an empty call", "content with prose"],
)
def test_an_answer_is_found_where_the_server_puts_it(answer: Answer) -> None:
    with Loopback(answer) as server, engine_at(server) as engine:
        reply = engine.ask(question(server, dialect="tools"))
    assert json.loads(reply.text) == json.loads(general())
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(content="I called it."), called('{"title": '), called({"title": "no brief"}), Answer(content=None)],
    ids=["no call", "broken arguments", "another shape", "nothing at all"],
)
def test_a_tool_call_that_is_of_no_use_is_asked_about_once(answer: Answer) -> None:
    with Loopback(answer, called(general())) as server, engine_at(server) as engine:
        reply = engine.ask(question(server, dialect="tools"))
    assert reply.text == general()
    assert len(server.requests) == 2


def test_a_number_of_a_segment_that_is_not_there_is_asked_about_by_name() -> None:
    point = {"evidence": [99], "point_id": "P1", "statement": "case files were seen", "speaker": None}
    with Loopback(Answer(content=general(key_points=[point])), GOOD) as server, engine_at(server) as engine:
        assert engine.ask(question(server)).text == GOOD.content
    assert len(server.requests) == 2
    assert "there is no segment 99" in server.requests[1].messages[-1]["content"]


@pytest.mark.parametrize(
    "data",
    [
        {"choices": [{}]},
        {"choices": [None]},
        {"choices": "none"},
        {"choices": [{"message": "none", "finish_reason": ["stop"]}]},
        {"choices": [{"message": {"content": 7, "tool_calls": {"0": 1}}}], "usage": [], "model": 5},
        {
            "choices": [{"message": {"tool_calls": [{"function": None}]}}],
            "usage": {"prompt_tokens": -1, "completion_tokens": 1},
        },
    ],
)
def test_no_odd_answer_upsets_the_reader(data: dict[str, Any]) -> None:
    with Loopback(Answer(raw=json.dumps(data)), Answer(raw=json.dumps(data))) as server, engine_at(server) as engine:
        request = question(server)
        try:
            assert engine.ask(request).usage == Usage(2)
        except EngineRefused as error:
            assert error.usage == Usage(1)
    answer = read(data)
    assert answer is not None
    assert answer.tokens is None


def test_an_answer_without_end_is_no_answer() -> None:
    with Loopback(Answer(raw="[" * 200_000)) as server, engine_at(server) as engine:
        error = engine.try_once(question(server)).error
    assert isinstance(error, EngineRefused)
    assert len(server.requests) == 1


def test_a_server_that_forgets_to_say_that_it_is_json_is_understood() -> None:
    with Loopback(Answer(content=general(), content_type="text/plain")) as server, engine_at(server) as engine:
        assert engine.ask(question(server)).text == general()
    assert len(server.requests) == 1


# In which words a request is turned away

OPENAI = {
    "message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 8227 tokens. Please "
    f"reduce the length of the messages. {SECRET}",
    "type": "invalid_request_error",
    "param": "messages",
    "code": "context_length_exceeded",
}
LLAMA = {
    "code": 400,
    "message": f"the request exceeds the available context size, try increasing it {SECRET}",
    "type": "exceed_context_size_error",
    "n_prompt_tokens": 14429,
    "n_ctx": 8192,
}
VLLM = {
    "object": "error",
    "message": "This model's maximum context length is 6048 tokens. However, you requested 6616 tokens (568 in the messages, "
    "6048 in the completion). Please reduce the length of the messages or completion.",
    "type": "BadRequestError",
    "param": None,
    "code": 400,
}
OPENROUTER = {
    "message": "This endpoint's maximum context length is 131072 tokens. However, you requested about 141607 tokens (10535 of "
    'text input, 131072 in the output). Please reduce the length of either one, or use the "middle-out" transform to compress '
    "your prompt automatically.",
    "code": 400,
    "metadata": {"provider_name": "Chutes"},
}
AZURE_FILTER = {
    "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    "type": None,
    "param": "prompt",
    "code": "content_filter",
    "status": 400,
    "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"violence": {"filtered": True}}},
}
GROQ = {
    "message": "Request too large for model `llama-3.1-8b-instant` on tokens per minute (TPM): Limit 6000, Requested 12328, "
    "please reduce your message size and try again.",
    "type": "tokens",
    "code": "rate_limit_exceeded",
}
OPENAI_RATE = {
    "message": "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 30601. The input or output tokens "
    "must be reduced in order to run successfully.",
    "type": "tokens",
    "param": None,
    "code": "rate_limit_exceeded",
}
OPENAI_BUSY = {
    "message": "Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29937, Requested 385. Please try "
    "again in 644ms.",
    "type": "tokens",
    "param": None,
    "code": "rate_limit_exceeded",
}
LM_STUDIO = (
    "Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded with context length of "
    "only 7866 tokens, which is not enough."
)
FLAGGED = {"code": 403, "message": "Your chosen model requires moderation", "metadata": {"flagged_input": SECRET}}
NO_TOOLS = {"message": "No endpoints found that support tool use. To learn more about provider routing, visit ...", "code": 404}
NO_MODEL = {"message": "The model `small` does not exist", "type": "invalid_request_error", "code": "model_not_found"}
TURNED_AWAY: dict[str, tuple[int, Any, type[EngineError]]] = {
    "OpenAI, too long": (400, {"error": OPENAI}, TooLong),
    "OpenAI, too long in other words": (
        400,
        {"error": {"message": "Your input exceeds the context window of this model"}},
        TooLong,
    ),
    "llama.cpp, too long": (400, {"error": LLAMA}, TooLong),
    "llama.cpp in 2025, too long": (500, {"error": LLAMA | {"code": 500}}, TooLong),
    "vLLM, too long": (400, VLLM, TooLong),
    "OpenRouter, too long": (400, {"error": OPENROUTER}, TooLong),
    "OpenRouter, too long, with status 200": (200, {"error": OPENROUTER}, TooLong),
    "LM Studio, too long": (400, {"error": LM_STUDIO}, TooLong),
    "Gemini, too long": (400, {"error": {"message": "The input token count (1196265) exceeds the maximum number"}}, TooLong),
    "Anthropic, too long": (400, {"error": {"message": "prompt is too long: 213462 tokens > 200000 maximum"}}, TooLong),
    "a code alone, too long": (400, {"error": {"message": "no", "code": "context_length_exceeded"}}, TooLong),
    "a type alone, too long": (400, {"error": {"message": "no", "code": 400, "type": "exceed_context_size_error"}}, TooLong),
    "SGLang, too long": (
        400,
        {"message": "The input (9 tokens) is longer than the model's context length (8 tokens)."},
        TooLong,
    ),
    "xAI, too long": (400, {"error": "This model's maximum prompt length is 131072 but the request contains 537812"}, TooLong),
    "Moonshot, too long": (400, {"error": {"message": "Your request exceeded model token limit: 8192"}}, TooLong),
    "llama-cpp-python, too long": (500, {"error": {"message": "Requested tokens (9) exceed context window of 8"}}, TooLong),
    "a proxy, too long": (413, "<html>Request Entity Too Large</html>", TooLong),
    "Groq, larger than a minute": (413, {"error": GROQ}, TooLong),
    "OpenAI, larger than a minute": (429, {"error": OPENAI_RATE}, TooLong),
    "OpenAI, a full minute": (429, {"error": OPENAI_BUSY}, EngineBusy),
    "Bedrock by a proxy, busy": (429, {"error": {"message": "Too many tokens, please wait before trying again."}}, EngineBusy),
    "OpenRouter, its provider down, with status 200": (
        200,
        {"error": {"code": 502, "message": "Provider returned error"}},
        EngineBusy,
    ),
    "OpenRouter, an answer broken off": (200, {"choices": [{"error": {"code": 502, "message": "x"}}]}, EngineBusy),
    "OpenRouter, no credit": (402, {"error": {"code": 402, "message": "Insufficient credits"}}, QuotaExhausted),
    "OpenAI, no quota by its type": (429, {"error": {"message": "...", "type": "insufficient_quota"}}, QuotaExhausted),
    "Azure, filtered": (400, {"error": AZURE_FILTER}, EngineRefused),
    "LiteLLM, filtered": (400, {"error": {"message": "...", "code": "content_policy_violation"}}, EngineRefused),
    "a gateway, filtered": (400, {"error": {"code": "400", "innererror": AZURE_FILTER["innererror"]}}, EngineRefused),
    "OpenAI, flagged": (400, {"error": {"message": "Invalid prompt", "code": "invalid_prompt"}}, EngineRefused),
    "OpenRouter, flagged": (403, {"error": FLAGGED}, EngineRefused),
    "OpenRouter, nobody takes tools": (404, {"error": NO_TOOLS}, RequestRejected),
    "OpenAI, unknown model": (404, {"error": NO_MODEL}, AccessDenied),
    "FastAPI, unknown path": (404, {"detail": "Not Found"}, AccessDenied),
    "OpenAI, bad key": (401, {"error": {"message": SECRET, "code": "invalid_api_key"}}, AccessDenied),
    "OpenAI, bad parameter": (
        400,
        {"error": {"message": SECRET, "param": "temperature", "code": "unsupported_value"}},
        RequestRejected,
    ),
    "FastAPI, bad request": (422, {"detail": [{"loc": ["body"], "msg": SECRET, "input": SECRET}]}, RequestRejected),
    "an error without words, with status 200": (200, {"error": {"message": SECRET}}, RequestRejected),
}


@pytest.mark.parametrize(("status", "body", "kind"), TURNED_AWAY.values(), ids=TURNED_AWAY)
def test_every_server_is_understood(status: int, body: Any, kind: type[EngineError], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "summariser")
    raw = body if isinstance(body, str) else json.dumps(body)
    with Loopback(Answer(status=status, raw=raw)) as server, engine_at(server) as engine, pytest.raises(EngineError) as caught:
        engine.ask(question(server))
    assert type(caught.value) is kind
    assert caught.value.usage == Usage(1)
    assert len(server.requests) == 1
    assert SECRET not in str(caught.value)
    assert SECRET not in caplog.text


@pytest.mark.parametrize(("code", "shown"), [("unsupported_value", True), (SECRET, False), ("x" * 65, False), ("a\nb", False)])
def test_only_a_code_that_looks_like_one_is_shown(code: str, shown: bool) -> None:
    with (
        Loopback(Answer(status=400, code=code)) as server,
        engine_at(server) as engine,
        pytest.raises(RequestRejected) as caught,
    ):
        engine.ask(question(server))
    assert (code in str(caught.value)) is shown
    assert len(server.requests) == 1
