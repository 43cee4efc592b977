"""What briefing a document would take, told before anything is sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from summariser.asking import Asker
from summariser.limits import Price
from summariser.reading import Paper, Reader
from summariser.types import Request

Range = tuple[float, float, float]

# What the question about the whole of a long document takes besides its entries, and what is answered, in tokens: guesses.
_WHOLE_INPUT, _WHOLE_OUTPUT = 2_500, (300, 700, 1_500)
_NONE: Range = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a document, or several, would take: requests, those of them that the cache answers, tokens and US dollars.

    Output and cost are given as low, likely and high; cost is None where no price of the model is known.
    """

    requests: int
    cached: int
    input_tokens: int
    output_tokens: Range
    cost: Range | None

    def __add__(self, other: "Estimate") -> "Estimate":
        cost = _sum((self.cost, other.cost)) if self.cost is not None and other.cost is not None else None
        return Estimate(
            self.requests + other.requests,
            self.cached + other.cached,
            self.input_tokens + other.input_tokens,
            _sum((self.output_tokens, other.output_tokens)),
            cost,
        )


def estimate(paper: Paper, reader: Reader, asker: Asker, price: Price | None) -> Estimate:
    """Return what briefing a document would take; a re-ask, or a part that has to be split, would come on top."""
    windows = reader.windows(paper)
    total = Estimate(0, 0, 0, _NONE, None if price is None else _NONE)
    for window in windows:
        request = reader.request(paper, window)
        shown = sum(len(message.content) for message in request.messages[1:])
        output = _capped((shown * rate / 1_000 for rate in asker.pace.output), asker.most_output)
        total += _one(_tokens(request, asker), output, price, cached=asker.kept(request) is not None)
    if len(windows) > 1:
        cached = total.cached == total.requests
        told = _WHOLE_INPUT + int(total.output_tokens[1])
        total += _one(told, _capped(_WHOLE_OUTPUT, asker.most_output), price, cached=cached)
    return total


def _one(sent: int, output: Range, price: Price | None, *, cached: bool) -> Estimate:
    if cached:
        return Estimate(1, 1, 0, _NONE, None if price is None else _NONE)
    low, likely, high = (price(sent, int(received), 0) if price else 0.0 for received in output)
    return Estimate(1, 0, sent, output, (low, likely, high) if price else None)


def _tokens(request: Request, asker: Asker) -> int:
    characters = sum(len(message.content) for message in request.messages) + len(json.dumps(request.json_schema))
    return int(characters / asker.pace.characters_per_token)


def _capped(values: Iterable[float], most: int) -> Range:
    low, likely, high = (min(value, most) for value in values)
    return low, likely, high


def _sum(ranges: Iterable[Any]) -> Range:
    low, likely, high = map(sum, zip(*ranges, strict=True))
    return low, likely, high
