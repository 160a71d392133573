"""The list of pages: each path in each state that looks different. Every check of pages goes through this list."""

import contextlib
import dataclasses
import datetime
import re

from states_giving import GivingStates

NAVIGATION = ("/", "/expenses", "/statement", "/payments", "/tariffs", "/options", "/subscriptions", "/service",
              "/numbers", "/security", "/profile")


@dataclasses.dataclass(frozen=True)
class Page:
    path: str
    # Who looks: a key of States.
    state: str = "nobody"
    name: str = ""
    # The button of this form is pressed, so that the page shows what is missing.
    submit: str = ""
    status: int = 200
    # A pattern of the address to which the page leads, if it is another one.
    leads: str = ""
    # The service cannot be reached.
    is_service_down: bool = False

    @property
    def title(self):
        path = self.path.partition("?")[0].strip("/").replace("/", "-") or "start"
        return "-".join(filter(None, (path, self.name or (self.state if self.state != "nobody" else ""))))


# Anybody's pages.
PUBLIC = [
    Page("/sign-in"),
    Page("/sign-in", name="refused", submit="/sign-in", status=422),
    Page("/sign-in", name="ended", state="ended"),
    Page("/sign-in/code"),
    Page("/sign-in/code", name="refused", submit="/sign-in/code", status=422),
    Page("/sign-in/code/confirm", name="begin-again"),
    Page("/sign-in/code/confirm", state="code"),
    Page("/sign-in/code/confirm", state="code", name="refused", submit="/sign-in/code/confirm", status=422),
    Page("/sign-in/push"),
    Page("/sign-in/push/wait", state="push"),
    Page("/register"),
    Page("/register", name="refused", submit="/register", status=422),
    Page("/register/confirm", state="register"),
    Page("/register/confirm", state="register", name="refused", submit="/register/confirm", status=422),
    Page("/recover"),
    Page("/recover/confirm", state="recover"),
    Page("/recover/confirm", state="recover", name="refused", submit="/recover/confirm", status=422),
    Page("/help"),
    Page("/offline"),
    Page("/no-such-page", status=404),
]

# Anna has everything, and manages a number.
FULL = [Page(path, "anna") for path in NAVIGATION] + [
    Page("/help", "anna"),
    Page("/statement?from=2026-01-01&to=2025-01-01", "anna", name="refused", status=422),
    Page("/statement/order", "anna"),
    Page("/statement/order?from=2026-10-01&to=2026-10-31", "zoya", name="confirmed"),
    Page("/statement/order", "anna", name="refused", submit="/statement/order", status=422),
    Page("/statement/order/sent", "ordered"),
    Page("/tariffs/moy-onlayn", "anna", name="own"),
    Page("/tariffs/moy-onlayn-plus", "anna"),
    Page("/tariffs/moy-onlayn-plus?when=period_end&date=", "anna", name="period-end"),
    Page("/tariffs/moy-onlayn-plus?when=date&date=", "anna", name="no-day", status=422),
    Page("/tariffs/moy-onlayn-plus?when=date&date=2001-01-01", "anna", name="past-day"),
    Page("/tariffs/klassicheskiy", "anna", name="conflict"),
    Page("/tariffs/own/suspend", "anna"),
    Page("/options/internet-5gb", "anna", name="on"),
    Page("/options/sms-50", "anna"),
    Page("/subscriptions/muzyka", "anna", name="on"),
    Page("/subscriptions/goroskop", "anna"),
    Page("/subscriptions/goroskop/confirm", "anna", name="begin-again"),
    Page("/subscriptions/goroskop/confirm", "buying"),
    Page("/subscriptions/goroskop/confirm", "buying", name="refused", submit="/subscriptions/goroskop/confirm",
         status=422),
    Page("/service/sim/block", "anna"),
    Page("/service/sim/unblock", "anna", name="not-blocked"),
    Page("/service/limits", "anna"),
    Page("/service/blacklist", "anna"),
    Page("/service/blacklist", "anna", name="refused", submit="/service/blacklist", status=422),
    Page("/numbers/add", "anna"),
    Page("/numbers/add", "anna", name="refused", submit="/numbers/add", status=422),
    Page("/numbers/confirm", "link"),
    Page("/numbers/remove", "unlinking"),
    Page("/security/password", "anna"),
    Page("/security/password", "anna", name="refused", submit="/security/password", status=422),
    Page("/security/device", "device"),
    Page("/profile", "zoya"),
    Page("/profile/email/confirm", "anna", name="begin-again"),
    Page("/profile/email/confirm", "mailing"),
    Page("/profile/email/confirm", "mailing", name="refused", submit="/profile/email/confirm", status=422),
    Page("/profile/edit", "anna"),
    Page("/profile/consents", "anna"),
    Page("/privacy", "anna"),
    Page("/erase", "anna"),
    Page("/erase", "anna", name="refused", submit="/erase", status=422),
    Page("/", "anna", name="unavailable", status=503, is_service_down=True),
    Page("/no-such-page", "anna", status=404),
]

# Pages of paying. A request has an address of its own.
PAYING = [
    Page("/topup", "anna"),
    Page("/topup", "anna", name="refused", submit="/topup", status=422),
    Page("/topup", "linked"),
    Page("/topup", "zoya", name="stored"),
    Page("/topup", "many", name="requests"),
    Page("/topup/back", "asking", leads=r"/topup/\d+"),
    Page("/topup/back", "offered", leads=r"/topup/\d+/pay"),
    Page("/topup/back", "paid", leads=r"/topup/\d+"),
    Page("/topup/back", "declined", leads=r"/topup/\d+"),
    Page("/topup/voucher", "anna"),
    Page("/topup/voucher", "anna", name="refused", submit="/topup/voucher", status=422),
    Page("/cards", "anna", name="none"),
    Page("/cards", "zoya"),
    Page("/cards/remove", "removing"),
    Page("/cards/remove", "anna", name="begin-again"),
    Page("/refund", "anna"),
    Page("/refund", "anna", name="refused", submit="/refund", status=422),
    Page("/refund", "vera", name="nothing"),
    Page("/payments", "paid", name="of-requests"),
    Page("/statement?kind=adjustment", "corrected", name="adjustments"),
]

# Promised and automatic payments, transfers, gifts and exchanges.
GIVING = [
    Page("/promise", "anna"),
    Page("/promise", "linked"),
    Page("/promise", "paid", name="too-new"),
    Page("/promise", "borrower", name="owed"),
    Page("/promise", "debtor", name="debt"),
    Page("/promise/confirm?amount=50", "anna"),
    Page("/promise/confirm?amount=7", "anna", name="begin-again"),
    Page("/", "borrower", name="owed"),
    Page("/transfer", "anna"),
    Page("/transfer", "anna", name="refused", submit="/transfer", status=422),
    Page("/transfer", "vera", name="nothing"),
    Page("/transfer", "linked"),
    Page("/transfer/confirm", "transferring"),
    Page("/transfer/confirm", "transferring", name="refused", submit="/transfer/confirm", status=422),
    Page("/transfer/confirm", "vera", name="begin-again"),
    Page("/gift", "giver"),
    Page("/gift", "giver", name="refused", submit="/gift", status=422),
    Page("/gift", "vera", name="nothing"),
    Page("/gift/confirm", "gifting"),
    Page("/gift/confirm", "vera", name="begin-again"),
    Page("/exchange", "giver"),
    Page("/exchange", "giver", name="refused", submit="/exchange", status=422),
    Page("/exchange", "vera", name="nothing"),
    Page("/exchange/confirm?minutes=30", "giver"),
    Page("/exchange/confirm?minutes=0", "giver", name="begin-again"),
    Page("/", "gifted", name="gift-and-exchange"),
    Page("/statement?kind=adjustment", "gifted", name="transfers"),
    Page("/autopay", "anna", name="no-card"),
    Page("/autopay", "zoya", name="off"),
    Page("/autopay", "zoya", name="refused", submit="/autopay", status=422),
    Page("/autopay", "automatic", name="on"),
    Page("/autopay/confirm", "ordering"),
    Page("/autopay/confirm", "ordering", name="refused", submit="/autopay/confirm", status=422),
    Page("/autopay/confirm", "anna", name="begin-again"),
]

# Anna looks at the number that she manages.
LINKED = [Page(path, "linked") for path in ("/", "/expenses", "/tariffs", "/options", "/subscriptions", "/service",
                                        "/service/sim/block", "/service/sim/unblock", "/service/limits",
                                        "/service/blacklist", "/numbers", "/statement/order")]

# Boris has not paid, and Vera has nothing.
UNPAID = [Page(path, "boris") for path in ("/", "/tariffs", "/tariffs/moy-onlayn", "/options", "/payments", "/expenses")]
EMPTY = [Page(path, "vera") for path in NAVIGATION] + [
    Page("/tariffs/moy-onlayn", "vera", name="too-little-money"),
    Page("/options/internet-30gb", "vera", name="too-little-money"),
    Page("/subscriptions/goroskop", "vera", name="banned"),
]

# Numbers whose service is stopped, and one whose tariff is to change.
STOPPED = [Page(path, "galina") for path in ("/", "/service", "/service/sim/block", "/service/sim/unblock")] + [
    Page("/service/sim/unblock", "galina", name="refused", submit="/service/sim/unblock", status=422),
    *(Page(path, "dmitry") for path in ("/", "/tariffs", "/tariffs/moy-onlayn", "/tariffs/own/suspend", "/options/sms-50",
                                        "/service")),
    *(Page(path, "egor") for path in ("/", "/service", "/service/limits", "/service/blacklist")),
    *(Page(path, "zoya") for path in ("/", "/tariffs", "/tariffs/moy-onlayn-plus")),
]

PAGES = PUBLIC + FULL + PAYING + GIVING + LINKED + UNPAID + EMPTY + STOPPED


# A question on the phone is good for two minutes, a code for ten, and a session for thirty without use.
LIFETIMES = {"push": datetime.timedelta(minutes=1)}
LIFETIME = datetime.timedelta(minutes=8)


class States(GivingStates):
    """The cookies of visitors, each made once by walking through the pages."""

    def __init__(self, make_visitor, operator, people, bank, relay):
        self.make_visitor, self.operator, self.people, self.bank, self.relay = make_visitor, operator, people, bank, relay
        self.cookies = {"nobody": []}
        self.made = {}

    def __getitem__(self, state):
        """What Playwright calls a storage state."""
        is_old = state in self.made and self.operator.now() - self.made[state] > LIFETIMES.get(state, LIFETIME)
        if state not in self.cookies or is_old:
            self.made[state] = self.operator.now()
            visitor = self.make_visitor("no-script")
            getattr(self, state)(visitor)
            self.cookies[state] = visitor.context.cookies()
            visitor.close()
        return {"cookies": self.cookies[state], "origins": []}

    def signed_in(self, visitor, msisdn):
        visitor.sign_in(msisdn, self.people.passwords[msisdn])

    def anna(self, visitor):
        self.signed_in(visitor, self.people.anna)

    def boris(self, visitor):
        self.signed_in(visitor, self.people.boris)

    def vera(self, visitor):
        self.signed_in(visitor, self.people.vera)

    def galina(self, visitor):
        self.signed_in(visitor, self.people.galina)

    def dmitry(self, visitor):
        self.signed_in(visitor, self.people.dmitry)

    def egor(self, visitor):
        self.signed_in(visitor, self.people.egor)

    def zoya(self, visitor):
        self.signed_in(visitor, self.people.zoya)

    def buying(self, visitor):
        self.anna(visitor)
        visitor.open("/subscriptions/goroskop")
        visitor.submit("/subscriptions/goroskop")

    def mailing(self, visitor):
        self.anna(visitor)
        visitor.open("/profile")
        visitor.submit("/profile/email/code")

    def ordered(self, visitor):
        self.zoya(visitor)
        visitor.open("/statement/order")
        visitor.submit("/statement/order")

    def removing(self, visitor):
        self.zoya(visitor)
        visitor.open("/cards")
        visitor.submit("/cards/remove/choose")

    def ask_to_pay(self, visitor, amount="300"):
        """A newcomer's request, which the bank has not answered."""
        msisdn = self.operator.activate("moy-razgovor", money=500)
        visitor.sign_in(msisdn, self.operator.register(msisdn))
        visitor.top_up(amount)
        return msisdn, self.bank.requests(msisdn)[-1]["request"]

    def asking(self, visitor):
        self.ask_to_pay(visitor)

    def offered(self, visitor):
        _, request = self.ask_to_pay(visitor)
        self.bank.offer(request)

    def paid(self, visitor):
        """Another amount, after the time was over."""
        msisdn, request = self.ask_to_pay(visitor)
        self.operator.wait(1260)
        self.bank.pay(request, msisdn, 250)

    def declined(self, visitor):
        _, request = self.ask_to_pay(visitor)
        self.bank.call("PAYMENT.REFUSE", request, reason="insufficient_funds")

    def many(self, visitor):
        """As many open requests as a number may have, and one that was paid."""
        msisdn, request = self.ask_to_pay(visitor)
        self.bank.pay(request, msisdn, 300)
        for amount in ("100", "200.50", "300", "400", "500"):
            visitor.top_up(amount)

    def corrected(self, visitor):
        msisdn = self.operator.activate("moy-razgovor", money=500)
        self.operator.call("ADJUST", msisdn, "-20", reason="a call that was rated twice")
        self.operator.call("ADJUST", msisdn, "50", reason="goodwill")
        visitor.sign_in(msisdn, self.operator.register(msisdn))

    def linked(self, visitor):
        self.anna(visitor)
        visitor.switch_to(self.people.grandma)

    def ask(self, visitor, path, region=None):
        """A form with a number, of somebody who is not signed in."""
        visitor.open(path)
        visitor.fill("msisdn", self.operator.activate())
        if region:
            visitor.choose("region", region)
        visitor.submit(path)

    def code(self, visitor):
        self.ask(visitor, "/sign-in/code")

    def push(self, visitor):
        self.ask(visitor, "/sign-in/push")

    def register(self, visitor):
        self.ask(visitor, "/register", "msk")

    def recover(self, visitor):
        self.ask(visitor, "/recover")

    def ended(self, visitor):
        msisdn = self.operator.activate()
        visitor.sign_in(msisdn, self.operator.register(msisdn))
        self.operator.call("SESSION.END", msisdn, "all")
        visitor.context.request.get("/", max_redirects=0)

    def link(self, visitor):
        self.anna(visitor)
        visitor.open("/numbers/add")
        visitor.fill("msisdn", self.operator.activate())
        visitor.fill("reauth", self.people.passwords[self.people.anna])
        visitor.submit("/numbers/add")

    def unlinking(self, visitor):
        self.anna(visitor)
        visitor.open("/numbers")
        visitor.submit("/numbers/remove/choose")

    def device(self, visitor):
        self.anna(visitor)
        visitor.open("/security")
        visitor.press('main form[action^="/security/device"] button, main a[href^="/security/device"]')

    @contextlib.contextmanager
    def shown(self, page, hand="script", look=None, **context):
        """A visitor who looks at a page of the list."""
        visitor = self.make_visitor(hand, look, storage_state=self[page.state], **context)
        visitor.expected |= {page.status}
        try:
            self.relay.is_down = page.is_service_down
            if page.is_service_down:
                self.relay.cut()
            response = visitor.open(page.path)
            if page.submit:
                with visitor.page.expect_navigation() as waiting:
                    visitor.page.locator(f'main form[action="{page.submit}"] button').first.click()
                response = waiting.value
            assert response.status == page.status, f"{page.title} answers {response.status}"
            assert re.fullmatch(page.leads or re.escape(page.path), visitor.path), f"{page.title} leads to {visitor.path}"
            visitor.response = response
            yield visitor
        except BaseException:
            # The test fails already, and this says why.
            visitor.faults.clear()
            raise
        finally:
            self.relay.is_down = False
            visitor.close()
