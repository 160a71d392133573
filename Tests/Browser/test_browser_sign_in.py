"""Signing in and out, registration, a forgotten password."""

import pytest
from visitor import phone

WRONG = "not the password"


@pytest.mark.any_hand
class TestBrowserSignIn:
    def test_by_password(self, visitor, subscriber):
        msisdn, password = subscriber
        visitor.open("/")
        assert visitor.path == "/sign-in"

        # People write a number as they like.
        visitor.fill("msisdn", f"8 ({msisdn[1:4]}) {msisdn[4:7]}-{msisdn[7:9]}-{msisdn[9:]}")
        visitor.fill("password", password)
        visitor.submit("/sign-in")

        assert visitor.path == "/"
        assert visitor.shown == msisdn
        assert phone(msisdn) in visitor.text

    def test_by_code(self, visitor, subscriber, operator):
        msisdn, _ = subscriber
        visitor.open("/sign-in")
        visitor.follow("/sign-in/code")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/sign-in/code")
        assert visitor.path == "/sign-in/code/confirm"

        code = operator.code(msisdn)
        visitor.fill("code", f"{code[:3]} {code[3:]}")
        visitor.submit("/sign-in/code/confirm")

        assert visitor.path == "/"
        assert visitor.shown == msisdn

    def test_register(self, visitor, operator, time):
        msisdn = operator.activate("moy-razgovor", money=300)
        visitor.open("/sign-in")
        visitor.follow("/register")
        visitor.fill("msisdn", msisdn)
        visitor.choose("region", "spb")
        visitor.submit("/register")
        assert visitor.path == "/register/confirm"

        visitor.fill("code", operator.code(msisdn))
        visitor.fill("password", "meadow kettle harbour")
        visitor.submit("/register/confirm")

        assert visitor.path == "/"
        assert visitor.shown == msisdn
        assert visitor.notice
        assert operator.call("ACCOUNT", msisdn)["registered"] == "1"

    def test_recover(self, visitor, subscriber, operator):
        msisdn, password = subscriber
        elsewhere = operator.session(msisdn, password)
        visitor.open("/sign-in")
        visitor.follow("/recover")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/recover")

        visitor.fill("code", operator.code(msisdn))
        visitor.fill("password", "another meadow kettle")
        visitor.submit("/recover/confirm")

        assert visitor.path == "/"
        assert visitor.notice
        sessions = operator.call("SESSIONS", msisdn).rows
        assert len(sessions) == 1, "the former sessions have ended"
        assert elsewhere
        operator.session(msisdn, "another meadow kettle")

    def test_sign_out(self, signed_in, operator):
        visitor = signed_in
        visitor.submit("/sign-out")

        assert visitor.path == "/sign-in"
        assert visitor.notice
        assert operator.call("SESSIONS", visitor.msisdn).rows == []
        visitor.open("/")
        assert visitor.path == "/sign-in"


class TestBrowserPush:
    @pytest.mark.with_and_without_script
    def test_the_page_moves_on_when_the_phone_answers(self, visitor, subscriber, operator):
        msisdn, _ = subscriber
        visitor.open("/sign-in")
        visitor.follow("/sign-in/push")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/sign-in/push")
        assert visitor.path == "/sign-in/push/wait"

        operator.answer_push(msisdn)

        # The visitor presses nothing: the script asks, or the browser loads the page again.
        visitor.page.wait_for_url("**/")
        assert visitor.shown == msisdn

    @pytest.mark.with_and_without_script
    def test_another_answer_refuses(self, visitor, subscriber, operator):
        msisdn, _ = subscriber
        visitor.open("/sign-in/push")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/sign-in/push")

        operator.answer_push(msisdn, "2")

        visitor.page.wait_for_url(lambda address: not address.endswith("/wait"))
        assert visitor.path == "/sign-in"
        assert visitor.problem
        assert not visitor.has(".switcher")


    @pytest.mark.with_and_without_script
    def test_the_answer_returns_to_the_page_that_was_asked_for(self, visitor, subscriber, operator):
        msisdn, _ = subscriber
        visitor.open("/tariffs")
        visitor.open("/sign-in/push")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/sign-in/push")
        operator.answer_push(msisdn)

        visitor.page.wait_for_selector(".switcher")
        assert visitor.path == "/tariffs"


class TestBrowserSignInRefused:
    """A refused form says what is wrong, in a summary that gets the focus, and beside the field."""

    def expect_error(self, visitor, field):
        assert visitor.has(".errors a[href]") or visitor.has(".errors li")
        if field:
            assert visitor.has(f'.errors a[href="#{field}"]')
            assert visitor.page.locator(f"#{field}").get_attribute("aria-invalid") == "true"
            described = visitor.page.locator(f"#{field}").get_attribute("aria-describedby").split()
            assert f"{field}-error" in described
        if visitor.has_script:
            assert visitor.page.locator(".errors").evaluate("element => element === document.activeElement")
        assert visitor.page.title().startswith("Ошибка: ")

    def test_an_empty_form(self, visitor, time):
        visitor.open("/sign-in")
        visitor.submit("/sign-in")

        self.expect_error(visitor, "msisdn")
        self.expect_error(visitor, "password")
        visitor.page.locator('.errors a[href="#msisdn"]').click()
        assert visitor.page.locator("#msisdn").evaluate("element => element === document.activeElement")

    def test_a_wrong_password(self, visitor, subscriber):
        msisdn, password = subscriber
        visitor.open("/sign-in")
        visitor.fill("msisdn", msisdn)
        visitor.fill("password", WRONG)
        visitor.submit("/sign-in")

        assert visitor.path == "/sign-in"
        self.expect_error(visitor, None)
        assert visitor.page.locator("[name=msisdn]").input_value() == msisdn
        assert visitor.page.locator("[name=password]").input_value() == ""
        assert WRONG not in visitor.page.content()

        visitor.fill("password", password)
        visitor.submit("/sign-in")
        assert visitor.shown == msisdn

    def test_an_unknown_number_gets_the_same_words(self, visitor, subscriber):
        words = []
        for number in (subscriber[0], "79990000000"):
            visitor.open("/sign-in")
            visitor.fill("msisdn", number)
            visitor.fill("password", WRONG)
            visitor.submit("/sign-in")
            words.append(visitor.text_of(".errors"))
        assert words[0] == words[1] != ""

    def test_a_wrong_code_and_then_the_right_one(self, visitor, subscriber, operator):
        msisdn, _ = subscriber
        visitor.open("/sign-in/code")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/sign-in/code")
        code = operator.code(msisdn)
        visitor.fill("code", f"{(int(code) + 1) % 1_000_000:06}")
        visitor.submit("/sign-in/code/confirm")
        self.expect_error(visitor, "code")

        visitor.fill("code", code)
        visitor.submit("/sign-in/code/confirm")
        assert visitor.shown == msisdn

    def test_a_number_without_a_cabinet_sees_the_page_for_codes_too(self, visitor, operator, time):
        msisdn = operator.activate()
        visitor.open("/sign-in/code")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/sign-in/code")

        assert visitor.path == "/sign-in/code/confirm"
        assert not [row for row in operator.messages(msisdn) if row.get("purpose") == "sign_in"]

    def test_a_weak_password_leaves_the_code_good(self, visitor, operator, time):
        msisdn = operator.activate()
        visitor.open("/register")
        visitor.fill("msisdn", msisdn)
        visitor.choose("region", "msk")
        visitor.submit("/register")
        code = operator.code(msisdn)
        visitor.fill("code", code)
        visitor.fill("password", "12345678")
        visitor.submit("/register/confirm")
        self.expect_error(visitor, "password")

        visitor.fill("code", code)
        visitor.fill("password", "meadow kettle harbour")
        visitor.submit("/register/confirm")
        assert visitor.shown == msisdn

    @pytest.mark.no_script_only
    def test_a_code_is_sent_again(self, visitor, subscriber, operator):
        msisdn, _ = subscriber
        visitor.open("/sign-in/code")
        visitor.fill("msisdn", msisdn)
        visitor.submit("/sign-in/code")
        sent = len(operator.messages(msisdn))

        visitor.submit("/sign-in/code/confirm/again")
        assert visitor.has(".errors") or visitor.problem, "a minute must pass first"
        operator.wait(61)
        visitor.submit("/sign-in/code/confirm/again")

        assert visitor.notice
        assert len(operator.messages(msisdn)) == sent + 1
        visitor.fill("code", operator.code(msisdn))
        visitor.submit("/sign-in/code/confirm")
        assert visitor.shown == msisdn

    def test_a_confirmation_without_a_request(self, visitor, time):
        for path in ("/sign-in/code/confirm", "/register/confirm", "/recover/confirm"):
            visitor.open(path)
            assert not visitor.has("main form[method=post]")
            assert visitor.has('main a[href="/sign-in"]')


class TestBrowserLanguage:
    @pytest.mark.any_hand
    def test_before_sign_in(self, visitor, time):
        visitor.open("/register")
        assert visitor.page.locator("html").get_attribute("lang") == "ru"

        visitor.press("button[name=language][value=en]")

        assert visitor.path == "/register"
        assert visitor.page.locator("html").get_attribute("lang") == "en"
        visitor.open("/sign-in")
        assert visitor.page.locator("html").get_attribute("lang") == "en"

    def test_the_profile_keeps_it(self, signed_in, operator):
        signed_in.press("button[name=language][value=en]")

        assert signed_in.path == "/"
        assert signed_in.page.locator("html").get_attribute("lang") == "en"
        assert operator.call("PROFILE", signed_in.msisdn)["language"] == "en"


class TestBrowserSignInAgain:
    def test_an_ended_session_returns_to_the_page(self, signed_in, operator):
        operator.call("SESSION.END", signed_in.msisdn, "all")

        signed_in.open("/expenses?month=2026-10")
        assert signed_in.path == "/sign-in"
        assert signed_in.problem
        signed_in.fill("msisdn", signed_in.msisdn)
        signed_in.fill("password", signed_in.password)
        signed_in.submit("/sign-in")

        assert signed_in.path == "/expenses?month=2026-10"

    def test_a_visitor_who_is_not_signed_in_returns_to_the_page(self, visitor, subscriber):
        visitor.open("/options")
        assert visitor.path == "/sign-in"
        visitor.fill("msisdn", subscriber[0])
        visitor.fill("password", subscriber[1])
        visitor.submit("/sign-in")
        assert visitor.path == "/options"

    def test_back_after_sign_out_shows_nothing(self, signed_in):
        number = phone(signed_in.msisdn)
        assert number in signed_in.text
        signed_in.submit("/sign-out")

        signed_in.page.go_back()

        signed_in.page.wait_for_load_state()
        assert number not in signed_in.page.content()
        assert not signed_in.has(".switcher")
