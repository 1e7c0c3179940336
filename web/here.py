"""What every view may ask for: the runtime of this installation, and one moment for the whole request."""

import getpass

from flask import current_app, g

from outreach.runtime import Runtime

EXTENSION = "outreach"


def runtime() -> Runtime:
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def now() -> int:
    """Epoch seconds, the same for everything one request shows."""
    if "now" not in g:
        g.now = runtime().now()
    moment: int = g.now
    return moment


def is_alone() -> bool:
    """Whether nobody else may publish: as long as there is no sign-in, nobody can be told from anybody else."""
    return True


def somebody() -> str:
    """Who is at the pages. There is no sign-in: whoever runs them, as for the commands."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as containers have
        return "somebody at this computer"
