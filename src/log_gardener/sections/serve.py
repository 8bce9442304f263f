"""The live page: where it is served, and who may look."""

import os

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from log_gardener.sections.duration import Duration

TOKEN_VARIABLE = "LOG_GARDENER_SERVE_TOKEN"  # noqa: S105 - where the token stands, not the token


class ServeSettings(BaseModel):
    """The live page: where it is served, and who may look."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="The address to listen at; other than this machine's it needs a guard.")
    port: int = Field(8750, ge=0, le=65_535, description="The port to listen at; 0 for any that is free.")
    hosts: list[str] = Field([], description="Names under which it may be asked for, beside those of this machine.")
    token: SecretStr = Field(
        SecretStr(""), description=f"Who knows it may look and decide; also in the variable {TOKEN_VARIABLE}."
    )
    session: Duration = Field("12h", description="How long a log-in lasts.")
    trusted_header: str = Field(
        "", description="In which a proxy tells, signed, who asks: X-Goog-IAP-JWT-Assertion of Identity-Aware Proxy."
    )
    iap_audience: str = Field("", description="For whom Identity-Aware Proxy signs: /projects/NUMBER/...")
    iap_keys: str = Field(
        "https://www.gstatic.com/iap/verify/public_key", description="Where Identity-Aware Proxy's public keys are."
    )

    def find_token(self) -> str:
        """The token, of the settings or of the variable."""
        return self.token.get_secret_value() or os.environ.get(TOKEN_VARIABLE, "")
