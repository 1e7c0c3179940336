"""Which passwords are refused: those that are short, and those that everybody tries first."""

SHORTEST, LONGEST = 8, 200  # characters; 15 or more are advised

_WORDS = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "welcome", "welkom", "wachtwoord", "qwerty", "qwertyuiop", "azerty",
    "letmein", "iloveyou", "sunshine", "princess", "football", "baseball", "basketball", "superman", "batman", "dragon",
    "monkey", "shadow", "master", "michael", "jennifer", "jordan", "charlie", "computer", "internet", "starwars",
    "trustno1", "whatever", "admin", "administrator", "root", "changeme", "secret", "geheim", "hello", "hallo", "test",
    "guest", "login", "abc", "abcdef", "abcdefgh", "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "qazwsx", "1q2w3e4r",
    "1qaz2wsx", "outreach", "feedback", "survey", "enquete", "summer", "winter", "zomer", "amsterdam", "nederland",
    "liverpool", "chelsea", "arsenal", "ajax", "feyenoord", "freedom", "mustang", "corvette", "ferrari", "mercedes",
)  # fmt: skip


class WeakPassword(ValueError):
    """`short`, `long` or `common`."""


def refuse_weak(password: str) -> None:
    """Raises WeakPassword for what is guessed first: a well-known word, with digits or signs behind it, one character
    again and again, or a row of digits."""
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    bare = password.casefold().rstrip("0123456789!?.*#@$ ")
    halves = bare[: len(bare) // 2], bare[len(bare) // 2 :]
    row = any(password in digits for digits in ("01234567890123456789", "98765432109876543210"))
    if bare in _WORDS or not bare or row or len(set(password)) < 4 or (halves[0] == halves[1] and halves[0] in _WORDS):
        raise WeakPassword("common")
