"""The page a link in a message leads to."""

from flask.testing import FlaskClient

from outreach.reports.gifts import Gift, gift
from tests.web.addresses import gift_tokens
from tests.web.conftest import Contents
from tests.web.seed import Company


def gifts(company: Company) -> dict[str, Gift]:
    return {token: found for token in gift_tokens(company) if (found := gift(company.runtime, token))}


def test_the_page_shows_the_piece_and_where_its_button_leads(company: Company, client: FlaskClient) -> None:
    token, given = next((t, g) for t, g in gifts(company).items() if g.language == "en" and g.title)
    page = client.get(f"/c/{token}").text
    assert given.title in page
    assert given.text.splitlines()[0] in page
    assert "This leads to" in page


def test_the_text_shown_holds_no_link_and_no_words_about_stopping(company: Company) -> None:
    for given in gifts(company).values():
        assert "/c/" not in given.text
        assert "STOP" not in given.text


def test_the_button_records_the_use_once_and_leads_on(company: Company, client: FlaskClient) -> None:
    token, given = next(iter(gifts(company).items()))
    answer = client.post(f"/c/{token}")
    assert (answer.status_code, answer.location) == (303, given.leads_to)
    company.now += 3600
    before = Contents.of(company)
    assert client.post(f"/c/{token}").location == given.leads_to
    assert Contents.of(company) == before


def test_the_page_speaks_the_language_of_the_message(company: Company, client: FlaskClient) -> None:
    for token, given in gifts(company).items():
        page = client.get(f"/c/{token}", headers={"Accept-Language": "nl" if given.language == "en" else "en"}).text
        assert f'<html lang="{given.language}">' in page


def test_a_link_that_is_not_ours_leads_nowhere_whichever_way(company: Company, client: FlaskClient) -> None:
    real = gift_tokens(company)[0]
    before = Contents.of(company)
    for token in (real[:-1], real + "x", real.swapcase(), "0", "%00", "a" * 5000, "../../etc/passwd"):
        assert client.get(f"/c/{token}").status_code == 404
        assert client.post(f"/c/{token}").status_code == 404
    assert Contents.of(company) == before


def test_the_page_tells_nothing_about_the_customer(company: Company, client: FlaskClient) -> None:
    for token in gifts(company):
        page = client.get(f"/c/{token}").text
        assert "C-10" not in page
        assert "@example.com" not in page
