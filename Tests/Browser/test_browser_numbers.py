"""Numbers that the own number manages, and the list of them at the head of every page."""

import pytest
from pages import NAVIGATION
from visitor import phone


@pytest.fixture
def other(operator, time):
    """A number of the family, with a cabinet of its own."""
    return operator.activate("moy-razgovor", money=700)


def add(visitor, operator, other, reauth):
    visitor.open("/numbers")
    visitor.follow("/numbers/add")
    visitor.fill("msisdn", other)
    visitor.fill("reauth", reauth)
    visitor.submit("/numbers/add")
    assert visitor.path == "/numbers/confirm"
    visitor.fill("code", operator.code(other))
    visitor.submit("/numbers/confirm")


@pytest.mark.any_hand
class TestBrowserNumbers:
    def test_add_switch_and_unlink(self, signed_in, operator, other):
        visitor = signed_in
        add(visitor, operator, other, visitor.password)
        assert visitor.path == "/numbers"
        assert visitor.notice
        assert phone(other) in visitor.text
        assert [row["msisdn"] for row in operator.call("LINKS", visitor.msisdn).rows] == [other]

        visitor.switch_to(other)
        assert visitor.shown == other
        assert visitor.path == "/"
        assert phone(other) in visitor.text

        visitor.open("/numbers")
        visitor.submit("/numbers/remove/choose")
        assert visitor.path == "/numbers/remove"
        visitor.fill("reauth", visitor.password)
        visitor.submit("/numbers/remove")

        assert visitor.path == "/numbers"
        assert visitor.notice
        assert visitor.shown == visitor.msisdn
        assert operator.call("LINKS", visitor.msisdn).rows == []

    def test_a_code_instead_of_the_password(self, signed_in, operator, other):
        visitor = signed_in
        visitor.open("/numbers/add")
        visitor.fill("msisdn", other)
        visitor.press('main button[formaction="/reauth-code"]')
        assert visitor.path == "/numbers/add"
        assert visitor.notice
        # What was filled in is still there.
        assert visitor.page.locator("main [name=msisdn]").input_value() == other

        visitor.fill("reauth", operator.code(visitor.msisdn))
        visitor.submit("/numbers/add")
        visitor.fill("code", operator.code(other))
        visitor.submit("/numbers/confirm")

        assert visitor.notice
        assert [row["msisdn"] for row in operator.call("LINKS", visitor.msisdn).rows] == [other]


class TestBrowserNumbersRefused:
    def test_a_wrong_password(self, signed_in, operator, other):
        signed_in.open("/numbers/add")
        signed_in.fill("msisdn", other)
        signed_in.fill("reauth", "not the password")
        signed_in.submit("/numbers/add")

        assert signed_in.has('.errors a[href="#reauth"]')
        assert signed_in.page.locator("main [name=msisdn]").input_value() == other
        assert signed_in.page.locator("main [name=reauth]").input_value() == ""
        assert operator.messages(other) == []

    def test_a_wrong_code(self, signed_in, operator, other):
        signed_in.open("/numbers/add")
        signed_in.fill("msisdn", other)
        signed_in.fill("reauth", signed_in.password)
        signed_in.submit("/numbers/add")
        signed_in.fill("code", f"{(int(operator.code(other)) + 1) % 1_000_000:06}")
        signed_in.submit("/numbers/confirm")

        assert signed_in.has('.errors a[href="#code"]')
        assert operator.call("LINKS", signed_in.msisdn).rows == []

    def test_a_link_that_the_other_side_ended(self, signed_in, operator, other):
        operator.link(signed_in.msisdn, signed_in.password, other)
        password = operator.register(other)
        signed_in.submit("/sign-out")
        signed_in.sign_in(signed_in.msisdn, signed_in.password)
        signed_in.switch_to(other)
        operator.call("LINK.REMOVE", signed_in.msisdn, session=operator.session(other, password), reauth=password)

        signed_in.open("/tariffs")
        assert signed_in.has(".banner.bad")
        assert signed_in.shown == signed_in.msisdn


class TestBrowserSwitcher:
    def test_every_page_shows_the_number_and_the_list(self, visitor, people):
        visitor.sign_in(people.anna, people.passwords[people.anna])
        visitor.switch_to(people.grandma)
        for path in NAVIGATION:
            visitor.open(path)
            assert visitor.has(f'.switcher button[value="{people.anna}"]'), path
            assert visitor.has(f'.switcher button[value="{people.grandma}"]'), path
            assert visitor.shown == people.grandma, path
            assert visitor.page.locator(".nav a[aria-current=page]").get_attribute("href") == path

    def test_a_number_that_is_not_linked_cannot_be_shown(self, visitor, people):
        visitor.sign_in(people.anna, people.passwords[people.anna])
        form = visitor.form(".switcher form")
        visitor.post("/numbers/switch", {**form, "shown": people.boris})
        visitor.open("/")
        assert visitor.shown == people.anna
        assert phone(people.boris) not in visitor.page.content()
