"""The first page: this week in a sentence, what waits, the weeks, and why people were left in peace."""

from flask import Blueprint, render_template

from outreach.reports.overview import overview
from web import here
from web.weeks import WeeksPicture

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
def show() -> str:
    found = overview(here.runtime())
    return render_template("overview.html", found=found, weeks=WeeksPicture.of(found.weeks))
