"""A service for the tests of Tools/acquirer: the commands of paying, in memory, with connections that break.

It keeps its state over `stop` and `start`, as the real one does in its log, and notes in `wrong` each request that a
correct acquirer never sends.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import socket
import threading

ARGUMENT = re.compile(r'(?:(\w+)=)?("(?:[^"\\]|\\.)*"|[^ "]*)(?: |$)')
POSITIONALS = {"AUTH": 2, "PAYMENT.REQUESTS": 0, "PAYMENT.OFFER": 1, "PAYMENT.REFUSE": 1, "TOPUP": 2,
               "PAYMENT.REVERSE": 1, "REFUNDS": 0, "REFUND.PAID": 1}
# The attribute `refunds` has the other name.
METHODS = {"REFUNDS": "list_refunds"}
CREATED = "2026-12-01T10:00:00.000Z"
OPEN = ("pending", "offered")


class Refusal(Exception):
    pass


class FakeService:
    def __init__(self, seed=0, breaks=0.0, knows_refunds=True):
        self.chance, self.breaks, self.knows_refunds = random.Random(seed), breaks, knows_refunds
        self.changed = threading.Condition(threading.RLock())
        # Numbers of requests are apart, so that a seed of faults draws the same in every run.
        self.position, self.last_request = 100_000, 100
        self.requests, self.payments, self.reversals, self.refunds = {}, {}, {}, {}
        self.outcomes, self.wrong, self.said = {}, [], []
        self.listener, self.connections, self.port = None, set(), 0

    # --- The process

    def start(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, args=[self.listener], daemon=True).start()

    def stop(self):
        """As kill -9 does: every connection ends, whatever it waits for."""
        # A thread that waits in accept() would keep a closed listener open.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.changed:
            for connection in self.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self.connections.clear()
            self.changed.notify_all()

    def accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with self.changed:
                    self.connections.add(connection)
                threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError), connection, connection.makefile("rw", encoding="utf-8", newline="\n") as it:
            for line in it:
                with self.changed:
                    # The requests that move money break most often.
                    breaks = self.breaks * (3 if line.startswith("TOPUP") else 1)
                    is_lost, is_reply_lost = (self.chance.random() < breaks for _ in range(2))
                    if is_lost:
                        return
                    reply = self.answer(line.rstrip("\n"), connection)
                    if is_reply_lost or connection not in self.connections:
                        return
                it.write(reply + "\n")
                it.flush()

    # --- Requests

    def answer(self, line, connection):
        try:
            verb, _, rest = line.partition(" ")
            values, named = [], {}
            position = 0
            while position < len(rest):
                match = ARGUMENT.match(rest, position)
                value = json.loads(match[2]) if match[2].startswith('"') else match[2]
                if match[1]:
                    named[match[1]] = value
                else:
                    values.append(value)
                position = match.end()
            if verb not in POSITIONALS or (verb.startswith("REFUND") and not self.knows_refunds):
                raise Refusal("unknown_command")
            if len(values) != POSITIONALS[verb]:
                self.wrong.append(line)
            return self.once(verb, values, named, connection)
        except Refusal as refusal:
            return f'ERR {refusal} message="no: it is refused"'

    def once(self, verb, values, named, connection):
        """A retry with the same id gets the first outcome."""
        client_id = named.pop("id", None)
        arguments = (verb, values, named)
        if client_id in self.outcomes:
            first, outcome = self.outcomes[client_id]
            if first != arguments:
                self.wrong.append(f"id={client_id} with other arguments: {first}, {arguments}")
                raise Refusal("id_conflict")
            return f"{outcome} repeated=1"
        method = getattr(self, METHODS.get(verb) or verb.lower().replace(".", "_"))
        outcome = method(connection, *values, **{("from_" if name == "from" else name): value
                                                 for name, value in named.items()})
        if client_id:
            self.outcomes[client_id] = arguments, outcome
        self.said.append(arguments)
        self.changed.notify_all()
        return outcome

    def auth(self, _, principal, secret):
        if (principal, secret) != ("acquirer", "s3cret"):
            raise Refusal("wrong_credentials")
        return f"OK principal={principal} roles=payments"

    def rows(self, connection, wait, make):
        is_ready = lambda: make() or connection not in self.connections
        self.changed.wait_for(is_ready, timeout=float(wait))
        return make()

    def payment_requests(self, connection, from_="1", wait="0", limit="20"):
        def make():
            return [(number, f"ROW request={number} msisdn={it['msisdn']} amount={it['amount']} method={it['method']}"
                    + (f" card={it['card']}" if it["card"] else "")
                    + f" state={it['state']} created={CREATED} expires=2026-12-01T10:20:00Z")
                    for number, it in sorted(self.requests.items())
                    if number >= int(from_) and it["state"] in OPEN and not it["is_others"]][:int(limit)]
        rows = self.rows(connection, wait, make)
        following = rows[-1][0] + 1 if rows else int(from_)
        return "\n".join([*(row for _, row in rows), f"OK rows={len(rows)} next={following}"])

    def request_of(self, number):
        it = self.requests.get(int(number))
        if not it or it["is_others"]:
            raise Refusal("not_found field=request")
        return it

    def payment_offer(self, _, request, url):
        it = self.request_of(request)
        if it["state"] not in OPEN:
            raise Refusal("not_available field=request")
        is_repeated = it["url"] == url
        it["state"], it["url"] = "offered", url
        return f"OK request={request} state=offered seq={self.next()}" + (" repeated=1" if is_repeated else "")

    def payment_refuse(self, _, request, reason):
        it = self.request_of(request)
        if it["state"] not in OPEN:
            raise Refusal("not_available field=request")
        it["state"], it["reason"] = "refused", reason
        return f"OK request={request} state=refused seq={self.next()}"

    def topup(self, _, msisdn, amount, ref, request, method, card_last4=None, card=None):
        it = self.request_of(request)
        if it["msisdn"] != msisdn or it["method"] != method:
            self.wrong.append(f"TOPUP {msisdn} of a request of {it['msisdn']}")
            raise Refusal("not_found field=request")
        if any(payment["ref"] == ref for payment in self.payments.values()):
            raise Refusal("duplicate_ref field=ref")
        if it["payment"]:
            self.wrong.append(f"request {request} is paid twice")
            raise Refusal("already_exists field=request")
        late = "" if it["state"] in OPEN else " late=1"
        if it["state"] == "refused":
            self.wrong.append(f"request {request} was refused and is paid")
        payment = self.next()
        it["payment"], it["state"] = payment, "paid"
        self.payments[payment] = {"ref": ref, "request": int(request), "amount": amount, "card": card,
                                  "card_last4": card_last4, "is_late": bool(late)}
        return f"OK payment={payment} msisdn={msisdn} amount={amount} request={request}{late} seq={payment}"

    def payment_reverse(self, _, payment, reason, amount):
        if int(payment) not in self.payments or int(payment) in self.reversals:
            self.wrong.append(f"payment {payment} is reversed in vain, or twice")
            raise Refusal("limit_reached field=amount")
        self.reversals[int(payment)] = amount
        return f"OK reversal={self.next()} payment={payment} amount={amount} state=done seq={self.position}"

    def refunds_rows(self):
        return [f"ROW refund={number} msisdn=79001234567 amount=50.00 payment=1 method=card created={CREATED}"
                for number, ref in sorted(self.refunds.items()) if ref is None]

    def list_refunds(self, connection, limit="100", wait="0"):
        rows = self.rows(connection, wait, lambda: self.refunds_rows()[:int(limit)])
        return "\n".join([*rows, f"OK rows={len(rows)}"])

    def refund_paid(self, _, refund, ref):
        if self.refunds.get(int(refund), ref) is not None:
            self.wrong.append(f"refund {refund} is paid in vain, or twice")
            raise Refusal("not_found field=refund")
        self.refunds[int(refund)] = ref
        return f"OK refund={refund} seq={self.next()}"

    # --- Tests act here

    def next(self):
        self.position += 1
        return self.position

    def request(self, amount="300.00", method="card", card=None, msisdn="79001234567", is_others=False):
        with self.changed:
            self.last_request += 1
            number = self.last_request
            self.requests[number] = {
                "msisdn": msisdn, "amount": amount, "method": method, "card": card, "is_others": is_others,
                "state": "pending", "url": None, "reason": None, "payment": None}
            self.changed.notify_all()
            return number

    def refund(self, number=None):
        """A refund is listed when it is approved, and its number is that of the proposal."""
        with self.changed:
            number = number or self.next()
            self.refunds[number] = None
            self.changed.notify_all()
            return number

    def expire(self, number):
        with self.changed:
            if self.requests[number]["state"] in OPEN:
                self.requests[number]["state"] = "expired"

    def wait(self, what, is_so):
        """Waits until something is so; the limit only keeps a failed test from waiting for ever."""
        with self.changed:
            if not self.changed.wait_for(is_so, timeout=60):
                raise AssertionError(f"{what} did not happen; the service got {self.said[-10:]}")
