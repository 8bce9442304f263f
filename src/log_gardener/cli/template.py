"""A commented configuration file, written from the settings' own model."""

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from log_gardener.config import Settings
from log_gardener.sections.decisions import DecisionSettings
from log_gardener.sections.priority import PrioritySettings

HEADER = """\
# Settings of Log Gardener. Every line is a default; uncomment what you change.
# The environment wins over this file: LOG_GARDENER_STATE, LOG_GARDENER_PRIORITY__NOVELTY, ...
# The command line wins over both.
"""

FOOTER = """\
# What people decide about the grouping stands behind all this, as [[decisions.merge]] and [[decisions.split]]:
# 'log-gardener issues merge' and 'log-gardener issues split' write it.
"""


def make_template() -> str:
    """The file's text."""
    lines = [HEADER]
    for name, field in Settings.model_fields.items():
        if not isinstance(field.default, BaseModel):
            lines.append(_spell(name, field))
    lines += ["# The priority table: a score is the sum of its parts.\n# [priority]\n"]
    tables = {name: field for name, field in PrioritySettings.model_fields.items() if isinstance(field.default, dict)}
    lines += [_spell(name, field) for name, field in PrioritySettings.model_fields.items() if name not in tables]
    for name, field in tables.items():
        rows = "".join(f'# "{key}" = {value}\n' for key, value in field.default.items())
        lines.append(f"# {field.description}\n# [priority.{name}]\n{rows}")
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, BaseModel) and not isinstance(field.default, PrioritySettings | DecisionSettings):
            lines.append(f"# {field.description}\n# [{name}]\n")
            lines += [_spell(*row) for row in type(field.default).model_fields.items()]
    return "\n".join([*lines, FOOTER])


def _spell(name: str, field: FieldInfo) -> str:
    # A secret's default is no secret, and spelt so that uncommenting the line changes nothing.
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    # TOML spells truth values as JSON does.
    value = f'"{default}"' if isinstance(default, str) else str(default).lower()
    return f"# {field.description}\n# {name} = {value}\n"
