"""What every view may ask for: the runtime of this installation, who is there, and one moment for the whole request."""

import getpass

from flask import current_app, g, session

from outreach import users
from outreach.lifecycle import Role
from outreach.runtime import Runtime
from outreach.users import Somebody

EXTENSION = "outreach"
SIGNED_IN = "signed_in"
"""Where the cookie keeps the secret of a sign-in."""


def runtime() -> Runtime:
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def now() -> int:
    """Epoch seconds, the same for everything one request shows."""
    if "now" not in g:
        g.now = runtime().now()
    moment: int = g.now
    return moment


def signed_in() -> Somebody | None:
    """Who has signed in; looked up once a request."""
    if "signed_in" not in g:
        g.signed_in = users.who(runtime(), session.get(SIGNED_IN))
    somebody: Somebody | None = g.signed_in
    return somebody


def is_sign_in_wanted() -> bool:
    """From the first password on; before, the pages answer on this computer only, to whoever is at it."""
    return users.is_anybody(runtime())


def is_anybody_known() -> bool:
    return bool(users.users(runtime()))


def may(needed: Role) -> bool:
    """Whether whoever is there may do what asks for this role."""
    me = signed_in()
    return me is None or me.role.may(needed)


def is_alone() -> bool:
    """Whether nobody else may publish: nobody can be told from anybody else, or no other user has the role."""
    me = signed_in()
    others = [one for one in users.users(runtime()) if me is not None and one.id != me.id]
    return not any(one.is_in and not one.disabled and one.role.may(Role.APPROVER) for one in others)


def somebody() -> str:
    """Who is at the pages: their name or, where nobody signs in, whoever runs them, as for the commands."""
    me = signed_in()
    if me is not None:
        return me.name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as containers have
        return "somebody at this computer"
