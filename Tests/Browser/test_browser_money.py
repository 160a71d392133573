"""Expenses, the statement and payments, of a number with a history of two months."""

import csv
import datetime
import io
import re

import pytest
from visitor import plain

MOSCOW = datetime.timedelta(hours=3)


def roubles(amount):
    """As pages write it: 1 234,50 ₽."""
    whole, cents = f"{float(amount):.2f}".split(".")
    return f"{int(whole):,}".replace(",", " ") + f",{cents} ₽"


def number(text):
    """An amount of a page, of a file or of the protocol in kopecks."""
    digits = re.sub(r"[^\d,.\u2212-]", "", text).replace("\u2212", "-").replace(",", ".")
    return round(float(digits) * 100)


@pytest.fixture
def anna(visitor, people):
    visitor.sign_in(people.anna, people.passwords[people.anna])
    visitor.msisdn = people.anna
    return visitor


class TestBrowserExpenses:
    @pytest.mark.any_hand
    def test_a_month_is_chosen(self, anna, operator):
        month = (operator.now() + MOSCOW).replace(day=1) - datetime.timedelta(days=1)
        expected = operator.call("EXPENSES", anna.msisdn, month=f"{month:%Y-%m}")
        anna.open("/expenses")
        anna.choose("month", f"{month:%Y-%m}")
        anna.press("main form[method=get] button")

        assert anna.path == f"/expenses?month={month:%Y-%m}"
        assert roubles(expected["total"]) in anna.text
        for row in expected.rows:
            assert roubles(row["amount"]) in anna.text

    def test_the_chart_has_a_table(self, anna, operator):
        anna.open("/expenses")
        chart = anna.page.locator("main svg.chart")
        assert chart.get_attribute("role") == "img"
        assert chart.get_attribute("aria-label")
        table = anna.page.locator("main table").first
        for total in self.totals(anna, operator):
            assert roubles(total) in plain(table.text_content())

    def totals(self, anna, operator):
        now = operator.now() + MOSCOW
        months = {f"{now - datetime.timedelta(days=days):%Y-%m}" for days in range(60)}
        return [operator.call("EXPENSES", anna.msisdn, month=month)["total"] for month in months]

    def test_a_month_that_is_none(self, anna):
        with anna.expecting(404):
            anna.open("/expenses?month=2026-13")
        assert anna.has(".switcher"), "the page is one of the cabinet, whatever it answers"


class TestBrowserMonthEnds:
    def test_a_call_belongs_to_the_month_in_which_it_began(self, visitor, people, operator):
        # Given calls in the last second and millisecond of a month, and in the first second of the next
        visitor.sign_in(people.mila, people.passwords[people.mila])
        first, second = people.sums
        assert people.sums[first] != people.sums[second] != 0
        for month, kopecks in people.sums.items():
            # When the month is shown
            visitor.open(f"/expenses?month={month}")
            # Then the page has the service's sum, which is that of the month's own calls
            total = operator.call("EXPENSES", people.mila, month=month)["total"]
            assert round(float(total) * 100) == kopecks
            hero = plain(visitor.page.locator("main").text_content())
            assert roubles(total) in hero
        # And the statement of the first month has two calls, that of the second one
        last = datetime.date.fromisoformat(f"{second}-01") - datetime.timedelta(days=1)
        for month, end, calls in ((first, last, 2), (second, f"{second}-28", 1)):
            visitor.open(f"/statement?from={month}-01&to={end}")
            assert visitor.page.locator("main table tbody tr", has_text="звонок").count() == calls
            went = visitor.page.locator("main dl.summary dd").nth(2).text_content()
            assert number(went) == people.sums[month]


class TestBrowserStartPage:
    def test_the_next_charges_are_those_of_the_service(self, anna, operator):
        account = operator.call("ACCOUNT", anna.msisdn)
        anna.open("/")
        due = [row for row in account.rows if "due_time" in row]
        assert due
        for row in due:
            assert row["name"] in anna.text
            assert roubles(row["amount"]) in anna.text
        assert roubles(account["spent_this_month"]) in anna.text
        available = [row for row in account.rows if row.get("status") == "available"]
        assert anna.page.locator(f"main a[href='/options/{available[0]['option']}']").count() == 1

    def test_what_an_unpaid_plan_waits_for(self, visitor, people, operator):
        visitor.sign_in(people.boris, people.passwords[people.boris])
        missing = operator.call("ACCOUNT", people.boris)["waiting_missing"]
        visitor.open("/")
        assert roubles(missing) in visitor.text
        assert visitor.page.locator("main .hero a[href='/payments']").count() == 1


class TestBrowserStatement:
    @pytest.mark.any_hand
    def test_filters(self, anna, operator):
        began = operator.now() + MOSCOW - datetime.timedelta(days=64)
        anna.open("/statement")
        if anna.has_mouse:
            anna.fill("from", f"{began:%Y-%m-%d}")
        else:
            anna.tab_to(anna.page.locator("main [name=from]"))
            anna.page.keyboard.type(f"{began:%m%d%Y}")  # The order of the browser's own language, which is English.
        anna.choose("kind", "sms")
        anna.press("main form[method=get] button")

        assert re.search(rf"[?&]from={began:%Y-%m-%d}(&|$)", anna.path)
        assert "kind=sms" in anna.path
        assert anna.page.locator("main [name=from]").input_value() == f"{began:%Y-%m-%d}"
        rows = anna.page.locator("main table tbody tr")
        assert rows.count() == 24
        assert all("SMS" in text for text in rows.all_inner_texts())

    def test_the_files_have_the_same_rows_and_the_equation(self, anna, operator):
        began = operator.now() + MOSCOW - datetime.timedelta(days=64)
        query = f"from={began:%Y-%m-%d}&to={operator.now() + MOSCOW:%Y-%m-%d}"
        wanted = operator.call("STATEMENT", anna.msisdn, **{
            "from": f"{began:%Y-%m-%d}", "to": f"{operator.now() + MOSCOW + datetime.timedelta(days=1):%Y-%m-%d}",
            "limit": 1000})
        anna.open(f"/statement?{query}")
        name, data = anna.download('main a[href^="/statement.csv"]')

        assert name.endswith(".csv")
        text = data.decode("utf-8-sig")
        # A spreadsheet in Russian takes the comma for a decimal point.
        head, *rows = csv.reader(io.StringIO(text), delimiter=";")
        assert all(len(row) == len(head) for row in rows)
        rows, sums = rows[:-4], [number(row[-1]) for row in rows[-4:]]
        assert len(rows) == len(wanted.rows)
        opening, came, went, closing = sums
        assert opening + came - went == closing == number(wanted["closing"])
        assert opening + sum(number(row[-2]) for row in rows) == closing

        name, data = anna.download('main a[href^="/statement.html"]')
        assert name.endswith(".html")
        document = plain(data.decode())
        assert document.count("<tr><td>") == len(rows)
        assert roubles(wanted["closing"]) in document and roubles(wanted["came"]) in document

    def test_the_page_has_the_equation(self, anna, operator):
        began = operator.now() + MOSCOW - datetime.timedelta(days=64)
        anna.open(f"/statement?from={began:%Y-%m-%d}")
        for _ in range(2):
            shown = [number(text) for text in anna.page.locator("main dl.summary dd").all_text_contents()]
            opening, came, went, closing = shown
            assert opening + came - went == closing
            rows = anna.page.locator("main table tbody td:nth-last-child(2)").all_text_contents()
            assert opening + sum(number(row) for row in rows) == closing
            if not anna.has("main nav a[rel=next]"):
                break
            anna.press("main nav a[rel=next]")
            earlier = [number(text) for text in anna.page.locator("main dl.summary dd").all_text_contents()]
            assert earlier[3] == opening, "the page before begins where this one ends"

    def test_dates_in_the_wrong_order_say_so(self, anna):
        anna.open("/statement?from=2026-11-30&to=2026-11-01")
        assert anna.has(".errors")

    def test_a_page_after_another(self, anna, operator):
        began = operator.now() + MOSCOW - datetime.timedelta(days=64)
        anna.open(f"/statement?from={began:%Y-%m-%d}")
        first = anna.page.locator("main table tbody tr").all_inner_texts()
        anna.press("main nav a[rel=next]")
        assert anna.page.locator("main table tbody tr").all_inner_texts() != first

    @pytest.mark.script_only
    def test_the_list_is_searched_with_the_script(self, anna, operator):
        began = operator.now() + MOSCOW - datetime.timedelta(days=64)
        anna.open(f"/statement?from={began:%Y-%m-%d}")
        rows = anna.page.locator("main table tbody tr")
        count = rows.count()
        anna.page.locator("main input[data-filter]").fill("sms")
        shown = [row for row in rows.all() if row.is_visible()]
        assert 0 < len(shown) < count


class TestBrowserPayments:
    def test_every_payment_is_there(self, anna, operator):
        anna.open("/payments")
        rows = operator.call("PAYMENTS", anna.msisdn).rows
        assert len(rows) == 4
        for row in rows:
            assert roubles(row["amount"]) in anna.text
        assert "4242" in anna.text

    def test_nothing_was_paid(self, visitor, people):
        visitor.sign_in(people.vera, people.passwords[people.vera])
        visitor.open("/payments")
        assert visitor.has("main .empty")


class TestBrowserStatementOrder:
    @pytest.mark.any_hand
    def test_it_goes_to_the_confirmed_address(self, signed_in, operator):
        visitor = signed_in
        operator.confirm_email(visitor.msisdn, "anna@example.org")
        today = operator.now() + MOSCOW
        visitor.open(f"/statement/order?from={today:%Y-%m-%d}&to={today:%Y-%m-%d}")
        assert "anna@example.org" in visitor.text
        assert not visitor.has("main [name=email]") and not visitor.has("main [name=reauth]")
        visitor.pick("format", "html")
        visitor.submit("/statement/order")

        assert visitor.path == "/statement/order/sent"
        assert "anna@example.org" in visitor.text
        letter = operator.mail(visitor.msisdn)[-1]
        day = today.replace(hour=0, minute=0, second=0) - MOSCOW
        assert (letter["email"], letter["format"], letter["language"]) == ("anna@example.org", "html", "ru")
        assert (letter["from"], letter["to"]) == (
            f"{day:%Y-%m-%dT%H:%M:%SZ}", f"{day + datetime.timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")
        assert "statement_ordered" in [row["purpose"] for row in operator.messages(visitor.msisdn)]

    def test_another_address_needs_a_proof(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/statement/order")
        visitor.fill("email", "anna@example.org")
        visitor.submit("/statement/order")
        assert visitor.has('.errors a[href="#reauth"]')
        assert visitor.page.locator("main [name=email]").input_value() == "anna@example.org"
        assert operator.mail(visitor.msisdn) == []

        visitor.press('main button[formaction="/reauth-code"]')
        assert visitor.path == "/statement/order"
        assert visitor.page.locator("main [name=email]").input_value() == "anna@example.org"
        visitor.fill("reauth", operator.code(visitor.msisdn))
        visitor.submit("/statement/order")

        assert visitor.path == "/statement/order/sent"
        assert [row["email"] for row in operator.mail(visitor.msisdn)] == ["anna@example.org"]
        assert operator.call("PROFILE", visitor.msisdn)["email"] == ""

    def test_a_wrong_password_and_a_wrong_address(self, signed_in, operator):
        visitor = signed_in
        for name, email, reauth in [("reauth", "anna@example.org", "not the password"),
                                    ("email", "anna", visitor.password)]:
            visitor.open("/statement/order")
            visitor.fill("email", email)
            visitor.fill("reauth", reauth)
            visitor.submit("/statement/order")
            assert visitor.has(f'.errors a[href="#{name}"]')
        assert operator.mail(visitor.msisdn) == []

    def test_more_than_a_day_takes(self, signed_in, operator):
        operator.confirm_email(signed_in.msisdn, "anna@example.org")
        for _ in range(10):
            operator.call("STATEMENT.ORDER", signed_in.msisdn, **{"from": "2020-01-01", "to": "2099-01-01"})
        signed_in.open("/statement/order")
        signed_in.submit("/statement/order")

        assert signed_in.path == "/statement/order"
        assert signed_in.has(".errors")
        assert len(operator.mail(signed_in.msisdn)) == 10

    def test_it_is_of_the_own_number(self, visitor, people, operator):
        visitor.sign_in(people.anna, people.passwords[people.anna])
        visitor.switch_to(people.grandma)
        visitor.open("/statement/order")
        assert visitor.has("main .banner")
        visitor.fill("email", "work@example.org")
        visitor.fill("reauth", people.passwords[people.anna])
        visitor.submit("/statement/order")

        assert visitor.path == "/statement/order/sent"
        assert operator.mail(people.grandma) == []
        assert operator.mail(people.anna)[-1]["email"] == "work@example.org"
