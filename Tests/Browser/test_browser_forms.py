"""A form changes once, for the number that it was shown for, and only from a page of the same visit."""

import contextlib
import threading
import urllib.request

import pytest
from conftest import ARGUMENTS, CHROMIUM
from visitor import phone

CHANGE = "/options/internet-500mb"
# No period ends this option's connection, so a second OPTION.ON would be a second fee.
FEE = 50


@pytest.fixture
def at_the_form(signed_in):
    signed_in.open(CHANGE)
    return signed_in


@pytest.fixture
def fees(operator):
    """How often the option's fee was taken of a number since the test began to look."""
    balances = {}

    def count(msisdn):
        balance = float(operator.call("BALANCE", msisdn)["balance"])
        return (balances.setdefault(msisdn, balance) - balance) / FEE

    return count


class TestBrowserOnce:
    @pytest.mark.with_and_without_script
    def test_a_double_click(self, at_the_form, operator, fees):
        fees(at_the_form.msisdn)
        position = operator.position()
        with at_the_form.page.expect_navigation():
            at_the_form.page.locator(f'form[action="{CHANGE}"] button').dblclick()
        at_the_form.page.wait_for_load_state()

        assert fees(at_the_form.msisdn) == 1
        assert operator.events(at_the_form.msisdn, after=position) == ["option_activated", "buckets_granted"]

    def test_the_same_form_many_times_at_once(self, at_the_form, fees):
        fees(at_the_form.msisdn)
        form = at_the_form.form(f'form[action="{CHANGE}"]')
        cookie = "; ".join(f"{it['name']}={it['value']}" for it in at_the_form.context.cookies())
        statuses = []

        def submit():
            body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
            request = urllib.request.Request(at_the_form.site + CHANGE, body, {
                "Cookie": cookie, "Origin": at_the_form.site, "Sec-Fetch-Site": "same-origin",
                "Content-Type": "application/x-www-form-urlencoded"})
            with contextlib.suppress(urllib.error.HTTPError):
                statuses.append(opener.open(request).status)

        opener = urllib.request.build_opener(Once)
        threads = [threading.Thread(target=submit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert statuses == [303] * 8
        assert fees(at_the_form.msisdn) == 1

    def test_reload_and_back(self, at_the_form, fees):
        fees(at_the_form.msisdn)
        at_the_form.submit(CHANGE)
        at_the_form.page.reload()
        at_the_form.page.go_back()
        at_the_form.page.go_forward()
        assert fees(at_the_form.msisdn) == 1

    @pytest.mark.no_script_only
    def test_back_and_the_button_again(self, at_the_form, services, fees):
        """A browser may keep the page of the form, so its button is pressed a second time."""
        fees(at_the_form.msisdn)
        form = at_the_form.form(f'form[action="{CHANGE}"]')
        at_the_form.submit(CHANGE)

        assert at_the_form.post(CHANGE, form).status == 303
        assert fees(at_the_form.msisdn) == 1

    def test_a_lost_reply(self, at_the_form, services, fees):
        fees(at_the_form.msisdn)
        services.relay.lost_replies.append("OPTION.ON")

        with at_the_form.expecting(503):
            at_the_form.submit(CHANGE)
            # The cabinet asks again itself, or offers to repeat.
            if at_the_form.has(f'main form[action="{CHANGE}"]'):
                at_the_form.submit(CHANGE)

        assert not services.relay.lost_replies
        assert fees(at_the_form.msisdn) == 1


class Once(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, and takes one for an answer."""

    def http_error_303(self, request, response, code, message, headers):
        response.status = 303
        return response


class TestBrowserTwoTabs:
    def test_a_form_acts_on_the_number_it_was_shown_for(self, signed_in, operator, time, fees):
        other = operator.activate("moy-razgovor", money=900)
        operator.link(signed_in.msisdn, signed_in.password, other)
        signed_in.submit("/sign-out")
        signed_in.sign_in(signed_in.msisdn, signed_in.password)
        fees(signed_in.msisdn), fees(other)
        signed_in.open(CHANGE)

        second = signed_in.context.new_page()
        second.goto("/")
        second.locator(".switcher summary").click()
        with second.expect_navigation():
            second.locator(f'.switcher button[value="{other}"]').click()
        assert phone(other) in second.locator("main").inner_text().replace("\u00a0", " ")

        signed_in.submit(CHANGE)

        assert (fees(signed_in.msisdn), fees(other)) == (1, 0)

    def test_the_language_form_of_a_tab_before_sign_in(self, visitor, subscriber):
        """A form of before the sign-in belongs to another visit."""
        visitor.open("/sign-in")
        form = visitor.form('form[action="/language"]')
        visitor.sign_in(*subscriber)
        assert visitor.post("/language", {**form, "language": "en"}).status == 403


class TestBrowserForgery:
    """A request that another site makes a visitor send."""

    def expect_refusal(self, visitor, fees, fields, headers=None):
        fees(visitor.msisdn)
        response = visitor.post(CHANGE, fields, headers)
        assert response.status == 403
        assert fees(visitor.msisdn) == 0

    def test_without_a_token(self, at_the_form, fees):
        form = at_the_form.form(f'form[action="{CHANGE}"]')
        self.expect_refusal(at_the_form, fees, {"number": form["number"]})
        self.expect_refusal(at_the_form, fees, {**form, "form": ""})
        self.expect_refusal(at_the_form, fees, {})

    def test_with_a_token_that_was_changed(self, at_the_form, fees):
        form = at_the_form.form(f'form[action="{CHANGE}"]')
        token = form["form"]
        last = "B" if token[-2] == "A" else "A"
        self.expect_refusal(at_the_form, fees, {**form, "form": token[:-2] + last + token[-1]})

    def test_with_the_token_of_another_visit(self, at_the_form, visitors, operator, fees):
        other = operator.activate("moy-razgovor", money=900)
        attacker = visitors()
        attacker.sign_in(other, operator.register(other))
        attacker.open(CHANGE)
        form = attacker.form(f'form[action="{CHANGE}"]')
        self.expect_refusal(at_the_form, fees, form)
        self.expect_refusal(at_the_form, fees, {**form, "number": at_the_form.msisdn})

    def test_for_another_number(self, at_the_form, people, fees):
        form = at_the_form.form(f'form[action="{CHANGE}"]')
        self.expect_refusal(at_the_form, fees, {**form, "number": people.anna})

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
    def test_from_another_site(self, at_the_form, fees, site):
        form = at_the_form.form(f'form[action="{CHANGE}"]')
        self.expect_refusal(at_the_form, fees, form, {"Sec-Fetch-Site": site})

    def test_the_refusal_is_a_page(self, at_the_form, fees):
        fees(at_the_form.msisdn)
        at_the_form.page.evaluate("document.querySelectorAll('[name=form]').forEach(field => field.value = 'x')")
        with at_the_form.expecting(403):
            at_the_form.submit(CHANGE)
        assert at_the_form.has("main h1")
        assert fees(at_the_form.msisdn) == 0


@pytest.mark.no_script_only
class TestBrowserServiceDown:
    def test_a_page_says_so_and_works_again(self, signed_in, services):
        with stopped(services.relay), signed_in.expecting(503):
            assert signed_in.open("/").status == 503
            assert signed_in.has("main h1")
            assert signed_in.has(".switcher"), "the visitor is still signed in"
        assert signed_in.open("/").status == 200

    def test_a_change_is_not_done_or_done_once(self, at_the_form, services, fees):
        fees(at_the_form.msisdn)
        with stopped(services.relay), at_the_form.expecting(503):
            at_the_form.submit(CHANGE)
            assert at_the_form.has("main h1")
        assert fees(at_the_form.msisdn) == 0


@contextlib.contextmanager
def stopped(relay):
    """The service cannot be reached."""
    relay.is_down = True
    relay.cut()
    try:
        yield
    finally:
        relay.is_down = False


class TestBrowserBackForwardCache:
    """A browser that keeps whole pages shows none of a visit that ended."""

    def test_back_after_sign_out(self, visitors, subscriber, playwright_browser_with_cache):
        visitor = visitors("script", browser=playwright_browser_with_cache)
        visitor.sign_in(*subscriber)
        visitor.open("/")
        number = phone(subscriber[0])
        assert number in visitor.text
        visitor.submit("/sign-out")

        visitor.page.go_back()

        visitor.page.wait_for_function("!document.documentElement.hidden && document.readyState === 'complete'")
        assert number not in visitor.page.content()
        assert visitor.path == "/sign-in"

    def test_back_shows_the_balance_of_now(self, visitors, subscriber, operator, playwright_browser_with_cache):
        visitor = visitors("script", browser=playwright_browser_with_cache)
        visitor.sign_in(*subscriber)
        visitor.open("/")
        visitor.open("/help")
        operator.top_up(subscriber[0], 1111)

        visitor.page.go_back()

        visitor.page.wait_for_function(
            "!document.documentElement.hidden && document.querySelector('.money').innerText.includes('3\u00a0911')")


@pytest.fixture(scope="module")
def playwright_browser_with_cache(browser):
    """The suite's browser is told to keep no pages; this one keeps them, as a visitor's does."""
    with_cache = browser.browser_type.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"])
    yield with_cache
    with_cache.close()
