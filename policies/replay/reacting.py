"""What made-up customers do with a message, as functions on plain numbers: rehearsals call them, replays compile them.

`engagement`, `chance` and `mood` are draws in [0, 1); `number` counts a customer's messages of one class from 1.
"""

NOTHING, USED, ANSWERED, NOT_NOW, STOPPED, SAID = 0, 1, 2, 3, 4, 5
SCORES = (0.02, 0.03, 0.05, 0.07, 0.09, 0.13, 0.19, 0.31, 0.55, 0.76)
"""Score s is given from the bound of s - 1 up to, not including, the bound of s; 10 from the last bound on."""
STOPS, DECLINES = 0.02, 0.03
CONTENT_DELAY = (600, 3 * 86_400)  # seconds, shortest and longest
ANSWER_DELAY = (120, 2 * 86_400)


def uses(engagement: float, chance: float) -> int:
    return USED if chance < 0.25 + 0.5 * engagement else NOTHING


def says_more(engagement: float, chance: float) -> int:
    return SAID if chance < 0.2 + 0.5 * engagement else NOTHING


def replies(number: int, engagement: float, chance: float) -> int:
    answers = (0.15 + 0.4 * engagement) * 0.9 ** (number - 1.0)
    if chance < STOPS:
        return STOPPED
    if chance < STOPS + DECLINES:
        return NOT_NOW
    return ANSWERED if chance < STOPS + DECLINES + answers else NOTHING


def score(mood: float, moment: float) -> int:
    given, drawn = 0, 0.7 * mood + 0.3 * moment
    while given < len(SCORES) and SCORES[given] <= drawn:
        given += 1
    return given


def between(shortest: float, longest: float, chance: float) -> int:
    """Whole seconds, even on a logarithmic scale."""
    return int(shortest * (longest / shortest) ** chance)
