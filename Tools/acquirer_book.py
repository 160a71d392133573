"""The acquirer's book: each payment, what its payer decided, and what the service must still be told.

A payment is one row, and has the next number of the book. Its `ref=` and `id=` are made of the book's name and this
number, so that each retry of a request is the same request, also after kill -9. The book's name is drawn at random, so
a book that replaces a lost one repeats no `ref=` of it. The service would take such a payment for one that it has.

  open ─▶ confirmed ─▶ credited            the payer pays, the service acknowledges TOPUP
   │          └──────▶ rejected            the service refuses TOPUP for good: the money goes back to the payer
   ├────▶ declined ──▶ refused             no payment, the service acknowledges PAYMENT.REFUSE
   └────▶ ended                            the request expired, or another acquirer has it

Every change is on disk before anybody is told of it.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import hmac
import os
import secrets
import sqlite3
import string
import time
from collections.abc import Iterator

VERSION = 1
SCHEMA = """
create table book (version integer not null, name text not null, secret text not null);
create table payment (
    number integer primary key autoincrement,
    request integer not null,
    created text not null,       -- by the service; with request: another log has other ones
    msisdn text not null,
    requested integer not null,  -- money is in minor units
    method text not null,
    stored_card text,
    token text not null unique,  -- the page's
    state text not null default 'open',
    ended integer not null default 0,
    decided real,
    amount integer,
    card_last4 text,
    save_card text,
    reason text,
    payment integer,
    credited real,
    charge_back integer not null default 0,  -- to be reversed
    unique (request, created)
);
create index payment_state on payment (state);
create index payment_charge_back on payment (charge_back) where charge_back > 0;
create table card (card text primary key, msisdn text not null, card_last4 text not null);
create table refund (
    number integer primary key autoincrement,
    refund integer not null,
    created text not null,
    amount integer not null,
    is_said integer not null default 0,
    unique (refund, created)
);
create index refund_said on refund (is_said) where is_said = 0;
"""


def created(row: dict[str, str]) -> str:
    """When a request was made, and which attempt of an automatic payment it is now: each one is a payment of the book."""
    return f"{row['created']} {row['attempt']}" if "attempt" in row else row["created"]


def attempt(created: str) -> str | None:
    """The attempt of an automatic payment; None if somebody asked for it."""
    _, _, number = created.partition(" ")
    return number or None


class State(enum.StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    CREDITED = "credited"
    REJECTED = "rejected"
    DECLINED = "declined"
    REFUSED = "refused"
    ENDED = "ended"


def letters(digest: bytes) -> str:
    """No digits, because the service refuses a text that may hold a card number."""
    return "".join(string.ascii_lowercase[byte % 26] for byte in digest)


class Book:
    def __init__(self, path: str):
        # The book holds the addresses of pages, so it is its owner's alone.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self.store = sqlite3.connect(path, timeout=0, isolation_level=None)
        self.store.row_factory = sqlite3.Row
        # Two processes with one book would answer for the same payments.
        self.store.execute("pragma locking_mode = exclusive")
        self.store.execute("pragma synchronous = extra")
        with self.transaction():
            if not self.store.execute("select 1 from sqlite_master where name = 'book'").fetchone():
                for statement in filter(str.strip, SCHEMA.split(";\n")):
                    self.store.execute(statement)
                name, secret = letters(secrets.token_bytes(8)), secrets.token_hex(32)
                self.store.execute("insert into book values (?, ?, ?)", (VERSION, name, secret))
        version, self.name, secret = self.store.execute("select version, name, secret from book").fetchone()
        if version != VERSION:
            raise ValueError(f"{path} is a book of version {version}, and this program reads version {VERSION}")
        self.key = bytes.fromhex(secret)

    def close(self) -> None:
        self.store.close()

    # --- Identifiers

    def ref(self, number: int) -> str:
        return f"test-{self.name}-{number}"

    def refund_ref(self, number: int) -> str:
        return f"test-{self.name}-refund-{number}"

    def form_token(self, token: str) -> str:
        return self.mac("form", token).hex()[:32]

    def card_token(self, msisdn: str, card_last4: str) -> str:
        """The same card of a number has the same token, so that it is stored once."""
        return "card-" + letters(self.mac("card", msisdn, card_last4))

    def mac(self, *words: str) -> bytes:
        return hmac.digest(self.key, "\n".join(words).encode(), hashlib.sha256)

    # --- Requests

    def add(self, request: int, created: str, msisdn: str, amount: int, method: str,
            stored_card: str | None) -> sqlite3.Row:
        """The payment of a request; a new one if the request is new."""
        # An earlier attempt may have been paid and not yet told of. Then there is no other one.
        states = ", ".join(f"'{state}'" for state in (State.CONFIRMED, State.CREDITED, State.REJECTED))
        made = created.partition(" ")[0]
        paid = self.all("payment", f"request = ? and (created = ? or created like ?) and state in ({states})",
                        request, made, f"{made} %")
        if paid:
            return paid[0]
        self.store.execute(
            "insert into payment (request, created, msisdn, requested, method, stored_card, token)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict (request, created) do nothing",
            (request, created, msisdn, amount, method, stored_card, letters(secrets.token_bytes(32))))
        return self.all("payment", "request = ? and created = ?", request, created)[0]

    def by_token(self, token: str) -> sqlite3.Row | None:
        found = self.all("payment", "token = ?", token)
        return found[0] if found else None

    def may_expire(self) -> list[sqlite3.Row]:
        """Payments whose request the service has not ended yet, as far as the book knows."""
        return self.all("payment", "state in ('open', 'confirmed') and ended = 0")

    def end(self, number: int) -> bool:
        """The request has ended at the service; true if its payer had not decided. A confirmed payment stays owed."""
        self.store.execute("update payment set ended = 1 where number = ?", (number,))
        return self.move(number, State.OPEN, State.ENDED)

    # --- Decisions of payers

    def confirm(self, number: int, amount: int, card_last4: str | None, save_card: str | None) -> bool:
        """False if the payer had decided before, or the request has ended."""
        with self.transaction():
            is_first = self.move(number, State.OPEN, State.CONFIRMED, amount=amount, card_last4=card_last4,
                                 save_card=save_card, decided=time.time())
            if is_first and save_card:
                self.store.execute(
                    "insert into card select ?, msisdn, ? from payment where number = ? on conflict (card) do nothing",
                    (save_card, card_last4, number))
        return is_first

    def decline(self, number: int, reason: str) -> bool:
        return self.move(number, State.OPEN, State.DECLINED, reason=reason, decided=time.time())

    def stored_card(self, card: str, msisdn: str) -> str | None:
        """The last digits of a stored card of that number; None if there is none."""
        found = self.all("card", "card = ? and msisdn = ?", card, msisdn, order="card")
        return str(found[0]["card_last4"]) if found else None

    # --- Debts: the service must be told

    def owed(self) -> list[sqlite3.Row]:
        """Payments and refusals, in the order of the payers' decisions."""
        return self.all("payment", "state in ('confirmed', 'declined')", order="decided, number")

    def owed_charge_backs(self) -> list[sqlite3.Row]:
        return self.all("payment", "charge_back > 0")

    def owed_refunds(self) -> list[sqlite3.Row]:
        return self.all("refund", "is_said = 0")

    def credit(self, number: int, payment: int | None, charge_back: int) -> bool:
        return self.move(number, State.CONFIRMED, State.CREDITED, payment=payment, credited=time.time(),
                         charge_back=charge_back if payment is not None else 0)

    def reject(self, number: int, reason: str) -> bool:
        return self.move(number, State.CONFIRMED, State.REJECTED, reason=reason)

    def refuse(self, number: int) -> bool:
        return self.move(number, State.DECLINED, State.REFUSED)

    def charged_back(self, number: int) -> None:
        self.store.execute("update payment set charge_back = 0 where number = ?", (number,))

    def add_refund(self, refund: int, created: str, amount: int) -> None:
        self.store.execute("insert into refund (refund, created, amount) values (?, ?, ?)"
                           " on conflict (refund, created) do nothing", (refund, created, amount))

    def refunded(self, number: int) -> None:
        self.store.execute("update refund set is_said = 1 where number = ?", (number,))

    def is_settled(self) -> bool:
        """Nothing is open, and nothing is owed."""
        return not (self.owed_charge_backs() or self.owed_refunds()
                    or self.all("payment", "state in ('open', 'confirmed', 'declined')"))

    # --- Below

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        self.store.execute("begin exclusive")
        try:
            yield
            self.store.execute("commit")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self.store.in_transaction:
                self.store.execute("rollback")
            raise

    def all(self, table: str, condition: str, *values: object, order: str = "number") -> list[sqlite3.Row]:
        return self.store.execute(f"select * from {table} where {condition} order by {order}", values).fetchall()

    def move(self, number: int, before: State, after: State, **columns: object) -> bool:
        """One step of the picture above; false if the payment is elsewhere."""
        settings = "".join(f", {name} = ?" for name in columns)
        changed = self.store.execute(f"update payment set state = ?{settings} where number = ? and state = ?",
                                     (after, *columns.values(), number, before))
        return changed.rowcount == 1
