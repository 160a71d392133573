"""Top-ups through the test acquirer's page and back, requests and their ends, vouchers, stored cards, refunds."""

import datetime
import re

import pytest
from test_browser_money import roubles

REQUEST = re.compile(r"/topup/\d+$")
PAY = re.compile(r"/topup/\d+/pay$")


@pytest.fixture
def payer(signed_in, acquirer):
    """A visitor who may go to the acquirer's page."""
    signed_in.others.add(acquirer.origin)
    return signed_in


@pytest.fixture
def asked(signed_in, bank):
    """A visitor who has asked to pay 300 roubles by SBP, and the request's number."""
    signed_in.top_up("300")
    return signed_in, bank.requests(signed_in.msisdn)[-1]["request"]


def requests(operator, msisdn):
    return operator.call("TOPUP.REQUESTS", msisdn).rows


def pay_by_card(visitor, card="4242"):
    """From the page of the offer to the acquirer's page, a button there, and back."""
    visitor.page.wait_for_url(PAY)
    visitor.press("main a.button")
    visitor.press(f'main button[value="{card}"]')
    wait_for_acquirer(visitor)
    visitor.press("main a.back")


def wait_for_acquirer(visitor):
    """The acquirer's page reloads itself until the service knows what became of the payment."""
    visitor.page.get_by_role("heading", name=re.compile("Оплачено|не прошёл")).wait_for()


class TestBrowserTopUp:
    @pytest.mark.any_hand
    def test_a_card_pays_on_the_acquirers_page(self, payer, operator):
        # Given a number with some money
        before = float(operator.call("BALANCE", payer.msisdn)["balance"])
        payer.open("/")
        payer.follow("/topup")
        payer.fill("amount", "250,50")
        payer.pick("method", "card")
        # When it is topped up on the acquirer's page
        payer.submit("/topup")
        pay_by_card(payer)
        # Then the page behind it has the money and the new balance
        assert REQUEST.search(payer.path)
        assert roubles(250.5) in payer.text and roubles(before + 250.5) in payer.text
        payment = operator.call("PAYMENTS", payer.msisdn).rows[0]
        assert (payment["amount"], payment["card_last4"]) == ("250.50", "4242")
        payer.open("/payments")
        assert roubles(250.5) in payer.text
        payer.open("/topup")
        assert "Оплачено" in payer.text

    @pytest.mark.with_and_without_script
    def test_a_stored_card_pays_at_once_until_it_is_removed(self, payer, operator):
        # Given a card that was stored on the acquirer's page
        payer.top_up("100", "card")
        payer.page.wait_for_url(PAY)
        payer.press("main a.button")
        payer.tick("input[name=save]")
        payer.press('main button[value="4242"]')
        wait_for_acquirer(payer)
        card = operator.call("CARDS", payer.msisdn).rows[0]["card"]
        # When it is chosen, then no other page is needed
        payer.top_up("400", f"stored:{card}")
        payer.page.get_by_role("heading", name="Счёт пополнен").wait_for()
        assert roubles(400) in payer.text
        # When it is removed
        payer.open("/cards")
        assert "4242" in payer.text
        payer.submit("/cards/remove/choose")
        assert "4242" in payer.text
        payer.submit("/cards/remove")
        # Then it pays no more
        assert payer.path == "/cards" and payer.notice
        assert operator.call("CARDS", payer.msisdn).rows == []
        payer.open("/topup")
        assert not payer.has("main input[value^='stored:']")

    @pytest.mark.with_and_without_script
    def test_a_declined_card_says_why_and_can_be_tried_again(self, payer, operator):
        payer.top_up("700", "card")
        pay_by_card(payer, "9995")
        assert "не хватает денег" in payer.text
        payer.press('main a.button[href^="/topup?"]')
        assert payer.page.locator("main [name=amount]").input_value() == "700"
        assert [row["state"] for row in requests(operator, payer.msisdn)] == ["refused"]

    @pytest.mark.with_and_without_script
    def test_the_page_goes_on_with_the_request(self, asked, operator, bank):
        # Given a request that no bank has answered
        visitor, request = asked
        assert visitor.path == f"/topup/{request}"
        # When the bank offers a page, then the visitor gets the link
        bank.offer(request, "https://pay.example/p/1?a=1&b=2")
        visitor.page.wait_for_url(PAY)
        link = visitor.page.locator("main a.button")
        assert link.get_attribute("href") == "https://pay.example/p/1?a=1&b=2"
        assert "noreferrer" in link.get_attribute("rel") and "pay.example" in visitor.text
        # When other money comes, then the page says so
        bank.pay(request, visitor.msisdn, 250)
        visitor.page.wait_for_url(REQUEST, timeout=20_000)
        assert roubles(250) in visitor.text and roubles(300) in visitor.text

    @pytest.mark.script_only
    def test_late_money_is_credited(self, asked, operator, bank):
        visitor, request = asked
        operator.wait(1260)
        visitor.open(f"/topup/{request}")
        assert "Время на оплату вышло" in visitor.text
        bank.pay(request, visitor.msisdn, 300)
        visitor.open("/topup/back")
        assert visitor.path == f"/topup/{request}"
        assert "позже срока" in visitor.text
        visitor.open("/payments")
        assert "позже срока" in visitor.text

    @pytest.mark.with_and_without_script
    def test_a_double_click_asks_once(self, signed_in, operator, bank):
        signed_in.open("/topup")
        signed_in.fill("amount", "300")
        signed_in.pick("method", "sbp")
        # The second click aborts the navigation of the first.
        signed_in.page.locator('form[action="/topup"] button').dblclick(no_wait_after=True)
        signed_in.page.wait_for_url(REQUEST)
        assert len(requests(operator, signed_in.msisdn)) == 1

    @pytest.mark.script_only
    def test_a_number_has_five_open_requests(self, signed_in, operator, bank):
        for _ in range(5):
            signed_in.top_up("100")
        signed_in.top_up("100")
        assert signed_in.path == "/topup" and signed_in.has(".errors")
        assert "Пять платежей" in signed_in.text
        assert signed_in.page.locator("main .items li").count() == 5
        assert len(requests(operator, signed_in.msisdn)) == 5

    @pytest.mark.with_and_without_script
    def test_what_is_no_amount_is_said_beside_it(self, signed_in, operator):
        for amount in ("", "0", "пятьсот"):
            signed_in.top_up(amount)
            assert signed_in.has('.errors a[href="#amount"]')
            assert signed_in.page.locator("main [name=amount]").input_value() == amount
            assert signed_in.page.locator("main [name=method]:checked").get_attribute("value") == "sbp"
        assert requests(operator, signed_in.msisdn) == []

    @pytest.mark.script_only
    def test_a_ready_sum_fills_the_form(self, signed_in):
        signed_in.open("/topup")
        signed_in.follow("/topup?amount=500")
        assert signed_in.page.locator("main [name=amount]").input_value() == "500"

    @pytest.mark.script_only
    def test_another_numbers_request_is_not_shown(self, asked, subscriber, visitors, operator):
        _, request = asked
        stranger = operator.activate("moy-razgovor", money=500)
        other = visitors()
        other.sign_in(stranger, operator.register(stranger))
        for path in (f"/topup/{request}", f"/topup/{request}/pay", "/topup/999999"):
            other.open(path)
            assert other.path == "/topup"

    def test_a_linked_number_is_topped_up_without_the_own_cards(self, visitor, people, operator, bank):
        visitor.sign_in(people.anna, people.passwords[people.anna])
        visitor.switch_to(people.grandma)
        visitor.open("/topup")
        assert not visitor.has("main input[value^='stored:']") and not visitor.has("main [name=secret]")
        visitor.top_up("300")
        request = bank.requests(people.grandma)[-1]["request"]
        assert visitor.path == f"/topup/{request}"
        bank.call("PAYMENT.REFUSE", request, reason="cancelled")
        visitor.page.get_by_role("heading", name="Оплата не прошла").wait_for()


class TestBrowserVoucher:
    @pytest.mark.any_hand
    def test_it_is_redeemed_once(self, signed_in, operator):
        secret, *_ = operator.vouchers(1)
        before = float(operator.call("BALANCE", signed_in.msisdn)["balance"])
        signed_in.open("/topup")
        signed_in.fill("secret", secret.lower())
        signed_in.submit("/topup/voucher")
        assert signed_in.path == "/topup"
        assert roubles(300) in signed_in.notice
        assert float(operator.call("BALANCE", signed_in.msisdn)["balance"]) == before + 300
        signed_in.open("/payments")
        assert "Ваучер" in signed_in.text

    @pytest.mark.with_and_without_script
    def test_a_wrong_a_used_and_an_expired_one(self, signed_in, operator):
        used, *_ = operator.vouchers(1)
        operator.call("VOUCHER.REDEEM", operator.activate(), used)
        soon = operator.now() + datetime.timedelta(seconds=2)
        expired, *_ = operator.vouchers(1, expires=f"{soon:%Y-%m-%dT%H:%M:%SZ}")
        operator.wait(5)
        for secret, words in ((used[:-1] + "0", "Такого ваучера нет"), ("1234", "Такого ваучера нет"),
                              (used, "Этот ваучер уже использован"), (expired, "его срок истёк")):
            signed_in.open("/topup/voucher")
            signed_in.fill("secret", secret)
            signed_in.submit("/topup/voucher")
            assert words in signed_in.text
            assert signed_in.has('.errors a[href="#secret"]')
            assert signed_in.page.locator("main [name=secret]").input_value() == "", "a secret is not shown again"

    @pytest.mark.script_only
    def test_too_many_wrong_ones_have_to_wait(self, signed_in, operator):
        with signed_in.expecting(429):
            for _ in range(20):
                signed_in.open("/topup/voucher")
                signed_in.fill("secret", "0000-0000-0000-0000-0000-0000")
                signed_in.submit("/topup/voucher")
                if "Повторите через" in signed_in.text:
                    break
        assert "Слишком много попыток. Повторите через" in signed_in.text


class TestBrowserRefund:
    @pytest.mark.any_hand
    def test_it_goes_back_to_a_payment_when_staff_approves(self, signed_in, operator):
        signed_in.open("/payments")
        signed_in.follow("/refund")
        signed_in.fill("amount", "100")
        signed_in.fill("reauth", signed_in.password)
        position = operator.position()
        signed_in.submit("/refund")

        assert signed_in.path == "/payments"
        assert roubles(100) in signed_in.notice and "Банковская карта" in signed_in.notice
        assert operator.events(signed_in.msisdn, after=position) == ["reauthenticated", "proposal_made"]
        assert operator.call("APPROVALS", limit=1000).rows[-1]["amount"] == "100.00"

    @pytest.mark.script_only
    def test_a_wrong_password_and_too_much(self, signed_in, operator):
        position = operator.position()
        for amount, reauth, name in [("100", "not the password", "reauth"), ("1000000", signed_in.password, "amount"),
                                     ("", signed_in.password, "amount")]:
            signed_in.open("/refund")
            signed_in.fill("amount", amount)
            signed_in.fill("reauth", reauth)
            signed_in.submit("/refund")
            assert signed_in.path == "/refund" and signed_in.has(f'.errors a[href="#{name}"]')
        assert "proposal_made" not in operator.events(signed_in.msisdn, after=position)


class TestBrowserCorrections:
    @pytest.mark.script_only
    def test_the_statement_has_them(self, signed_in, operator):
        operator.call("ADJUST", signed_in.msisdn, "-20", reason="rated twice")
        payment = operator.call("PAYMENTS", signed_in.msisdn).rows[-1]["payment"]
        operator.call("PAYMENT.REVERSE", payment, reason="charge_back", amount=100)
        signed_in.open("/statement")
        signed_in.choose("kind", "adjustment")
        signed_in.press("main form[method=get] button")
        assert "Корректировка баланса" in signed_in.text and "Отмена платежа" in signed_in.text
        assert signed_in.page.locator("main table tbody tr").count() == 2
