"""Automatic payments by a stored card."""

import pytest
from test_browser_money import roubles


@pytest.fixture
def holder(signed_in, operator):
    """A visitor with a stored card."""
    signed_in.card = operator.store_card(signed_in.msisdn, signed_in.password, stays=True)
    return signed_in


def fill_order(visitor, **values):
    """A form of 300 roubles below 50."""
    visitor.open("/autopay")
    for name, value in {"amount": "300", "below": "50", **values}.items():
        visitor.fill(name, value)
    visitor.submit("/autopay")


class TestBrowserAutopay:
    @pytest.mark.any_hand
    def test_it_is_told_and_then_set_and_switched_off(self, holder, operator):
        # Given a number with a stored card
        position = operator.position()
        holder.open("/topup")
        holder.follow("/autopay")
        holder.fill("amount", "300")
        holder.fill("below", "50")
        holder.fill("monthly_cap", "900")
        # When the form is filled in, then the page says when the card pays
        holder.submit("/autopay")
        assert holder.path == "/autopay/confirm"
        assert "4242" in holder.text and f"станет меньше {roubles(50)}" in holder.text
        assert operator.events(holder.msisdn, after=position) == []
        # When it is confirmed, then the page shows the order
        holder.fill("reauth", holder.password)
        holder.submit("/autopay/confirm")
        assert holder.path == "/autopay" and holder.notice
        order = operator.call("AUTOPAY", holder.msisdn)
        assert (order["on"], order["card"], order["amount"], order["below"], order["monthly_cap"]) == (
            "1", holder.card, "300.00", "50.00", "900.00")
        assert roubles(900) in holder.text
        # When it is switched off
        holder.submit("/autopay/off")
        assert holder.notice and operator.call("AUTOPAY", holder.msisdn)["on"] == "0"

    @pytest.mark.with_and_without_script
    def test_a_day_of_the_month_has_its_next_charge(self, holder, operator):
        holder.open("/autopay")
        holder.fill("amount", "300")
        holder.pick("when", "day")
        holder.fill("day", "15")
        holder.submit("/autopay")
        assert "день 15" in holder.text and "Следующее списание 15 " in holder.text
        holder.fill("reauth", holder.password)
        holder.submit("/autopay/confirm")
        assert "Следующее списание 15 " in holder.notice
        assert operator.call("AUTOPAY", holder.msisdn)["day"] == "15"

    @pytest.mark.with_and_without_script
    def test_a_double_click_sets_it_once(self, holder, operator):
        fill_order(holder)
        holder.fill("reauth", holder.password)
        position = operator.position()
        holder.page.locator('form[action="/autopay/confirm"] button').first.dblclick(no_wait_after=True)
        holder.page.wait_for_url("**/autopay")
        assert operator.events(holder.msisdn, after=position).count("autopay_set") == 1

    @pytest.mark.script_only
    def test_a_payment_that_the_bank_refuses_is_tried_again(self, holder, operator):
        # Given an order for a balance that is low already, so that the bank is asked at once
        holder.open("/autopay")
        holder.fill("amount", "300")
        holder.fill("below", "5000")
        holder.submit("/autopay")
        assert "Сразу" in holder.text
        holder.fill("reauth", holder.password)
        holder.submit("/autopay/confirm")
        assert "уже отправлен в банк" in holder.notice and "Ждём ответа банка" in holder.text
        # When the bank refuses it
        bank = operator.banks[holder.card]
        bank.call("PAYMENT.REFUSE", bank.requests(holder.msisdn)[-1]["request"], reason="insufficient_funds")
        # Then the pages say when it is tried again
        holder.open("/autopay")
        assert "Попытка 2:" in holder.text
        holder.press('main a[href^="/topup/"]')
        assert "На карте не хватает денег. Мы попробуем ещё раз сами." in holder.text
        holder.open("/topup")
        assert "Повторим позже" in holder.text and "Автоплатёж, Банковская карта" in holder.text

    @pytest.mark.script_only
    def test_wrong_values_are_said_beside_them(self, holder):
        for field, value in [("amount", ""), ("below", "0"), ("monthly_cap", "100")]:
            fill_order(holder, **{field: value})
            assert holder.path == "/autopay" and holder.has(f'.errors a[href="#{field}"]'), field
        holder.open("/autopay")
        holder.fill("amount", "300")
        holder.pick("when", "day")
        holder.fill("day", "32")
        holder.submit("/autopay")
        assert holder.has('.errors a[href="#day"]')

    @pytest.mark.script_only
    def test_without_a_stored_card_the_page_says_how_to_get_one(self, signed_in):
        signed_in.open("/autopay")
        assert "Сохранённых карт нет" in signed_in.text and not signed_in.has("main [name=amount]")
        signed_in.follow("/topup")
