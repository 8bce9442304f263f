"""What is a secret beside what is known, and what is none."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from log_gardener.model.redaction import RedactionRule
from log_gardener.sections.patterns import check_allowed, check_kind, check_pattern


class RuleSettings(BaseModel):
    """A redaction rule of your own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(check_kind)] = Field(description="The kind of secret; it is in the marks.")
    pattern: Annotated[str, AfterValidator(check_pattern)] = Field(
        description="A regular expression; its group s, if there is one, is the secret."
    )
    keywords: list[str] = Field([], description="One of them must occur in a text, in any case; none is always.")
    entropy: float = Field(0.0, ge=0, le=8, description="Least bits of entropy a character.")
    reason: str = Field("", description="Why, for whoever reads it later.")

    def to_rule(self) -> RedactionRule:
        """The rule."""
        return RedactionRule(self.name, self.pattern, tuple(self.keywords), self.entropy, self.reason)


class RedactionSettings(BaseModel):
    """What is a secret beside what is known, and what is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: list[RuleSettings] = Field([], description="Rules of your own, as [[redaction.rules]].")
    allowed: list[Annotated[str, AfterValidator(check_allowed)]] = Field(
        [], description="Regular expressions: what one of them matches as a whole is no secret."
    )

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        names = [rule.name for rule in self.rules]
        for number, name in enumerate(names):
            if name in names[:number]:
                msg = f"rules {names.index(name)} and {number} are both named {name!r}"
                raise ValueError(msg)
        return self

    def to_rules(self) -> tuple[RedactionRule, ...]:
        """The rules."""
        return tuple(rule.to_rule() for rule in self.rules)
