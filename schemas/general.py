"""The brief of any document: what it is, its main points, and the actions, figures and dates it gives."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from summariser.brief import Brief, Claim, Stated

Label = Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,3}$", max_length=4)]
Words = Annotated[str, Field(min_length=1, max_length=300)]


class Fact(Stated[Annotated[str, Field(max_length=160)]]):
    """A name, date or short phrase, as the text has it."""


class KeyPoint(Claim):
    """One thing that a reader should take away, with whose view it is."""

    label: ClassVar[str] = "point_id"
    point_id: Label = Field(description="P1, P2 ...")
    statement: Words
    speaker: Annotated[str, Field(max_length=120)] | None = Field(
        description="Whose view it is, as the text names them; null if nobody is named."
    )


class ActionPoint(Claim):
    """Something that is to be done, with who and by when if the text says."""

    label: ClassVar[str] = "action_id"
    action_id: Label = Field(description="A1, A2 ...")
    statement: Words
    owner: Fact
    due: Fact


class Figure(Claim):
    """One number with what it measures."""

    label: ClassVar[str] = "figure_id"
    claimed: ClassVar[tuple[str, ...]] = ("value", "measure")
    figure_id: Label = Field(description="N1, N2 ...")
    measure: Annotated[str, Field(min_length=1, max_length=200)]
    value: float
    unit: Annotated[str, Field(max_length=30, description="percent, GBP, or what is counted.")]


class Event(Claim):
    """A date that the text gives, and what happened or will happen then."""

    label: ClassVar[str] = "event_id"
    claimed: ClassVar[tuple[str, ...]] = ("when", "statement")
    event_id: Label = Field(description="E1, E2 ...")
    when: Annotated[str, Field(min_length=1, max_length=60, description="ISO 8601 where the text allows.")]
    statement: Words


class General(Brief):
    """Any document: its form, topics and audience, main points, actions, figures and dates.

    Say only what the text says, and whose view it is. Leave out what you know from elsewhere.
    """

    verbatim: ClassVar[tuple[str, ...]] = ("topics",)
    title: Fact
    document_date: Fact
    audience: Fact = Field(description="For whom it is written, if the text says.")
    document_form: Literal[
        "report", "letter", "minutes", "plan", "news", "opinion", "press_release", "guidance", "web_page", "dataset",
        "other",
    ]  # fmt: skip
    topics: list[Annotated[str, Field(max_length=60)]] = Field(
        max_length=8, description="What it is about, in words that stand in the text."
    )
    key_points: list[KeyPoint] = Field(max_length=20)
    actions: list[ActionPoint] = Field(max_length=40)
    figures: list[Figure] = Field(max_length=40)
    dates: list[Event] = Field(max_length=40)
