"""An audience, a tree of and, or and not, as one sentence."""

from flask_babel import gettext

from policies.audience import All, AnyOf, Audience, Comparison, Not


def audience(node: Audience) -> str:
    """Whom a policy is for, to be read after "only where"."""
    match node:
        case All(all=parts):
            return str(gettext(" and ")).join(_part(part) for part in parts)
        case AnyOf(any=parts):
            return str(gettext(" or ")).join(_part(part) for part in parts)
        case Not(not_=part):
            return str(gettext("it is not so that %(part)s", part=audience(part)))
        case Comparison():
            return _comparison(node)


def _part(node: Audience) -> str:
    told = audience(node)
    return told if isinstance(node, Comparison) else f"({told})"


def _comparison(node: Comparison) -> str:
    owner, _, name = node.field.partition(".")
    of = {"customer": gettext("the customer's"), "contact": gettext("the contact's")}[owner]
    field = f"{of} {name.replace('_', ' ')}"
    if node.equals is not None:
        return str(gettext("%(field)s is %(value)s", field=field, value=_value(node.equals)))
    if node.one_of is not None:
        return str(gettext("%(field)s is one of %(values)s", field=field, values=", ".join(map(_value, node.one_of))))
    if node.at_least is not None:
        return str(gettext("%(field)s is at least %(value)s", field=field, value=f"{node.at_least:g}"))
    return str(gettext("%(field)s is at most %(value)s", field=field, value=f"{node.at_most:g}"))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    return str(value)
