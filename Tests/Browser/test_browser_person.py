"""The profile, consents, the list of stored data, and erasure."""

import json

import pytest
from staff import Refused


@pytest.mark.any_hand
class TestBrowserProfile:
    def test_edit(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/profile")
        visitor.press('main a[href^="/profile/edit"]')
        visitor.fill("name", "Анна Андреевна")
        visitor.fill("email", "anna@example.org")
        visitor.choose("region", "spb")
        visitor.submit("/profile/edit")

        assert visitor.path == "/profile"
        assert visitor.notice
        assert "Анна Андреевна" in visitor.text
        profile = operator.call("PROFILE", visitor.msisdn)
        assert (profile["name"], profile["email"], profile["region"]) == ("Анна Андреевна", "anna@example.org", "spb")

    def test_a_consent_is_given_and_withdrawn(self, signed_in, operator):
        visitor = signed_in
        for granted in ("1", "0"):
            visitor.open("/profile/consents")
            visitor.tick("input[value=advertising]")
            visitor.submit("/profile/consents")
            assert visitor.notice
            rows = operator.call("PROFILE", visitor.msisdn).rows
            assert [row["granted"] for row in rows if row["consent"] == "advertising"] == [granted]


@pytest.mark.any_hand
class TestBrowserEmail:
    def test_it_is_confirmed_with_the_code_of_the_letter(self, signed_in, operator):
        visitor = signed_in
        operator.call("PROFILE.SET", visitor.msisdn, email="anna@example.org")
        visitor.open("/profile")
        visitor.submit("/profile/email/code")
        assert visitor.path == "/profile/email/confirm"
        assert "anna@example.org" in visitor.text
        letter = operator.mail(visitor.msisdn, "email_code")[-1]
        assert letter["email"] == "anna@example.org"
        visitor.fill("code", letter["code"])
        visitor.submit("/profile/email/confirm")

        assert visitor.path == "/profile"
        assert visitor.notice
        assert not visitor.has('form[action="/profile/email/code"]')
        assert operator.call("PROFILE", visitor.msisdn)["email_confirmed"] == "1"


class TestBrowserEmailRefused:
    def test_a_wrong_code(self, signed_in, operator):
        operator.call("PROFILE.SET", signed_in.msisdn, email="anna@example.org")
        signed_in.open("/profile")
        signed_in.submit("/profile/email/code")
        code = operator.mail(signed_in.msisdn, "email_code")[-1]["code"]
        signed_in.fill("code", f"{(int(code) + 1) % 1_000_000:06}")
        signed_in.submit("/profile/email/confirm")

        assert signed_in.has('.errors a[href="#code"]')
        assert operator.call("PROFILE", signed_in.msisdn)["email_confirmed"] == "0"

    def test_a_second_code_at_once(self, signed_in, operator):
        operator.call("PROFILE.SET", signed_in.msisdn, email="anna@example.org")
        operator.call("EMAIL.CODE", signed_in.msisdn)
        signed_in.open("/profile")
        signed_in.submit("/profile/email/code")

        assert signed_in.path == "/profile"
        assert signed_in.problem


class TestBrowserProfileRefused:
    def test_an_address_that_is_none(self, signed_in, operator):
        signed_in.open("/profile/edit")
        signed_in.fill("name", "Анна")
        signed_in.fill("email", "anna")
        signed_in.submit("/profile/edit")

        assert signed_in.has('.errors a[href="#email"]')
        assert signed_in.page.locator("main [name=name]").input_value() == "Анна"
        assert operator.call("PROFILE", signed_in.msisdn)["name"] == ""


class TestBrowserPrivacy:
    def test_the_list_and_its_file(self, signed_in, operator):
        operator.call("PROFILE.SET", signed_in.msisdn, name="Анна Андреевна")
        signed_in.open("/privacy")
        assert "Анна Андреевна" in signed_in.text
        name, data = signed_in.download('main a[href="/privacy.json"]')

        assert name.endswith(".json")
        assert "Анна Андреевна" in json.dumps(json.loads(data), ensure_ascii=False)
        assert signed_in.msisdn[1:] not in name


@pytest.mark.any_hand
class TestBrowserErasure:
    def test_it_ends_the_cabinet(self, signed_in, operator):
        visitor = signed_in
        operator.call("PROFILE.SET", visitor.msisdn, name="Анна Андреевна")
        visitor.open("/erase")
        visitor.fill("reauth", visitor.password)
        visitor.tick("[name=sure]")
        visitor.submit("/erase")

        assert not visitor.has(".switcher")
        assert visitor.notice
        assert operator.call("ACCOUNT", visitor.msisdn)["registered"] == "0"
        with pytest.raises(Refused):
            operator.session(visitor.msisdn, visitor.password)
        visitor.open("/")
        assert visitor.path == "/sign-in"


class TestBrowserErasureRefused:
    def test_a_wrong_password_erases_nothing(self, signed_in, operator):
        signed_in.open("/erase")
        signed_in.fill("reauth", "not the password")
        signed_in.tick("[name=sure]")
        signed_in.submit("/erase")

        assert signed_in.has(".errors")
        assert operator.call("ACCOUNT", signed_in.msisdn)["registered"] == "1"
