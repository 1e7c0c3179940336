"""Everything an installation can set, each read from an `OUTREACH_...` variable or from `.env`."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_LONGEST_LOCAL = 24  # characters; with a plus and a tag of 39 they are the 64 that an address may have before its @


class Settings(BaseSettings):
    """The settings of one installation. A wrong value is refused here, when a process starts, never later."""

    model_config = SettingsConfigDict(env_prefix="OUTREACH_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field("sqlite:///outreach.db", description="SQLite file or PostgreSQL that keeps everything.")
    redis_url: str = Field("", description="Redis or Valkey that wakes the workers; empty uses the embedded one.")
    data_dir: Path = Field(Path(".outreach"), description="Folder for the secret and the embedded Redis.")
    secret: SecretStr = Field(SecretStr(""), description="Key for links and addresses; empty: kept in data_dir.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on.")
    public_base_url: str = Field(
        "", validate_default=True, description="Address at which customers reach the pages; empty: this computer only."
    )
    sender_name: str = Field("Outreach", min_length=1, description="Name customers see as the sender.")
    reply_address: str = Field("", description="E-mail address that takes answers, each with a tag; empty: none does.")
    default_language: str = Field("en", description="Language for customers whose language is unknown.")
    default_country: str = Field("NL", pattern="^[A-Z]{2}$", description="Country of phone numbers without a +.")
    home_zones: str = Field(
        "",
        description="Time zones (comma between) of customers whose zone nothing tells; empty: they are not written to.",
    )
    raw_retention_days: int = Field(
        30, ge=1, le=3650, description="Days for which what came in is kept as it came; what was understood stays."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        if scheme in ("postgres", "postgresql"):
            scheme = "postgresql+psycopg"
        if not separator or scheme not in ("sqlite", "postgresql+psycopg"):
            raise ValueError("must start with sqlite:/// or postgresql://")
        if scheme == "sqlite" and rest.strip("/") in ("", ":memory:"):
            raise ValueError("needs a file: sqlite:///outreach.db")
        return f"{scheme}://{rest}"

    @field_validator("home_zones")
    @classmethod
    def _known_zones(cls, names: str) -> str:
        for name in filter(None, map(str.strip, names.split(","))):
            if name not in available_timezones():
                raise ValueError(f"{name} is not a time zone; write it like Europe/Amsterdam")
        return names

    @field_validator("reply_address")
    @classmethod
    def _room_for_a_tag(cls, address: str) -> str:
        if not address:
            return ""
        from outreach import addresses  # takes a while to load, and most processes never need it

        try:
            address = addresses.email(address)
        except addresses.AddressRefused as problem:
            raise ValueError(str(problem)) from None
        local = address.rpartition("@")[0]
        if "+" in local or len(local) > _LONGEST_LOCAL:
            raise ValueError(f"needs at most {_LONGEST_LOCAL} characters before the @, and no +: a tag is put there")
        return address

    @field_validator("public_base_url")
    @classmethod
    def _origin_only(cls, url: str, info: ValidationInfo) -> str:
        if not url:
            return f"http://127.0.0.1:{info.data.get('port')}"
        if not url.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return url.rstrip("/")

    @property
    def zones_at_home(self) -> tuple[str, ...]:
        """The zones a customer could be in when nothing about them tells; none: they could be anywhere."""
        return tuple(filter(None, map(str.strip, self.home_zones.split(","))))

    @property
    def doorbell_url(self) -> str:
        """The Redis to ring: the one that is set, else the embedded one in the data folder."""
        return self.redis_url or f"unix://{self.data_dir.resolve() / 'valkey.sock'}"

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose ('addresses', 'links', ...), the same in every process of this installation."""
        return hmac.digest(self._secret(), purpose.encode(), hashlib.sha256)

    def _secret(self) -> bytes:
        given = self.secret.get_secret_value()
        return given.encode() if given else _kept_secret(self.data_dir / "secret")


def _kept_secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent) as fresh:  # mode 600
            fresh.write(secrets.token_hex(32).encode())
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)  # complete or absent: a second process never reads half a secret
    return path.read_bytes().strip()
