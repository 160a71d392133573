"""A test acquirer: pays the top-ups that subscribers request, so that people and tests can pay. No money moves.

It follows the open requests of an account service, offers a page for each one, and tells the service what the payer
decided. A payment that its payer confirmed is said until the service has acknowledged it, over kill -9 of either side,
and is credited once. docs/acquirer.md explains the order, which is that of a real acquirer too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlsplit

import acquirer_faults as faults
from acquirer_book import Book, State, attempt, created
from acquirer_page import CANCELLED, CARDS, Pages
from acquirer_wire import Connection, Refused, Service, Unreachable

EXAMPLES = """examples:
  Tools/acquirer                       beside Tools/run; its principal must exist (docs/acquirer.md)
  Tools/acquirer --auto --delay 0      pays every request at once, without a person
  Tools/acquirer --auto --once --seed 7 --repeat 0.5 --drop 0.5 --reorder 0.3 --other-amount 0.1
                                       pays in a disorderly way, and ends when nothing is open or owed

It prints a line for each act. Its book (--data) must outlive it: what it owes the service is there alone."""

WAIT_SECONDS = 30
SWEEP_SECONDS = 3
# A service that knows no refunds may be replaced by one that does.
REFUNDS_AGAIN_SECONDS = 600
RELIST_SECONDS = 0.5
RETRY_SECONDS = (0.1, 5.0)
# The service has the payment already.
DONE = {"duplicate_ref"}
# The request will be refused in the same way each time. Any other refusal is temporary, or an operator can mend it.
FINAL = {"already_exists", "not_found", "not_available", "invalid_msisdn", "invalid_amount", "amount_overflow", "limit_reached",
         "id_conflict"}
TEST_CARD = next(iter(CARDS))
MAXIMUM_URL_BYTES = 500

Work = Callable[[Connection], Awaitable[None]]
Pay = Callable[[Connection, sqlite3.Row], Awaitable[None]]


class Dropped(Exception):
    """The connection was closed on purpose (--drop)."""


class Acquirer:
    def __init__(self, options: argparse.Namespace, book: Book):
        self.options, self.book = options, book
        self.faults = faults.faults_of(options)
        host, port = options.connect
        self.service = Service(host, port, options.principal, options.secret_file, options.ca)
        self.pages = Pages(book, options.back, self.decide)
        self.base = ""
        self.stop, self.decided = asyncio.Event(), asyncio.Event()
        # Of this process alone: after a restart each of these may happen once more, which a retry must stand anyway.
        self.dropped: set[int] = set()
        self.retry_at: dict[str, float] = {}
        self.last_said = 0
        self.has_read_refunds = False
        self.trouble = ""

    async def run(self) -> None:
        server = await self.pages.serve(*self.options.listen)
        host, port = server.sockets[0].getsockname()[:2]
        self.base = self.options.public or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        print(f"acquirer is ready on {self.base}", "test acquirer: no money moves", sep="\n", flush=True)
        tasks = [asyncio.create_task(self.forever(work)) for work in (self.follow, self.settle, self.follow_refunds)]
        ended = asyncio.create_task(self.stop.wait())
        try:
            # A task ends only by a fault of this program, which then ends too.
            done, _ = await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (ended, *tasks):
                task.cancel()
            await asyncio.gather(ended, *tasks, return_exceptions=True)
            server.close()

    async def forever(self, work: Work) -> None:
        """Does the work over one connection after another, because the service may go away at any time."""
        pause = RETRY_SECONDS[0]
        while True:
            connection = None
            try:
                connection = await Connection.open(self.service)
                try:
                    await work(connection)
                finally:
                    connection.close()
            except Dropped:
                continue
            # The last two: a reply without a field that the protocol promises.
            except (Unreachable, Refused, KeyError, ValueError) as error:
                # A connection that broke while it was used is replaced at once; a refusal would only come again.
                if connection and connection.replies and type(error) is Unreachable:
                    pause, self.trouble = RETRY_SECONDS[0], ""
                if str(error) != self.trouble:
                    self.trouble = str(error)
                    print(f"acquirer: {self.trouble}; trying again", file=sys.stderr, flush=True)
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 2, RETRY_SECONDS[1])

    # --- Requests

    async def follow(self, service: Connection) -> None:
        """Offers a page for each request; after each reconnect first for all open ones, as an offer may be lost."""
        position = 1
        while True:
            wait = 1 if self.options.once else WAIT_SECONDS
            reply = await service.call("PAYMENT.REQUESTS", from_=position, wait=wait)
            for row in reply.rows:
                await self.take(service, row)
            # A request that is opened again has an old number, so the service says where to go on.
            position = int(reply.fields["next"])
            if self.options.once and not reply.rows and self.has_read_refunds and self.book.is_settled():
                self.stop.set()

    async def take(self, service: Connection, row: dict[str, str]) -> None:
        payment = self.book.add(int(row["request"]), created(row), row["msisdn"], minor(row["amount"]),
                                row["method"], row.get("card"))
        if payment["state"] != State.OPEN:
            return
        if payment["stored_card"]:
            self.decide(payment, "stored", False)
            return
        back = f"?back={quote(self.options.back, safe='')}" if self.options.back else ""
        url = f"{self.base}/pay/{payment['token']}{back}"
        try:
            # The first offer takes the request from all other acquirers, so a payment never begins before it.
            offered = await service.call("PAYMENT.OFFER", payment["request"], url=url)
        except Refused as refusal:
            if refusal.code not in ("not_found", "not_available"):
                raise
            self.end(payment)
            return
        if "repeated" not in offered.fields:
            say("offered", request=payment["request"], amount=row["amount"], method=row["method"], url=url)
        if self.options.auto:
            self.decide(payment, TEST_CARD if payment["method"] == "card" else payment["method"], False)

    def end(self, payment: sqlite3.Row) -> None:
        if self.book.end(payment["number"]):
            say("ended", request=payment["request"])

    def decide(self, payment: sqlite3.Row, act: str, saves: bool) -> None:
        """The payer's decision, by a button or by --auto. It is in the book when this returns."""
        number, card_last4, save_card = payment["number"], None, None
        plan = self.faults.plan(payment["request"], payment["requested"])
        refusal = CANCELLED if act == CANCELLED else CARDS.get(act) or plan.refusal
        if act == "stored":
            card_last4 = self.book.stored_card(payment["stored_card"], payment["msisdn"])
            refusal = "unknown_card" if card_last4 is None else refusal
        elif act in CARDS:
            card_last4 = act
            save_card = self.book.card_token(payment["msisdn"], act) if saves and not refusal else None
        if refusal:
            is_first = self.book.decline(number, refusal)
        else:
            is_first = self.book.confirm(number, plan.amount, card_last4, save_card)
        if is_first:
            say("declined" if refusal else "confirmed", request=payment["request"], reason=refusal)
            self.decided.set()

    # --- Debts

    async def settle(self, service: Connection) -> None:
        """Tells the service what it must still be told. Each debt stays in the book until it was acknowledged."""
        sweep_at = 0.0
        while True:
            self.decided.clear()
            for payment in self.book.owed():
                if payment["state"] == State.DECLINED:
                    await self.paying("refusal", self.refuse, service, payment)
                elif self.is_due(payment):
                    await self.paying("payment", self.top_up, service, payment)
            for payment in self.book.owed_charge_backs():
                if has_passed(payment["credited"], 1 + self.plan(payment).delay_seconds):
                    await self.paying("charge-back", self.charge_back, service, payment)
            for refund in self.book.owed_refunds():
                await self.paying("refund", self.pay_refund, service, refund)
            if time.monotonic() >= sweep_at:
                await self.sweep(service)
                sweep_at = time.monotonic() + SWEEP_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05 if self.book.owed() or self.book.owed_charge_backs() else 1):
                    await self.decided.wait()

    async def paying(self, kind: str, pay: Pay, service: Connection, row: sqlite3.Row) -> None:
        """One debt. A refusal that may pass delays this debt, and no other."""
        debt = f"{kind} {row['number']}"
        if time.monotonic() < self.retry_at.get(debt, 0):
            return
        try:
            await pay(service, row)
            self.retry_at.pop(debt, None)
        except Refused as refusal:
            print(f"acquirer: {debt}: {refusal}; trying again", file=sys.stderr, flush=True)
            self.retry_at[debt] = time.monotonic() + RETRY_SECONDS[1]

    def plan(self, payment: sqlite3.Row) -> faults.Plan:
        return self.faults.plan(payment["request"], payment["requested"])

    def is_due(self, payment: sqlite3.Row) -> bool:
        plan = self.plan(payment)
        if plan.is_late and not payment["ended"]:
            return False
        if plan.is_held and self.last_said < payment["number"]:
            return has_passed(payment["decided"], plan.delay_seconds + faults.HOLD_SECONDS)
        return has_passed(payment["decided"], plan.delay_seconds)

    async def top_up(self, service: Connection, payment: sqlite3.Row) -> None:
        """The arguments come from the book alone: a retry with another amount under the same id would be refused."""
        number, request, plan = payment["number"], payment["request"], self.plan(payment)
        ref = self.book.ref(number)
        words: tuple[str, ...] = ("TOPUP", payment["msisdn"], major(payment["amount"]))
        named: dict[str, Any] = {
            "ref": ref, "request": request, "method": payment["method"], "card_last4": payment["card_last4"],
            "card": payment["save_card"]}
        if plan.drops and number not in self.dropped:
            self.dropped.add(number)
            await service.send(*words, **named, id=ref)
            say("dropped", request=request)
            raise Dropped
        try:
            fields = (await service.call(*words, **named, id=ref)).fields
            if plan.repeats:
                await self.repeat(service, words, {**named, "id": ref if plan.repeats == "same" else f"{ref}-2"})
        except Refused as refusal:
            if refusal.code in FINAL:
                if self.book.reject(number, refusal.code):
                    say("rejected", request=request, error=refusal.code, field=refusal.field)
                return
            if refusal.code not in DONE:
                raise
            fields = {}
        self.last_said = max(self.last_said, number)
        paid = int(fields["payment"]) if "payment" in fields else None
        # The seed may be another one than when the payer decided.
        if self.book.credit(number, paid, min(plan.charge_back, payment["amount"])):
            say("paid", request=request, payment=paid, amount=major(payment["amount"]),
                **{flag: fields.get(flag) for flag in ("late", "parked", "repeated")})

    async def repeat(self, service: Connection, words: tuple[str, ...], named: dict[str, Any]) -> None:
        try:
            answer = "repeated" if "repeated" in (await service.call(*words, **named)).fields else "OK"
        except Refused as refusal:
            answer = refusal.code
        say("repeated", request=named["request"], id="other" if named["id"] != named["ref"] else "same", answer=answer)

    async def refuse(self, service: Connection, payment: sqlite3.Row) -> None:
        try:
            await service.call("PAYMENT.REFUSE", payment["request"], reason=payment["reason"],
                               attempt=attempt(payment["created"]), id=self.book.ref(payment["number"]))
        except Refused as refusal:
            if refusal.code not in FINAL | DONE:  # An expired request, for one: there is nothing left to refuse.
                raise
        if self.book.refuse(payment["number"]):
            say("refused", request=payment["request"], reason=payment["reason"])

    async def charge_back(self, service: Connection, payment: sqlite3.Row) -> None:
        amount = major(payment["charge_back"])
        try:
            reply = await service.call("PAYMENT.REVERSE", payment["payment"], reason="charge_back", amount=amount,
                                       id=self.book.ref(payment["number"]) + "-reverse")
        except Refused as refusal:
            if refusal.code not in FINAL:
                raise
            say("rejected", request=payment["request"], payment=payment["payment"], error=refusal.code)
        else:
            say("reversed", request=payment["request"], payment=payment["payment"],
                reversal=reply.fields.get("reversal"), amount=amount)
        self.book.charged_back(payment["number"])

    async def sweep(self, service: Connection) -> None:
        """Finds the requests that the service has ended: all open ones are listed, and these are not."""
        known = self.book.may_expire()
        if not known:
            return
        listed, position = set(), 1
        while (reply := await service.call("PAYMENT.REQUESTS", from_=position)).rows:
            listed |= {(int(row["request"]), created(row)) for row in reply.rows}
            position = int(reply.fields["next"])
        for payment in known:
            if (payment["request"], payment["created"]) not in listed:
                self.end(payment)

    # --- Refunds

    async def follow_refunds(self, service: Connection) -> None:
        """Lists them again and again: one leaves the list when it was reported."""
        wait = 1 if self.options.once else WAIT_SECONDS
        while True:
            try:
                reply = await service.call("REFUNDS", limit=1000, wait=wait)
            except Refused as refusal:
                if refusal.code not in ("unknown_command", "not_permitted"):
                    raise
                if not self.has_read_refunds:
                    print(f"acquirer: REFUNDS: {refusal}; there are no refunds", file=sys.stderr, flush=True)
                self.has_read_refunds = True
                await asyncio.sleep(REFUNDS_AGAIN_SECONDS)
                return
            for row in reply.rows:
                self.book.add_refund(int(row["refund"]), row["created"], minor(row["amount"]))
                self.decided.set()
            self.has_read_refunds = True
            if reply.rows:
                await asyncio.sleep(RELIST_SECONDS)

    async def pay_refund(self, service: Connection, refund: sqlite3.Row) -> None:
        ref = self.book.refund_ref(refund["number"])
        try:
            await service.call("REFUND.PAID", refund["refund"], ref=ref, id=ref)
        except Refused as refusal:
            if refusal.code not in FINAL | DONE:
                raise
            say("rejected", refund=refund["refund"], error=refusal.code)
        else:
            say("refunded", refund=refund["refund"], amount=major(refund["amount"]), ref=ref)
        self.book.refunded(refund["number"])


def minor(money: str) -> int:
    roubles, _, kopecks = money.partition(".")
    return int(roubles) * 100 + int((kopecks + "00")[:2])


def major(money: int) -> str:
    return f"{money // 100}.{money % 100:02}"


def has_passed(since: float, seconds: float) -> bool:
    # A clock that was set back must not hold a payment for long.
    return not 0 <= time.time() - since < seconds


def say(act: str, **fields: object) -> None:
    # An act is done and in the book even if nobody reads its line any more.
    with contextlib.suppress(OSError):
        print(act, *(f"{name}={value}" for name, value in fields.items() if value is not None), flush=True)


# --- Settings

def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError("an address is HOST:PORT")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Tools/acquirer", description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connect", type=address, default=os.environ.get("KABINET_CONNECT", "127.0.0.1:7117"),
                        metavar="HOST:PORT", help="the service; KABINET_CONNECT, or 127.0.0.1:7117")
    parser.add_argument("--ca", metavar="FILE", help="the authority of the service's certificate; absent: no TLS")
    parser.add_argument("--principal", default="acquirer", metavar="NAME", help="acquirer")
    parser.add_argument("--secret-file", default="data/acquirer.secret", metavar="FILE", help="data/acquirer.secret")
    parser.add_argument("--data", default="data/acquirer.book", metavar="FILE", help="the book; data/acquirer.book")
    parser.add_argument("--listen", type=address, default="127.0.0.1:8090", metavar="HOST:PORT",
                        help="the pages; 127.0.0.1:8090. Port 0 chooses a free one")
    parser.add_argument("--allow-remote", action="store_true", help="listen beyond loopback, without TLS")
    parser.add_argument("--public", type=web, default="", metavar="URL",
                        help="where browsers reach the pages, if not at --listen")
    parser.add_argument("--back", type=web, default="http://127.0.0.1:8080/topup", metavar="URL",
                        help="the portal's page behind a payment; http://127.0.0.1:8080/topup. Empty: no link")
    parser.add_argument("--auto", action="store_true", help="pay every request, without a person")
    parser.add_argument("--once", action="store_true", help="end when nothing is open or owed")
    faults.add_arguments(parser)
    options = parser.parse_args()
    if not is_loopback(options.listen[0]) and not options.allow_remote:
        parser.error("--listen beyond loopback needs --allow-remote, because anybody there could pay")
    if not is_loopback(options.connect[0]) and not options.ca:
        parser.error("--connect beyond loopback needs --ca, because the secret would cross the network in the clear")
    if len(options.public) + len(quote(options.back, safe="")) > MAXIMUM_URL_BYTES - 100:
        parser.error(f"--public and --back are too long: a page's address has at most {MAXIMUM_URL_BYTES} bytes")
    return options


def web(text: str) -> str:
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc or not text.isprintable()):
        raise argparse.ArgumentTypeError("a URL begins with http:// or https://")
    return text.rstrip("/")


async def serve(options: argparse.Namespace, book: Book) -> None:
    acquirer = Acquirer(options, book)
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, acquirer.stop.set)
    await acquirer.run()


def main() -> None:
    options = arguments()
    try:
        book = Book(options.data)
        with contextlib.closing(book):
            asyncio.run(serve(options, book))
    except (OSError, ValueError, sqlite3.Error) as error:
        sys.exit(f"acquirer: {error}")
