"""Promised payments, transfers of money, gifts of data, and minutes that become data."""

import math

import pytest
from test_browser_money import roubles
from visitor import phone

GIGABYTE = 1 << 30


@pytest.fixture
def tenured(visitor, operator, people, time):
    """A visitor whose number is 65 days old and has 20 roubles."""
    visitor.msisdn = people.tenured.pop()
    visitor.password = operator.register(visitor.msisdn)
    visitor.sign_in(visitor.msisdn, visitor.password)
    return visitor


@pytest.fixture
def giver(signed_in, operator):
    """A visitor whose number has 1,000 roubles that may be transferred at once, and some that may not."""
    operator.pay_cash(signed_in.msisdn, 1000)
    return signed_in


@pytest.fixture
def with_packages(visitor, operator, time):
    """A visitor whose tariff has data and minutes."""
    visitor.msisdn = operator.activate("moy-onlayn", money=2000)
    visitor.sign_in(visitor.msisdn, operator.register(visitor.msisdn))
    return visitor


@pytest.fixture
def other(operator, time):
    """A number that has nothing."""
    return operator.activate()


def balance(operator, msisdn):
    return float(operator.call("BALANCE", msisdn)["balance"])


def given(operator, msisdn, how):
    """The packages of a number that it got as a gift or by an exchange."""
    return [row for row in operator.call("BUCKETS", msisdn).rows if row.get("granted_by") == how]


def double_click(visitor, action):
    """The second click aborts the navigation of the first."""
    visitor.page.locator(f'form[action="{action}"] button').first.dblclick(no_wait_after=True)
    visitor.page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/confirm"))


def fill_transfer(visitor, to, amount="100"):
    visitor.open("/transfer")
    visitor.fill("to", to)
    visitor.fill("amount", amount)
    visitor.submit("/transfer")


def fill_gift(visitor, to, gigabytes="2"):
    visitor.open("/gift")
    visitor.fill("to", to)
    visitor.fill("gigabytes", gigabytes)
    visitor.submit("/gift")


def fill_exchange(visitor, minutes="30"):
    visitor.open("/exchange")
    visitor.fill("minutes", minutes)
    visitor.submit("/exchange")


class TestBrowserPromise:
    @pytest.mark.any_hand
    def test_it_is_told_and_then_given(self, tenured, operator):
        # Given a number whose tenure is enough for two amounts
        position = operator.position()
        tenured.open("/topup")
        tenured.follow("/promise")
        assert roubles(50) in tenured.text and roubles(100) in tenured.text and roubles(250) not in tenured.text
        # When one of them is chosen, then the page tells its fee, and nothing has happened
        tenured.follow("/promise/confirm?amount=100")
        assert roubles(10) in tenured.text
        assert operator.events(tenured.msisdn, after=position) == []
        # When it is confirmed
        tenured.submit("/promise/confirm")
        # Then the money is there, and the page says what is owed
        assert tenured.path == "/promise"
        assert roubles(100) in tenured.notice and roubles(110) in tenured.notice
        assert operator.events(tenured.msisdn, after=position) == ["promise_given"]
        assert balance(operator, tenured.msisdn) == 110
        assert "Осталось вернуть" in tenured.text and not tenured.has('main a[href^="/promise/confirm"]')

    @pytest.mark.with_and_without_script
    def test_a_double_click_takes_one(self, tenured, operator):
        tenured.open("/promise/confirm?amount=50")
        double_click(tenured, "/promise/confirm")
        assert tenured.notice
        assert balance(operator, tenured.msisdn) == 65

    @pytest.mark.script_only
    def test_a_new_number_reads_from_when_on(self, signed_in):
        signed_in.open("/promise")
        assert "Номер подключён недавно" in signed_in.text
        assert not signed_in.has('main a[href^="/promise/confirm"]')

    @pytest.mark.script_only
    def test_a_debt_leads_to_a_top_up_of_what_is_missing(self, tenured, operator):
        # Given a call that the balance did not pay
        operator.overdraw(tenured.msisdn)
        missing = math.ceil(float(operator.call("PROMISE.TERMS", tenured.msisdn)["missing"]))
        # When the page is read, then its link leads to that sum
        tenured.open("/promise")
        tenured.follow(f"/topup?amount={missing}")
        assert tenured.page.locator("main [name=amount]").input_value() == str(missing)

    @pytest.mark.script_only
    def test_an_amount_that_is_had_meanwhile_is_refused_with_the_reason(self, tenured, operator):
        # Given the page of the confirmation
        tenured.open("/promise/confirm?amount=50")
        # When another one is had on another device
        operator.call("PROMISE", tenured.msisdn, amount=100)
        tenured.submit("/promise/confirm")
        # Then
        assert tenured.has(".errors") and "Осталось вернуть" in tenured.text
        assert balance(operator, tenured.msisdn) == 110

    @pytest.mark.script_only
    def test_the_start_page_says_what_is_owed_until_a_payment_repays_it(self, tenured, operator):
        operator.call("PROMISE", tenured.msisdn, amount=100)
        tenured.open("/")
        assert f"{roubles(100)} — обещанный платёж" in tenured.text
        operator.top_up(tenured.msisdn, 150)
        tenured.open("/")
        assert "нужно вернуть" not in tenured.text

    @pytest.mark.script_only
    def test_the_statement_and_the_expenses_have_it(self, tenured, operator):
        operator.call("PROMISE", tenured.msisdn, amount=100)
        operator.pay_cash(tenured.msisdn, 150)
        tenured.open("/statement?kind=adjustment")
        assert "Обещанный платёж" in tenured.text and "Возврат обещанного платежа" in tenured.text
        tenured.open("/expenses")
        assert "Плата за обещанные платежи" in tenured.text


class TestBrowserTransfer:
    @pytest.mark.any_hand
    def test_it_is_repeated_and_then_sent(self, giver, operator, other):
        # Given
        before, position = balance(operator, giver.msisdn), operator.position()
        giver.open("/")
        giver.follow("/transfer")
        giver.fill("to", f"8 {other[1:4]} {other[4:]}")
        giver.fill("amount", "100,50")
        # When the form is filled in, then the page repeats the number and the sum
        giver.submit("/transfer")
        assert giver.path == "/transfer/confirm"
        assert phone(other) in giver.text and roubles(100.5) in giver.text
        assert operator.events(giver.msisdn, after=position) == []
        # When it is confirmed with the password
        giver.fill("reauth", giver.password)
        giver.submit("/transfer/confirm")
        # Then the money is on the other account, and the page has the new balance
        assert giver.path == "/transfer"
        assert phone(other) in giver.notice and roubles(before - 100.5) in giver.notice
        assert operator.events(giver.msisdn, after=position) == ["reauthenticated", "transfer_sent"]
        assert balance(operator, other) == 100.5
        giver.open("/statement?kind=adjustment")
        assert "Перевод денег" in giver.text

    @pytest.mark.with_and_without_script
    def test_a_double_click_sends_once(self, giver, operator, other):
        fill_transfer(giver, other)
        giver.fill("reauth", giver.password)
        double_click(giver, "/transfer/confirm")
        assert giver.notice
        assert balance(operator, other) == 100

    @pytest.mark.with_and_without_script
    def test_a_code_does_instead_of_the_password(self, giver, operator, other):
        fill_transfer(giver, other)
        giver.press('main button[formaction="/reauth-code"]')
        assert giver.path == "/transfer/confirm" and phone(other) in giver.text
        giver.fill("reauth", operator.code(giver.msisdn))
        giver.submit("/transfer/confirm")
        assert balance(operator, other) == 100

    @pytest.mark.script_only
    def test_a_wrong_password_and_a_number_that_nobody_has(self, giver, operator, other):
        fill_transfer(giver, other)
        giver.fill("reauth", "not the password")
        giver.submit("/transfer/confirm")
        assert giver.has('.errors a[href="#reauth"]') and phone(other) in giver.text
        fill_transfer(giver, "79009990000")
        giver.fill("reauth", giver.password)
        giver.submit("/transfer/confirm")
        assert "Абонента с таким номером у нас нет" in giver.text
        assert balance(operator, other) == 0

    @pytest.mark.with_and_without_script
    def test_wrong_values_are_said_beside_them(self, giver, other):
        for to, amount, field in [("", "100", "to"), ("123", "100", "to"), (giver.msisdn, "100", "to"),
                                  (other, "", "amount"), (other, "5", "amount"), (other, "501", "amount")]:
            fill_transfer(giver, to, amount)
            assert giver.path == "/transfer" and giver.has(f'.errors a[href="#{field}"]'), (to, amount)
            assert giver.page.locator("main [name=to]").input_value() == to
            assert giver.page.locator("main [name=amount]").input_value() == amount

    @pytest.mark.script_only
    def test_money_of_a_card_has_to_wait(self, signed_in):
        signed_in.open("/transfer")
        assert "Сейчас перевести нельзя" in signed_in.text and "Деньги с карты" in signed_in.text
        assert not signed_in.has("main [name=to]")

    @pytest.mark.script_only
    def test_after_a_new_sim_card_it_has_to_wait(self, giver, operator, other):
        operator.replace_sim(giver.msisdn)
        giver.context.clear_cookies()
        giver.sign_in(giver.msisdn, giver.password)
        fill_transfer(giver, other)
        giver.fill("reauth", giver.password)
        giver.submit("/transfer/confirm")
        assert "SIM-карту заменили" in giver.text
        assert balance(operator, other) == 0


class TestBrowserGift:
    @pytest.mark.any_hand
    def test_it_is_told_and_then_given(self, with_packages, operator, other):
        # Given a number with data
        visitor, position = with_packages, operator.position()
        visitor.open("/")
        visitor.follow("/gift")
        visitor.fill("to", other)
        visitor.fill("gigabytes", "2")
        # When the form is filled in, then the page says how long the gift lives at most
        visitor.submit("/gift")
        assert visitor.path == "/gift/confirm"
        assert phone(other) in visitor.text and "2 ГБ" in visitor.text and "не дольше вашего пакета" in visitor.text
        assert operator.events(visitor.msisdn, after=position) == []
        # When it is confirmed
        visitor.submit("/gift/confirm")
        # Then the other number has it
        assert visitor.path == "/gift" and phone(other) in visitor.notice and "действует до" in visitor.notice
        assert sum(int(row["granted_bytes"]) for row in given(operator, other, "gift")) == 2 * GIGABYTE

    @pytest.mark.with_and_without_script
    def test_a_double_click_gives_once(self, with_packages, operator, other):
        fill_gift(with_packages, other)
        double_click(with_packages, "/gift/confirm")
        assert with_packages.notice
        assert sum(int(row["granted_bytes"]) for row in given(operator, other, "gift")) == 2 * GIGABYTE

    @pytest.mark.script_only
    def test_the_other_number_sees_it_among_its_packages(self, with_packages, operator, other, visitors):
        fill_gift(with_packages, other)
        with_packages.submit("/gift/confirm")
        taker = visitors()
        taker.sign_in(other, operator.register(other))
        assert "Подарок" in taker.text and "2 ГБ" in taker.text

    @pytest.mark.script_only
    def test_wrong_values_are_said_beside_them(self, with_packages, other):
        for to, gigabytes, field in [("", "1", "to"), (other, "", "gigabytes"), (other, "0", "gigabytes"),
                                     (other, "1,5", "gigabytes"), (other, "999", "gigabytes")]:
            fill_gift(with_packages, to, gigabytes)
            assert with_packages.path == "/gift" and with_packages.has(f'.errors a[href="#{field}"]'), (to, gigabytes)
        fill_gift(with_packages, "79009990000")
        with_packages.submit("/gift/confirm")
        assert "Абонента с таким номером у нас нет" in with_packages.text

    @pytest.mark.script_only
    def test_a_number_without_packages_reads_why(self, tenured):
        for path, words in (("/gift", "нет целого гигабайта"), ("/exchange", "нет минут")):
            tenured.open(path)
            assert words in tenured.text and not tenured.has("main form.card")


class TestBrowserExchange:
    @pytest.mark.any_hand
    def test_it_is_told_and_then_made(self, with_packages, operator):
        # Given a number with minutes
        visitor, position = with_packages, operator.position()
        visitor.open("/")
        visitor.follow("/exchange")
        assert "20 МБ" in visitor.text
        # When some of them are chosen, then the page says how much data they become
        visitor.fill("minutes", "30")
        visitor.submit("/exchange")
        assert "600 МБ" in visitor.text and "30 минут" in visitor.text
        assert operator.events(visitor.msisdn, after=position) == []
        # When it is confirmed
        visitor.submit("/exchange/confirm")
        # Then the number has the data
        assert visitor.path == "/exchange" and "600 МБ" in visitor.notice
        assert [row["granted_bytes"] for row in given(operator, visitor.msisdn, "exchange")] == [str(30 * 20 << 20)]
        visitor.open("/")
        assert "Обмен минут" in visitor.text

    @pytest.mark.with_and_without_script
    def test_a_double_click_exchanges_once(self, with_packages, operator):
        fill_exchange(with_packages)
        double_click(with_packages, "/exchange/confirm")
        assert with_packages.notice
        assert len(given(operator, with_packages.msisdn, "exchange")) == 1

    @pytest.mark.script_only
    def test_what_is_no_number_of_minutes_is_said_beside_it(self, with_packages):
        for minutes in ("", "0", "1,5", "999999"):
            fill_exchange(with_packages, minutes)
            assert with_packages.path == "/exchange" and with_packages.has('.errors a[href="#minutes"]'), minutes
