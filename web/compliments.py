"""The page for compliments, at an address anybody may know. What is written there waits for a person."""

from flask import Blueprint, Response, request

from outreach import page_replies
from outreach.page_forms import Compliment
from web import here, public

blueprint = Blueprint("compliments", __name__, url_prefix="/compliments")

TRAP = "address_line_3"
"""A field that people do not see; what fills it in is a program."""
LONGEST_NAME = 200


@blueprint.get("")
def show() -> Response:
    public.speak()
    return public.page("compliments.html", trap=TRAP, thanked="thanked" in request.args)


@blueprint.post("")
def tell() -> Response:
    public.speak()
    public.hold_back("address", request.remote_addr or "")
    public.hold_back("everybody", "")
    text, key, trapped = public.written("text"), public.written("key"), public.written(TRAP)
    name, email = public.written("name") or "", public.written("email") or ""
    if not text or key is None or len(name) > LONGEST_NAME or len(email) > LONGEST_NAME:
        return public.page("compliments.html", 400, trap=TRAP, text=text, name=name, email=email, problem=True)
    if trapped == "":
        page_replies.keep(here.runtime(), Compliment(text, name, email), key)
    return public.back("compliments.show", thanked=1)
