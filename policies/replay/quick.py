"""The arithmetic of the rules and what made-up customers do, compiled from the same source where Numba is there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies import arithmetic as quick
    from policies.replay import reacting as customers
else:
    from policies import arithmetic
    from policies.replay import reacting
    from policies.replay.compiling import compiled_copy

    quick = compiled_copy(arithmetic)
    customers = compiled_copy(reacting)

__all__ = ["customers", "quick"]
