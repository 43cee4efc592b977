"""What a request to a model costs, by the list of prices that genai-prices ships with or by prices that the settings give.

Nothing is fetched: the list is as new as the library. It takes a tenth of a second to import; import this module on use.
"""

from contextlib import suppress
from decimal import Decimal

from genai_prices import Usage, calc_price
from genai_prices.types import PriceCalculation

from summariser.errors import SettingsError
from summariser.limits import Price
from summariser.settings import OFFICIAL, Settings

_MILLION = 1_000_000


def price_of(settings: Settings) -> Price | None:
    """Return what one request costs in US dollars, or None where neither the list nor the settings tell.

    A model that the list knows by its name has that price at any address, on this machine too, where a proxy may forward what
    it is asked: a cost stated too high is the lesser harm. The price of the moment holds, where it changes by the hour. More
    input or output never costs less, and no number of tokens makes the function raise. A price from the settings holds for
    cached tokens as well, and then nothing is cheaper for being cached.

    Raises:
        SettingsError: one of the two prices is given, and the list does not know the other; or one is not a number.
    """
    sent, received = _given(settings.input_price), _given(settings.output_price)
    if sent is not None and received is not None:
        return _flat(sent, received)
    listed = _listed(settings)
    if listed and (sent is not None or _has(listed, "input")) and (received is not None or _has(listed, "output")):
        return _by_list(listed, sent, received)
    if sent is None and received is None:
        return None
    known, missing = ("input", "output") if received is None else ("output", "input")
    raise SettingsError(
        f"the {known} price of {settings.model!r} is given, and no list tells its {missing} price: "
        f"give SUMMARISER_{missing.upper()}_PRICE as well"
    )


def context_of(settings: Settings) -> int | None:
    """Return the context window in tokens that the list knows of the model, or None; a server may be set to a shorter one."""
    listed = _listed(settings)
    return listed.model.context_window if listed else None


def _given(price: float | None) -> Decimal | None:
    if price is None:
        return None
    exact = Decimal(str(price))
    if not exact.is_finite():
        raise SettingsError(f"a price of {price} is no price: give US dollars for a million tokens")
    return exact / _MILLION


def _listed(settings: Settings) -> PriceCalculation | None:
    """Find the model in the list: by the endpoint's address, or else by its name alone, which may begin with a provider."""
    if not settings.model:
        return None
    with suppress(LookupError):
        return calc_price(Usage(), settings.model, provider_api_url=(settings.base_url or OFFICIAL).lower())
    with suppress(LookupError):
        # LiteLLM's way of naming: "openai/gpt-4.1-mini", and without a slash the name alone.
        return calc_price(Usage(), settings.model, provider_id="litellm")
    return None


def _has(listed: PriceCalculation, direction: str) -> bool:
    """Say whether the list has a price for tokens of this direction; an entry without any price is of a model that is free.

    An entry may have prices of other things alone, such as minutes of speech, and would then make tokens free that are not.
    """
    prices = listed.model_price
    return getattr(prices, f"{direction}_mtok") is not None or not any(price is not None for price in vars(prices).values())


def _flat(sent: Decimal, received: Decimal) -> Price:
    def price(input_tokens: int, output_tokens: int, cached_input_tokens: int) -> float:
        return float(sent * max(input_tokens, 0) + received * max(output_tokens, 0))

    return price


def _by_list(listed: PriceCalculation, sent: Decimal | None, received: Decimal | None) -> Price:
    """Return the list's price, tiers included, with the price of either direction replaced by one that is given."""

    def price(input_tokens: int, output_tokens: int, cached_input_tokens: int) -> float:
        # Servers have reported more cached tokens than there were, and the library refuses to count such.
        whole, written = max(input_tokens, 0), max(output_tokens, 0)
        cached = min(max(cached_input_tokens, 0), whole)
        usage = Usage(input_tokens=whole, output_tokens=written, cache_read_tokens=cached)
        listing = listed.model.calc_price(usage, listed.provider)
        total = listing.total_price
        if sent is not None:
            total += sent * whole - listing.input_price
        if received is not None:
            total += received * written - listing.output_price
        return float(total)

    return price
