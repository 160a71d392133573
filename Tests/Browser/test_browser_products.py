"""The tariff, options and paid subscriptions."""

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


class TestBrowserTariffRefused:
    def test_too_little_money(self, visitor, operator, time):
        msisdn = operator.activate("klassicheskiy", money=10)
        visitor.sign_in(msisdn, operator.register(msisdn))
        visitor.open("/tariffs/moy-onlayn")

        # The page tells it before the visitor tries.
        assert visitor.has("main .banner.bad")
        assert not visitor.has('main form[action="/tariffs/moy-onlayn"]')
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

        assert signed_in.problem or signed_in.has(".errors")
        assert [row["option"] for row in operator.call("OPTIONS", signed_in.msisdn).rows] == ["internet-30gb"]

    def test_an_option_that_is_off_already(self, signed_in, operator):
        operator.call("OPTION.ON", signed_in.msisdn, "sms-50")
        signed_in.open("/options")
        operator.call("OPTION.OFF", signed_in.msisdn, "sms-50")

        signed_in.submit("/options/sms-50/off")

        assert signed_in.path == "/options"
        assert signed_in.problem or signed_in.notice


@pytest.mark.any_hand
class TestBrowserSubscriptions:
    def test_on_and_off(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/subscriptions")
        visitor.follow("/subscriptions/muzyka")
        assert "169,00 ₽" in visitor.text
        visitor.submit("/subscriptions/muzyka")
        assert visitor.notice
        rows = operator.call("SUBSCRIPTIONS", visitor.msisdn).rows
        assert [row["subscription"] for row in rows] == ["muzyka"]

        visitor.open("/subscriptions")
        visitor.submit("/subscriptions/muzyka/off")

        assert visitor.notice
        assert operator.call("SUBSCRIPTIONS", visitor.msisdn).rows == []
