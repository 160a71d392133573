"""The tariff, its suspension, options and paid subscriptions."""

import datetime

import pytest


@pytest.mark.any_hand
class TestBrowserTariff:
    def test_change_behind_the_check_page(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/tariffs")
        visitor.follow("/tariffs/moy-onlayn")
        assert visitor.path == "/tariffs/moy-onlayn"
        assert "400,00 ₽" in visitor.text
        assert operator.call("TARIFF", visitor.msisdn)["tariff"] == "moy-razgovor", "a page that is shown changes nothing"

        visitor.submit("/tariffs/moy-onlayn")

        assert visitor.notice
        assert operator.call("TARIFF", visitor.msisdn)["tariff"] == "moy-onlayn"
        visitor.open("/")
        assert "Мой онлайн" in visitor.text


@pytest.mark.any_hand
class TestBrowserTariffLater:
    def test_plan_for_the_end_of_the_period_and_cancel(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/tariffs/moy-onlayn")
        visitor.pick("when", "period_end")
        visitor.press('main form[method=get] button')
        assert "when=period_end" in visitor.path

        visitor.submit("/tariffs/moy-onlayn")

        assert visitor.path == "/tariffs"
        assert visitor.notice
        tariff = operator.call("TARIFF", visitor.msisdn)
        assert (tariff["tariff"], tariff["next_tariff"]) == ("moy-razgovor", "moy-onlayn")
        visitor.open("/")
        assert "Мой онлайн" in visitor.text

        visitor.submit("/tariffs/change/cancel")

        assert visitor.path == "/"
        assert visitor.notice
        assert "next_tariff" not in operator.call("TARIFF", visitor.msisdn)
        assert not visitor.has('form[action="/tariffs/change/cancel"]')


class TestBrowserTariffOnADay:
    def test_the_day_is_quoted_and_planned(self, signed_in, operator):
        day = (operator.now() + datetime.timedelta(days=10)).strftime("%Y-%m-%d")
        signed_in.open("/tariffs/moy-onlayn")
        signed_in.pick("when", "date")
        signed_in.fill("date", day)
        signed_in.press('main form[method=get] button')
        assert "400,00 ₽" in signed_in.text

        signed_in.submit("/tariffs/moy-onlayn")

        assert signed_in.notice
        # Midnight of Moscow.
        before = (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
        assert operator.call("TARIFF", signed_in.msisdn)["next_from"].startswith(f"{before}T21:00:00")

    def test_a_day_that_is_missing_or_past(self, signed_in):
        signed_in.open("/tariffs/moy-onlayn?when=date&date=")
        assert signed_in.has('.errors a[href="#date"]')
        assert not signed_in.has('main form[action="/tariffs/moy-onlayn"][method=post]')

        signed_in.open("/tariffs/moy-onlayn?when=date&date=2001-01-01")
        assert signed_in.has("main .banner.bad")
        assert not signed_in.has('main form[action="/tariffs/moy-onlayn"][method=post]')


class TestBrowserTariffConflict:
    def test_an_option_that_does_not_fit_is_switched_off_there(self, signed_in, operator):
        operator.call("OPTION.ON", signed_in.msisdn, "socseti")
        signed_in.open("/tariffs/klassicheskiy")
        assert "Безлимитные социальные сети" in signed_in.text
        assert not signed_in.has('main form[action="/tariffs/klassicheskiy"][method=post]')

        signed_in.submit("/options/socseti/off")

        assert signed_in.path == "/tariffs/klassicheskiy"
        assert signed_in.notice
        signed_in.submit("/tariffs/klassicheskiy")
        assert operator.call("TARIFF", signed_in.msisdn)["tariff"] == "klassicheskiy"


@pytest.mark.any_hand
class TestBrowserSuspension:
    def test_suspend_and_resume(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/tariffs")
        visitor.follow("/tariffs/own/suspend")
        visitor.submit("/tariffs/own/suspend")

        assert visitor.path == "/tariffs"
        assert visitor.notice
        assert "suspended_since" in operator.call("TARIFF", visitor.msisdn)
        visitor.open("/")
        assert visitor.has("main .banner.warn")
        assert visitor.has('main a[href="/service"]')

        visitor.submit("/tariffs/own/resume")

        assert visitor.path == "/"
        assert visitor.notice
        assert "suspended_since" not in operator.call("TARIFF", visitor.msisdn)
        assert not visitor.has("main .banner.warn")


class TestBrowserSuspensionRefused:
    def test_while_a_change_is_planned(self, signed_in, operator):
        signed_in.open("/tariffs/own/suspend")
        operator.call("TARIFF.CHANGE", signed_in.msisdn, "moy-onlayn", when="period_end")

        signed_in.submit("/tariffs/own/suspend")

        assert signed_in.has(".errors")
        assert "suspended_since" not in operator.call("TARIFF", signed_in.msisdn)

    def test_nothing_is_switched_on_meanwhile(self, signed_in, operator):
        operator.call("TARIFF.SUSPEND", signed_in.msisdn)
        for path in ("/tariffs/moy-onlayn", "/options/sms-50"):
            signed_in.open(path)
            assert "приостановлен" in signed_in.text, path
            assert not signed_in.has(f'main form[action="{path}"][method=post]'), path


class TestBrowserTariffRefused:
    def test_too_little_money(self, visitor, operator, time):
        msisdn = operator.activate("klassicheskiy", money=10)
        visitor.sign_in(msisdn, operator.register(msisdn))
        visitor.open("/tariffs/moy-onlayn")

        # The page tells it before the visitor tries.
        assert visitor.has("main .banner.bad")
        assert "390,00 ₽" in visitor.text
        assert not visitor.has('main form[action="/tariffs/moy-onlayn"][method=post]')
        assert operator.call("TARIFF", msisdn)["tariff"] == "klassicheskiy"

    def test_a_tariff_that_is_not_sold(self, signed_in, operator):
        for key in ("ochen-chernyy", "no-such-tariff"):
            with signed_in.expecting(404):
                assert signed_in.open(f"/tariffs/{key}").status == 404
            assert not signed_in.has("main form[method=post]")


@pytest.mark.any_hand
class TestBrowserOptions:
    def test_on_and_off(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/options")
        visitor.follow("/options/internet-5gb")
        assert "200,00 ₽" in visitor.text
        visitor.submit("/options/internet-5gb")
        assert visitor.notice
        assert [row["option"] for row in operator.call("OPTIONS", visitor.msisdn).rows] == ["internet-5gb"]

        visitor.open("/options")
        visitor.submit("/options/internet-5gb/off")

        assert visitor.notice
        assert operator.call("OPTIONS", visitor.msisdn).rows == []


class TestBrowserOptionsRefused:
    def test_what_excludes_another_is_refused_with_the_reason(self, signed_in, operator):
        signed_in.open("/options/internet-5gb")
        operator.call("OPTION.ON", signed_in.msisdn, "internet-30gb")

        signed_in.submit("/options/internet-5gb")

        assert signed_in.has(".errors")
        assert [row["option"] for row in operator.call("OPTIONS", signed_in.msisdn).rows] == ["internet-30gb"]
        # The other option can be switched off there.
        signed_in.submit("/options/internet-30gb/off")
        assert signed_in.path == "/options/internet-5gb"
        signed_in.submit("/options/internet-5gb")
        assert [row["option"] for row in operator.call("OPTIONS", signed_in.msisdn).rows] == ["internet-5gb"]

    def test_an_option_that_is_off_already(self, signed_in, operator):
        operator.call("OPTION.ON", signed_in.msisdn, "sms-50")
        signed_in.open("/options")
        operator.call("OPTION.OFF", signed_in.msisdn, "sms-50")

        signed_in.submit("/options/sms-50/off")

        assert signed_in.path == "/options"
        assert signed_in.problem or signed_in.notice


@pytest.mark.any_hand
class TestBrowserSubscriptions:
    def test_on_with_a_code_and_off(self, signed_in, operator):
        visitor = signed_in
        operator.call("CONTENT.BAN", visitor.msisdn, "off")
        visitor.open("/subscriptions")
        visitor.follow("/subscriptions/muzyka")
        assert "169,00 ₽" in visitor.text
        visitor.submit("/subscriptions/muzyka")
        assert visitor.path == "/subscriptions/muzyka/confirm"
        assert operator.call("SUBSCRIPTIONS", visitor.msisdn).rows == [], "nothing is bought without the code"

        visitor.fill("code", operator.code(visitor.msisdn))
        visitor.submit("/subscriptions/muzyka/confirm")

        assert visitor.path == "/subscriptions"
        assert "169,00 ₽" in visitor.notice
        rows = operator.call("SUBSCRIPTIONS", visitor.msisdn).rows
        assert [row["subscription"] for row in rows] == ["muzyka"]
        assert "подключена в этом кабинете" in visitor.text

        visitor.submit("/subscriptions/muzyka/off")

        assert visitor.notice
        assert operator.call("SUBSCRIPTIONS", visitor.msisdn).rows == []


class TestBrowserSubscriptionsRefused:
    @pytest.fixture
    def at_the_code(self, signed_in, operator):
        operator.call("CONTENT.BAN", signed_in.msisdn, "off")
        signed_in.open("/subscriptions/muzyka")
        signed_in.submit("/subscriptions/muzyka")
        return signed_in

    def test_a_wrong_code(self, at_the_code, operator):
        at_the_code.fill("code", f"{(int(operator.code(at_the_code.msisdn)) + 1) % 1_000_000:06}")
        at_the_code.submit("/subscriptions/muzyka/confirm")

        assert at_the_code.has('.errors a[href="#code"]')
        assert operator.call("SUBSCRIPTIONS", at_the_code.msisdn).rows == []

    def test_another_code(self, at_the_code, operator):
        operator.wait(61)
        if at_the_code.has_script:
            at_the_code.page.locator("[data-after]").evaluate("button => button.hidden = false")
        at_the_code.submit("/subscriptions/muzyka/confirm/again")
        assert at_the_code.path == "/subscriptions/muzyka/confirm"
        assert at_the_code.notice

        at_the_code.fill("code", operator.code(at_the_code.msisdn))
        at_the_code.submit("/subscriptions/muzyka/confirm")
        assert [row["subscription"] for row in operator.call("SUBSCRIPTIONS", at_the_code.msisdn).rows] == ["muzyka"]

    def test_the_code_of_another_product(self, at_the_code):
        at_the_code.open("/subscriptions/goroskop/confirm")
        assert not at_the_code.has("main [name=code]")

    def test_the_ban_of_content(self, signed_in, operator):
        """A new number has it."""
        signed_in.open("/subscriptions")
        assert signed_in.has("main .banner.warn")
        signed_in.follow("/service#bans")
        signed_in.submit("/service/content")
        assert operator.call("SERVICE", signed_in.msisdn)["content_ban"] == "0"
        signed_in.open("/subscriptions")
        assert signed_in.has('main a[href="/subscriptions/muzyka"]')

    def test_the_ban_came_while_the_code_was_on_its_way(self, at_the_code, operator):
        code = operator.code(at_the_code.msisdn)
        operator.call("CONTENT.BAN", at_the_code.msisdn, "on")
        at_the_code.fill("code", code)
        at_the_code.submit("/subscriptions/muzyka/confirm")
        assert at_the_code.has(".errors")
        assert operator.call("SUBSCRIPTIONS", at_the_code.msisdn).rows == []
