"""What a request costs: by the list or the settings, never less for more tokens, and never a crash for an unknown name."""

import socket
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from genai_prices import UpdatePrices, Usage, calc_price, data_snapshot
from genai_prices.types import TieredPrices
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser.errors import SettingsError
from summariser.limits import Price
from summariser.prices import context_of, price_of
from summariser.settings import Settings

OPENROUTER = "https://openrouter.ai/api/v1"
AZURE = "https://council.openai.azure.com/openai/v1/"
LOOPBACK = "http://127.0.0.1:8089/v1"
MILLION = 1_000_000

tokens = st.integers(0, 10**9)


def _settings(model: str | None = "gpt-4.1-mini", **given: Any) -> Settings:
    return Settings.model_validate({"model": model, **given})


@cache
def _price(model: str = "gpt-4.1-mini", **given: Any) -> Price:
    """Return a price; those of the same settings are the same, and settings take a while to read."""
    price = price_of(_settings(model, **given))
    assert price is not None
    return price


# By the list


@pytest.mark.parametrize(
    ("base_url", "model"),
    [
        (None, "gpt-4.1-mini"),
        ("https://api.openai.com/v1", "gpt-4.1-mini"),
        ("https://API.OpenAI.com/v1/", "GPT-4.1-mini"),
        (AZURE, "gpt-4.1-mini"),
        (OPENROUTER, "openai/gpt-4.1-mini"),
        (LOOPBACK, "gpt-4.1-mini"),
        (LOOPBACK, "openai/gpt-4.1-mini"),
        ("https://gateway.council.example/v1", "openai/gpt-4.1-mini"),
    ],
)
def test_a_model_of_the_list_is_priced_at_any_address(base_url: str | None, model: str) -> None:
    price = _price(model, base_url=base_url)
    # What OpenAI has asked for this model since it came out.
    assert price(MILLION, 0, 0) == 0.4
    assert price(0, MILLION, 0) == 1.6
    assert price(MILLION, 0, MILLION) == 0.1
    assert price(3_000, 700, 1_000) == 0.00202
    assert price(0, 0, 0) == 0.0


def test_the_endpoints_own_price_goes_before_that_of_the_name() -> None:
    model = "gpt-oss-20b"
    here, elsewhere = _price(model), _price(f"openai/{model}", base_url=OPENROUTER)
    by = calc_price(Usage(input_tokens=MILLION, output_tokens=MILLION), f"openai/{model}", provider_id="openrouter")
    assert elsewhere(MILLION, MILLION, 0) == float(by.total_price)
    assert here(MILLION, MILLION, 0) != elsewhere(MILLION, MILLION, 0)


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("council-deployment", AZURE),
        ("gpt-nonsense", None),
        ("", None),
        ("/", OPENROUTER),
        ("openai/", OPENROUTER),
        ("openai/gpt-nonsense:free", OPENROUTER),
        ("qwen2.5:7b", LOOPBACK),
        ("SmolLM2-135M-Instruct-Q4_1", LOOPBACK),
        (None, None),
    ],
)
def test_of_a_model_that_nobody_knows_there_is_no_price(model: str | None, base_url: str | None) -> None:
    settings = _settings(model, base_url=base_url)
    assert price_of(settings) is None
    assert context_of(settings) is None


@pytest.mark.parametrize("model", ["whisper-1", "text-embedding-3-small"])
def test_a_price_of_other_things_alone_makes_no_tokens_free(model: str) -> None:
    assert calc_price(Usage(output_tokens=MILLION), model, provider_id="openai").total_price == 0
    assert price_of(_settings(model)) is None


@pytest.mark.parametrize("base_url", [OPENROUTER, "https://OpenRouter.AI/api/v1"])
def test_a_model_that_the_list_has_as_free_is_free(base_url: str) -> None:
    price = _price("meta-llama/llama-3.1-8b-instruct:free", base_url=base_url)
    assert price(MILLION, MILLION, 0) == 0.0


def test_a_long_request_has_the_price_of_its_tier() -> None:
    price = _price("gemini-2.5-pro")
    listed = calc_price(Usage(), "gemini-2.5-pro").model_price
    assert isinstance(listed.input_mtok, TieredPrices)
    assert isinstance(listed.output_mtok, TieredPrices)
    start = listed.input_mtok.tiers[0].start
    assert price(start, 0, 0) == float(listed.input_mtok.base * start / MILLION)
    assert price(start + 1, 0, 0) == float(listed.input_mtok.tiers[0].price * (start + 1) / MILLION)
    extra = Decimal(str(price(start + 1, MILLION, 0))) - Decimal(str(price(start + 1, 0, 0)))
    assert extra == listed.output_mtok.tiers[0].price


def test_the_price_of_the_moment_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    price = _price("deepseek-chat", base_url="https://api.deepseek.com")
    seen = set()
    for hour in (3, 20):

        class Then(datetime):
            @classmethod
            def now(cls, tz: Any = None, hour: int = hour) -> "Then":
                return cls(2025, 8, 1, hour, tzinfo=UTC)

        monkeypatch.setattr("genai_prices.types.datetime", Then)
        seen.add(price(MILLION, MILLION, 0))
    assert len(seen) == 2


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise AssertionError("a list of prices was asked for")

    data_snapshot._bundled_snapshot.cache_clear()
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(UpdatePrices, "start", refuse)
    monkeypatch.setattr(UpdatePrices, "fetch", refuse)
    price = price_of(_settings())
    assert price is not None
    assert price(MILLION, 0, 0) == 0.4
    assert not data_snapshot.get_snapshot().from_auto_update


# By the settings


def test_given_prices_hold_for_a_model_that_nobody_knows() -> None:
    price = _price("council-deployment", base_url=AZURE, input_price=0.5, output_price=2)
    assert price(2 * MILLION, 3 * MILLION, 0) == 7.0


def test_given_prices_go_before_the_list_and_nothing_is_cheaper_for_being_cached() -> None:
    price = _price(input_price=1, output_price=2)
    assert (price(MILLION, 0, 0), price(MILLION, 0, MILLION), price(0, MILLION, 0)) == (1.0, 1.0, 2.0)


@pytest.mark.parametrize(("given_price", "expected"), [("input_price", (3.0, 3.0, 1.6)), ("output_price", (0.4, 0.1, 3.0))])
def test_the_price_that_is_not_given_comes_from_the_list(given_price: str, expected: tuple[float, ...]) -> None:
    price = _price("gpt-4.1-mini", **{given_price: 3})
    assert (price(MILLION, 0, 0), price(MILLION, 0, MILLION), price(0, MILLION, 0)) == expected


def test_a_price_of_nothing_is_a_price() -> None:
    assert _price("qwen2.5:7b", base_url=LOOPBACK, input_price=0, output_price=0)(MILLION, MILLION, 0) == 0.0
    assert _price(input_price=0)(MILLION, MILLION, 0) == 1.6


@pytest.mark.parametrize(
    ("model", "given_price", "asked"),
    [
        ("council-deployment", "input_price", "SUMMARISER_OUTPUT_PRICE"),
        ("council-deployment", "output_price", "SUMMARISER_INPUT_PRICE"),
        ("text-embedding-3-small", "input_price", "SUMMARISER_OUTPUT_PRICE"),
        ("whisper-1", "output_price", "SUMMARISER_INPUT_PRICE"),
    ],
)
def test_half_a_price_is_refused_where_the_list_has_not_the_other(model: str, given_price: str, asked: str) -> None:
    with pytest.raises(SettingsError, match=f"'{model}' is given.*give {asked} as well"):
        price_of(_settings(model, **{given_price: 1}))


def test_the_list_may_know_the_other_half_alone() -> None:
    assert _price("text-embedding-3-small", output_price=5)(MILLION, MILLION, 0) == 5.02


@pytest.mark.parametrize("given_price", ["input_price", "output_price"])
def test_a_price_without_end_is_none(given_price: str) -> None:
    with pytest.raises(SettingsError, match="is no price"):
        price_of(_settings().model_copy(update={given_price: float("inf")}))


@hypothesis_settings(max_examples=50)
@given(sent=st.decimals(0, 1_000, places=4), received=st.decimals(0, 1_000, places=4), counts=st.tuples(tokens, tokens, tokens))
def test_a_given_price_is_exact_to_the_last_digit_of_a_float(sent: Decimal, received: Decimal, counts: tuple[int, ...]) -> None:
    price = _price("council-deployment", input_price=sent, output_price=received)
    exact = (Fraction(float(sent)).limit_denominator(10**4) * counts[0] + Fraction(received) * counts[1]) / MILLION
    assert price(*counts) == float(exact)


# Laws


def _of_each_kind() -> list[str]:
    """Return a model for each set of things that an entry of the list may have a price of, flat or in tiers."""
    kinds = {}
    for provider in data_snapshot.get_snapshot().providers:
        for model in provider.models:
            prices = vars(model.get_prices(datetime.now(UTC)))
            kinds[frozenset((name, type(price)) for name, price in prices.items())] = f"{provider.id}/{model.id}"
    return sorted(kinds.values())


def test_of_no_kind_of_entry_does_a_price_crash_or_fall() -> None:
    rising = [(0, 0, 5), (1, 0, 5), (1, 1, 5), (10**4, 1, 5), (10**4, 10**3, 5), (10**6, 10**3, 5), (10**9, 10**9, 5)]
    models = _of_each_kind()
    prices = {model: price for model in models if (price := price_of(_settings(model, base_url=LOOPBACK)))}
    assert len(prices) > 20
    for model, price in prices.items():
        costs = [price(*each) for each in rising]
        assert costs == sorted(costs), model
        assert min(*costs, price(10, 10, 10**7)) >= 0


@hypothesis_settings(max_examples=60)
@given(
    model=st.sampled_from(
        ["gpt-4.1-mini", "gemini-2.5-pro", "claude-sonnet-4-5", "deepseek-chat", "openrouter/perplexity/sonar"]
    ),
    halves=st.fixed_dictionaries({}, optional={"input_price": st.floats(0, 100), "output_price": st.floats(0, 100)}),
    counts=st.tuples(tokens, tokens, tokens),
    more=st.tuples(tokens, tokens),
)
def test_more_tokens_never_cost_less(
    model: str, halves: dict[str, float], counts: tuple[int, int, int], more: tuple[int, int]
) -> None:
    price = _price(model, base_url=LOOPBACK, **halves)
    sent, received, cached = counts
    assert 0 <= price(*counts) <= price(sent + more[0], received, cached) <= price(sent + more[0], received + more[1], cached)
    assert price(*counts) <= price(sent, received, 0)


@given(counts=st.tuples(*[st.integers(-(10**30), 10**30)] * 3))
def test_numbers_that_no_server_should_tell_do_not_raise(counts: tuple[int, int, int]) -> None:
    for price in (_price(), _price("gemini-2.5-pro"), _price(input_price=1), _price(input_price=1, output_price=1)):
        assert price(*counts) >= 0


@hypothesis_settings(max_examples=40)
@given(
    model=st.text() | st.lists(st.sampled_from(["openai", "gpt-4.1", "claude", "azure", "o1", ":free", "/", "-"])).map("".join),
    base_url=st.sampled_from([None, OPENROUTER, AZURE, LOOPBACK]) | st.text().map("https://".__add__),
)
def test_any_name_at_any_address_has_a_price_or_none(model: str, base_url: str | None) -> None:
    settings = _settings(model, base_url=base_url)
    price, context = price_of(settings), context_of(settings)
    assert price is None or price(1_000, 10, 0) >= 0
    assert context is None or context > 0


# The context window


@pytest.mark.parametrize(("model", "base_url"), [("gpt-4o", None), ("openai/gpt-4o", OPENROUTER), ("gpt-4o", LOOPBACK)])
def test_the_context_window_is_the_lists(model: str, base_url: str | None) -> None:
    assert context_of(_settings(model, base_url=base_url)) == 128_000
