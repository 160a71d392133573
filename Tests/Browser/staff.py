"""The operator's side: the administrator's connection, which activates numbers, credits money, reports usage and reads
the codes that phones get. It also looks into the log, so that a test sees what a page has changed."""

import datetime
import itertools
import json
import re
import socket

from services import FIELD, unquoted

UTC = datetime.timezone.utc


class Refused(Exception):
    """The service's `ERR`."""


class Reply(dict):
    """The fields of the closing line, and the rows before it."""

    rows = ()


def fields(line):
    return {name: unquoted(value) for name, value in FIELD.findall(line)}


def word(value):
    text = str(value)
    return text if re.fullmatch(r"[\w.:,+-]+", text) else json.dumps(text, ensure_ascii=False)


class Connection:
    """A principal of the service."""

    def __init__(self, port, name, secret):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rw", encoding="utf-8", newline="\n")
        self.call("AUTH", name, secret)

    def call(self, verb, *positional, **named):
        words = [verb, *map(word, positional), *(f"{name}={word(value)}" for name, value in named.items())]
        print(*words, file=self.file, flush=True)
        rows = []
        while line := self.file.readline():
            head, _, rest = line.rstrip("\n").partition(" ")
            if head in ("ROW", "EVENT"):
                rows.append(fields(rest))
            elif head == "ERR":
                raise Refused(line.strip())
            else:
                reply = Reply(fields(rest))
                reply.rows = rows
                return reply
        raise Refused("the service closed the connection")

    def close(self):
        self.file.close()
        self.socket.close()


class Bank(Connection):
    """An acquirer that does what a test wants, and nothing by itself."""

    def requests(self, msisdn):
        return [row for row in self.call("PAYMENT.REQUESTS", limit=1000).rows if row["msisdn"] == msisdn]

    def offer(self, request, url="https://pay.example/p/1"):
        self.call("PAYMENT.OFFER", request, url=url)

    def pay(self, request, msisdn, amount, **named):
        return self.call("TOPUP", msisdn, amount, ref=f"bank-{request}", request=request, method="sbp", **named)


class Operator(Connection):
    def __init__(self, port, secret):
        super().__init__(port, "admin", secret)
        self.numbers = set()
        self.serial = itertools.count(1)
        self.banks = {}
        self.read_to = 0  # The position up to which the messages were read.

    # Numbers and money.

    def activate(self, tariff="klassicheskiy", money=0, region="msk"):
        """A new number, in service."""
        n = next(self.serial)
        msisdn = f"7900555{n:04}"
        self.numbers.add(msisdn)
        self.call("SUBSCRIBER.ACTIVATE", msisdn, iccid=f"8970120{n:013}", imsi=f"25020{n:010}", region=region,
                  tariff=tariff, pin="1234", puk="12345678")
        if money:
            self.top_up(msisdn, money)
        return msisdn

    def replace_sim(self, msisdn):
        n = next(self.serial)
        self.call("SIM.REPLACE", msisdn, iccid=f"8970120{n:013}", imsi=f"25020{n:010}", pin="1234", puk="12345678")

    def top_up(self, msisdn, amount):
        self.call("TOPUP", msisdn, amount, ref=f"ref-{next(self.serial)}", method="card", card_last4="4242")

    def pay_cash(self, msisdn, amount):
        """Money that nobody can charge back, so that it may be transferred at once."""
        self.call("TOPUP", msisdn, amount, ref=f"ref-{next(self.serial)}", method="cash")

    def store_card(self, msisdn, password, stays=False):
        """An acquirer stores a card of the number, because its holder asked to pay with it. Returns the card.

        The card can pay by itself only while its acquirer stays; `banks` has that by the card.
        """
        session = self.session(msisdn, password)
        name, card = f"card-bank-{next(self.serial)}", f"tok-of-{next(self.serial)}"
        secret = self.call("PRINCIPAL.ADD", name, roles="payments", methods="card")["secret"]
        request = self.call("TOPUP.REQUEST", msisdn, 100, method="card", session=session)["request"]
        bank = Bank(self.socket.getpeername()[1], name, secret)
        bank.call("TOPUP", msisdn, 100, ref="stored", request=request, card_last4="4242", card=card)
        if stays:
            self.banks[card] = bank
            return card
        bank.close()
        self.call("PRINCIPAL.DISABLE", name)
        return card

    def vouchers(self, count, amount=300, expires="2099-01-01"):
        """The secrets of so many new vouchers."""
        batch = self.call("VOUCHERS.MAKE", count=count, amount=amount, expires=expires)["batch"]
        return [row["secret"] for row in self.call("VOUCHERS.PRINT", batch, limit=count).rows]

    def subscribe(self, msisdn, subscription):
        """Buys a subscription to content, with the code that the number receives."""
        if self.call("SERVICE", msisdn).get("content_ban") == "1":
            self.call("CONTENT.BAN", msisdn, "off")
        challenge = self.call("SUBSCRIPTION.ON", msisdn, subscription)["challenge"]
        return self.call("CONFIRM", challenge, self.code(msisdn))

    def use(self, msisdn, kind, **quantity):
        """A call, a message or a data session that begins now, or at `start`."""
        direction = {} if kind == "data" else {"direction": "out", "peer": "74951234567"}
        given = {"start": self.clock(), **direction, **quantity}
        return self.call("USAGE", msisdn, kind=kind, **given, source="msc-1", n=next(self.serial))

    def overdraw(self, msisdn):
        """A call of an hour that ended now, for which a small balance is not enough."""
        start = self.now() - datetime.timedelta(hours=1)
        self.use(msisdn, "voice", seconds=3600, start=start.strftime("%Y-%m-%dT%H:%M:%SZ"))

    # The cabinet of a number.

    def register(self, msisdn):
        """Opens the cabinet of a number, and returns its password."""
        password = f"harbour lantern {next(self.serial)}"
        challenge = self.call("REGISTER", msisdn)["challenge"]
        opened = self.call("CONFIRM", challenge, self.code(msisdn), password=password)
        self.call("LOGOUT", session=opened["session"])
        return password

    def session(self, msisdn, password):
        """Another session of the number, as on another device."""
        return self.call("LOGIN", msisdn, password)["session"]

    def link(self, own, password, other):
        """Lets a number manage another one."""
        challenge = self.call("LINK.ADD", other, session=self.session(own, password), reauth=password)["challenge"]
        self.call("CONFIRM", challenge, self.code(other))

    def add_device(self, msisdn, password, name):
        key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # A public key of RFC 8032.
        return self.call("DEVICE.ADD", name=name, public_key=key, reauth=password,
                         session=self.session(msisdn, password))["device"]

    def messages(self, msisdn):
        return self.call("NOTIFICATIONS", msisdn=msisdn, limit=1000).rows

    def code(self, msisdn):
        """The code of the last SMS to a number."""
        return [row["code"] for row in self.messages(msisdn) if row["kind"] == "sms_code"][-1]

    def mail(self, msisdn, kind="email"):
        """The e-mail of a number, the oldest first."""
        return [row for row in self.messages(msisdn) if row["kind"] == kind]

    def confirm_email(self, msisdn, email):
        """Gives a number an address, and confirms it with the code of the letter."""
        self.call("PROFILE.SET", msisdn, email=email)
        challenge = self.call("EMAIL.CODE", msisdn)["challenge"]
        self.call("CONFIRM", challenge, self.mail(msisdn, "email_code")[-1]["code"])

    def answer_push(self, msisdn, digit="1"):
        self.call("PUSH.REPLY", msisdn, digit)

    # The clock, which stands still until it is set.

    def clock(self):
        return self.call("STATS")["test_clock"]

    def now(self):
        text = re.sub(r"\.\d+", "", self.clock()).replace("Z", "+00:00")
        return datetime.datetime.fromisoformat(text)

    def set_clock(self, time):
        self.call("CLOCK.SET", time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z")

    def wait(self, seconds):
        """Lets time pass, as far as the service knows."""
        self.set_clock(self.now() + datetime.timedelta(seconds=seconds))

    # What has happened.

    def position(self):
        return int(self.call("STATS")["events"])

    def events(self, msisdn, after):
        """The types of a number's events after a position, the oldest first."""
        return [row["type"] for row in self.call("EVENTS", **{"from": after + 1}, msisdn=msisdn, limit=1000).rows]
