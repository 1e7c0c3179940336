"""Everything an installation can set, each read from an `OUTREACH_...` variable or from `.env`."""

import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from outreach import addresses
from outreach.whereabouts import known_zones

_P256_KEY = re.compile("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==")  # base64 of SPKI in DER
NEEDS = {
    "email": (("email_address",), ("sendgrid_api_key", "smtp_url")),
    "sms": (("twilio_account_sid",), ("twilio_auth_token",), ("twilio_sender",)),
}
"""What each channel needs before it can really send; of several in one place, any."""
SMTP: dict[str, Literal["starttls", "tls", "none"]] = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
"""How the connection to a mail server is secured, by the scheme of its address."""

_REDIS = ("redis", "rediss", "unix")
_URL_SECRET = re.compile("[A-Za-z0-9_-]{24,}")
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
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Proxies in front, whose word for a caller's network address is taken."
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
    oidc_client_id: str = Field("", description="As what that provider knows this installation.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="The secret that goes with it.")
    oidc_issuer: str = Field("", description="Address of an OpenID Connect provider that people may sign in with.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    twilio_account_sid: str = Field("", pattern="^(AC[0-9a-f]{32})?$", description="Twilio account that calls us.")
    twilio_auth_token: SecretStr = Field(
        SecretStr(""),
        description="Auth tokens of that account (comma between), with which Twilio signs.",
    )
    sendgrid_events_key: str = Field("", description="Verification key of SendGrid's event webhook.")
    sendgrid_inbound_key: str = Field("", description="Verification key of SendGrid's inbound parse webhook.")
    sendgrid_inbound_secret: SecretStr = Field(
        SecretStr(""), description="Instead of that key: a secret at the end of the address that SendGrid calls."
    )
    email_address: str = Field("", description="Address that e-mail is sent from.")
    sendgrid_api_key: SecretStr = Field(SecretStr(""), description="Key with which e-mail is sent by SendGrid.")
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Instead of SendGrid, a mail server: smtp://user:password@host:587, or smtps:// on port 465.",
    )
    twilio_sender: str = Field("", description="What SMS are sent from: a number, a name, or a messaging service.")
    sms_price: float = Field(0.0, ge=0, le=100, description="What one SMS segment costs, to tell what a text costs.")
    currency: str = Field("EUR", pattern="^[A-Z]{3}$", description="Currency of that price.")
    sms_segments_a_second: float = Field(1.0, gt=0, le=1000, description="SMS segments that may leave in a second.")
    calls_at_once: int = Field(10, ge=1, le=100, description="Calls to a provider that one worker makes at once.")
    real_channels: str = Field(
        "",
        description="Channels that really send: email, sms, or both (comma between); empty: all goes to the sandbox.",
    )

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

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, url: str) -> str:
        try:
            known = not url or (urlsplit(url).scheme in _REDIS and urlsplit(url).port != 0)
        except ValueError:  # a port that is no number
            known = False
        if not known:
            raise ValueError("must look like redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket")
        return url

    @field_validator("home_zones")
    @classmethod
    def _known_zones(cls, names: str) -> str:
        for name in _listed(names):
            if name not in known_zones():
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

    @field_validator("oidc_issuer")
    @classmethod
    def _provider(cls, url: str, info: ValidationInfo) -> str:
        parts = urlsplit(url)
        if url and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("must start with https://")
        if url and not (info.data.get("oidc_client_id") and info.data["oidc_client_secret"].get_secret_value()):
            raise ValueError("needs OUTREACH_OIDC_CLIENT_ID and OUTREACH_OIDC_CLIENT_SECRET")
        return url

    @field_validator("public_base_url")
    @classmethod
    def _origin_only(cls, url: str, info: ValidationInfo) -> str:
        if not url:
            return f"http://127.0.0.1:{info.data.get('port')}"
        if not url.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return url.rstrip("/")

    @field_validator("sendgrid_events_key", "sendgrid_inbound_key")
    @classmethod
    def _public_keys(cls, keys: str) -> str:
        if not all(map(_P256_KEY.fullmatch, _listed(keys))):
            raise ValueError("must be the verification key as SendGrid shows it, which begins with MFkwEwYHKoZIzj0C")
        return keys

    @field_validator("sendgrid_inbound_secret")
    @classmethod
    def _hard_to_guess(cls, secrets: SecretStr) -> SecretStr:
        if not all(map(_URL_SECRET.fullmatch, _listed(secrets.get_secret_value()))):
            raise ValueError("must be 24 letters, digits, - or _, or more")
        return secrets

    @field_validator("email_address")
    @classmethod
    def _one_address(cls, address: str) -> str:
        return addresses.email(address) if address else ""

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if url.get_secret_value() and (parts.scheme not in SMTP or not parts.hostname):
            raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
        return url

    @field_validator("real_channels")
    @classmethod
    def _can_send(cls, names: str, info: ValidationInfo) -> str:
        for name in _listed(names):
            if name not in NEEDS:
                raise ValueError(f"{name} is no channel; write email, sms, or both")
            for needed in NEEDS[name]:
                if not any(map(info.data.get, needed)):
                    raise ValueError(f"{name} needs {' or '.join(f'OUTREACH_{one.upper()}' for one in needed)}")
        if names and urlsplit(str(info.data.get("public_base_url"))).scheme != "https":
            raise ValueError("customers need a way back: set OUTREACH_PUBLIC_BASE_URL to an https address")
        return names

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels in use: those that really send, or all of them as long as nothing does."""
        return _listed(self.real_channels) or tuple(NEEDS)

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """The e-mail addresses that are ours: nobody writes to us from one of them."""
        return tuple(filter(None, (self.email_address, self.reply_address)))

    @property
    def twilio_tokens(self) -> tuple[str, ...]:
        """The auth tokens of the account, the primary one first; more than one while they are being changed."""
        return _listed(self.twilio_auth_token.get_secret_value())

    @property
    def sendgrid_events_keys(self) -> tuple[str, ...]:
        return _listed(self.sendgrid_events_key)

    @property
    def sendgrid_inbound_keys(self) -> tuple[str, ...]:
        return _listed(self.sendgrid_inbound_key)

    @property
    def sendgrid_inbound_secrets(self) -> tuple[str, ...]:
        return _listed(self.sendgrid_inbound_secret.get_secret_value())

    @property
    def zones_at_home(self) -> tuple[str, ...]:
        """The zones a customer could be in when nothing about them tells; none: they could be anywhere."""
        return _listed(self.home_zones)

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


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(","))))


def _kept_secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent) as fresh:  # mode 600
            fresh.write(secrets.token_hex(32).encode())
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)  # complete or absent: a second process never reads half a secret
    return path.read_bytes().strip()
