"""Ready-made policies, and the default guard."""

from importlib.resources import files

from policies.policy import Guard, Policy

NAMES = ("after-valuable-contact", "relationship", "after-support-call", "business-accounts", "something-useful")


def text(name: str) -> str:
    """The TOML of a ready-made policy, or of `guard`, with its comments."""
    return files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def policy(name: str) -> Policy:
    return Policy.from_toml(text(name))


def guard() -> Guard:
    return Guard.from_toml(text("guard"))
