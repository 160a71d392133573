"""Tests of Tools/acquirer against a service that breaks, and against browsers that misbehave.

  python3 -m unittest discover -s Tests/Acquirer

No test measures time. A wait ends when the thing has happened.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from fake_service import OPEN, FakeService

TOOLS = os.path.join(os.path.dirname(__file__), "../../Tools")
PROGRAM = os.path.join(TOOLS, "acquirer")
sys.path.append(TOOLS)

from acquirer_faults import KINDS, Faults
from acquirer_wire import line, read_fields

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Process:
    """The acquirer, and the lines that it has printed."""

    def __init__(self, directory, port, *arguments):
        secret = os.path.join(directory, "secret")
        with open(secret, "w") as file:
            file.write("s3cret\n")
        self.errors = open(os.path.join(directory, "errors"), "a+")
        self.child = subprocess.Popen(
            [sys.executable, PROGRAM, "--connect", f"127.0.0.1:{port}", "--secret-file", secret, "--listen",
             "127.0.0.1:0", "--data", os.path.join(directory, "book"), *arguments],
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.lines, self.changed, self.has_ended = [], threading.Condition(), False
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        with self.child.stdout:
            for line in self.child.stdout:
                with self.changed:
                    self.lines.append(line.strip())
                    self.changed.notify_all()
        with self.changed:
            self.has_ended = True
            self.changed.notify_all()

    def wait(self, pattern, count=1):
        """The lines that match, when there are so many or the process has ended."""
        def found():
            return [line for line in self.lines if re.search(pattern, line)]
        with self.changed:
            if not self.changed.wait_for(lambda: len(found()) >= count or self.has_ended, timeout=60):
                raise AssertionError(f"{pattern} was not printed: {self.lines[-10:]}, {self.said()}")
            return found()

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def end(self, by=signal.SIGTERM):
        self.child.send_signal(by)
        return self.ended()

    def ended(self):
        status = self.child.wait(60)
        self.reader.join(60)
        said = self.said()
        self.errors.close()
        if "Traceback" in said:
            raise AssertionError(said)
        return status


class AcquirerTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="kabinet-acquirer-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def serve(self, **settings):
        self.service = FakeService(**settings)
        self.service.start()
        self.addCleanup(self.service.stop)

    def begin(self, *arguments):
        process = Process(self.directory, self.service.port, *arguments)
        self.addCleanup(lambda: process.child.poll() is None and process.end(signal.SIGKILL))
        return process

    def offered(self, request):
        """The address of a request's page."""
        self.service.wait(f"the offer of {request}", lambda: self.service.requests[request]["url"])
        return self.service.requests[request]["url"]

    def await_end(self, request):
        self.service.wait(f"the end of {request}", lambda: self.service.requests[request]["state"] not in OPEN)
        return self.service.requests[request]["state"]

    def assert_credited_once(self, *requests):
        credited = [payment["request"] for payment in self.service.payments.values()]
        self.assertEqual(sorted(credited), sorted(requests))
        self.assertEqual(self.service.wrong, [])


class Settling(AcquirerTest):
    def test_each_payment_is_credited_once_over_kills_of_both_sides(self):
        self.serve(seed=3, breaks=0.03)
        chance = random.Random(5)
        arguments = ["--auto", "--seed", "11", "--delay", "0-0.05", "--repeat", "0.4", "--reorder", "0.2",
                     "--fail", "0.2", "--other-amount", "0.3", "--late", "0.1", "--drop", "0.3", "--charge-back", "0.3"]
        requests, processes = [], []
        for _ in range(4):
            process = self.begin(*arguments)
            processes.append(process)
            for _ in range(10):
                amount, method = f"{chance.randint(1, 900)}.00", chance.choice(["card", "sbp", "bank"])
                requests.append(self.service.request(amount, method))
            self.service.refund()
            process.wait("^(paid|refused)", chance.randint(1, 6))
            self.service.stop()
            if chance.random() < 0.5:
                self.service.start()
                process.wait("^(paid|refused)", len(process.wait("^(paid|refused)")) + 1)
                process.end(signal.SIGKILL)
            else:
                process.end(signal.SIGKILL)
                self.service.start()
        # The late ones wait for their requests' end.
        process = self.begin(*arguments)
        processes.append(process)
        self.service.wait("every decision", lambda: all(
            it["state"] == "offered" or it["payment"] or it["reason"] for it in self.service.requests.values()))
        for request in requests:
            self.service.expire(request)
        process.end(signal.SIGKILL)
        self.assertEqual(self.begin(*arguments, "--once").ended(), 0)

        paid = {payment["request"]: payment for payment in self.service.payments.values()}
        refused = [number for number, it in self.service.requests.items() if it["reason"]]
        expired = [number for number, it in self.service.requests.items() if it["state"] == "expired"]
        self.assert_credited_once(*paid)
        self.assertEqual(sorted([*paid, *refused, *expired]), requests)
        confirmed = {int(line.partition("request=")[2]) for process in processes for line in process.lines
                     if line.startswith("confirmed")}
        self.assertEqual(confirmed - set(paid), set())
        self.assertEqual(set(self.service.refunds.values()) - {None}, set(self.service.refunds.values()))
        # Each fault was drawn at least once, or this test shows nothing.
        amounts = [self.service.requests[request]["amount"] == payment["amount"] for request, payment in paid.items()]
        self.assertTrue(refused and self.service.reversals and not all(amounts) and any(amounts))
        self.assertTrue(any(payment["is_late"] for payment in paid.values()))

    def test_a_confirmed_payment_outlives_both_processes(self):
        self.serve()
        process = self.begin("--delay", "0")
        request = self.service.request()
        page = Page(self.offered(request))
        self.service.stop()
        self.assertEqual(page.post(act="4242").status, 303)
        process.end(signal.SIGKILL)
        self.service.start()
        process = self.begin("--delay", "0")
        self.assertEqual(self.await_end(request), "paid")
        process.end(signal.SIGKILL)
        process = self.begin("--delay", "0", "--once")
        self.assertEqual(process.ended(), 0)
        self.assert_credited_once(request)

    def test_the_page_of_a_request_survives_a_restart(self):
        self.serve()
        process = self.begin()
        request = self.service.request()
        before = urlsplit(self.offered(request)).path
        process.end(signal.SIGKILL)
        process = self.begin("--delay", "0")
        process.wait("^offered")
        page = Page(self.offered(request))
        self.assertEqual(page.path.partition("?")[0], before)
        page.post(act="4242")
        self.await_end(request)
        self.assert_credited_once(request)

    def test_an_expired_request_and_one_of_another_acquirer_end(self):
        self.serve()
        self.service.request(is_others=True)
        mine = self.service.request()
        process = self.begin()
        page = Page(self.offered(mine))
        page.token()
        self.service.expire(mine)
        process.wait(f"^ended request={mine}")
        self.assertIn("expired", page.get().text)
        page.post(act="4242")
        self.assertEqual(process.end(), 0)
        self.assertEqual(self.begin("--once").ended(), 0)
        self.assert_credited_once()

    def test_a_service_without_refunds_is_served(self):
        self.serve(knows_refunds=False)
        request = self.service.request()
        process = self.begin("--auto", "--once", "--delay", "0")
        self.assertEqual(process.ended(), 0)
        payment = self.service.requests[request]["payment"]
        self.assertEqual(process.lines[-1], f"paid request={request} payment={payment} amount=300.00")
        self.assert_credited_once(request)

    def test_refunds_are_paid_in_whatever_order_they_are_approved(self):
        self.serve()
        process = self.begin()
        proposed, later = self.service.next(), self.service.next()
        for refund in (later, proposed):
            self.service.refund(refund)
            process.wait(f"^refunded refund={refund} ")
        self.assertEqual(process.end(signal.SIGKILL), -signal.SIGKILL)
        self.assertEqual(self.begin("--once").ended(), 0)
        self.assertEqual(len(set(self.service.refunds.values())), 2)
        self.assertEqual(self.service.wrong, [])

    def test_two_processes_never_share_a_book(self):
        self.serve()
        process = self.begin()
        process.wait("is ready on http://127.0.0.1:")
        other = self.begin()
        self.assertEqual(other.ended(), 1)
        self.assertEqual(process.end(), 0)

    def test_pages_and_secrets_stay_on_loopback(self):
        self.serve()
        for arguments in (["--listen", "0.0.0.0:0"], ["--connect", "192.0.2.1:7117"]):
            self.assertEqual(self.begin(*arguments).ended(), 2)


class Parts(unittest.TestCase):
    def test_a_seed_draws_the_same_faults_again(self):
        def plans(seed, **chances):
            faults = Faults(seed, (0, 2), {name: chances.get(name, 0) for name in KINDS})
            return [faults.plan(request, 30000) for request in range(200)]

        self.assertEqual(plans(7, late=0.5), plans(7, late=0.5))
        self.assertNotEqual(plans(7, late=0.5), plans(8, late=0.5))
        # Another fault leaves the draws of this one.
        self.assertEqual([plan.is_late for plan in plans(7, late=0.5)],
                         [plan.is_late for plan in plans(7, late=0.5, drop=0.5, fail=1)])
        self.assertFalse(any(plan.is_late or plan.refusal or plan.amount != 30000 for plan in plans(7)))
        self.assertTrue(all(plan.refusal for plan in plans(7, fail=1)))

    def test_values_are_quoted_as_the_grammar_asks(self):
        self.assertEqual(line("TOPUP", "79001234567", "5.00", ref="a-1", card=None, from_=3),
                         "TOPUP 79001234567 5.00 ref=a-1 from=3")
        self.assertEqual(line("A", url="http://a/b?c=d", reason='a "b"', empty=""),
                         'A url="http://a/b?c=d" reason="a \\"b\\"" empty=""')
        self.assertEqual(read_fields('a=1 b="x \\"y\\" = z" c= d="ё"'), {"a": "1", "b": 'x "y" = z', "c": "", "d": "ё"})
        for wrong in ("a", "a=1  b=2", 'a="1', '=1', 'a="1"b=2'):
            with self.assertRaises(ValueError):
                read_fields(wrong)


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.text = response.status, response.headers, response.read().decode()


class Page:
    """A browser on one page."""

    def __init__(self, url, language="en"):
        parts, self.known = urlsplit(url), None
        self.address, self.path, self.language = parts.netloc, f"{parts.path}?{parts.query}", language

    def send(self, method, path=None, body=None, headers=()):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, path or self.path, body, {"Accept-Language": self.language, **dict(headers)})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path=None):
        return self.send("GET", path)

    def token(self):
        """Of the form as it was when the browser read it first."""
        self.known = self.known or re.search('name="form" value="([^"]+)"', self.get().text)[1]
        return self.known

    def post(self, **fields):
        return self.send("POST", body=urlencode({"form": self.token(), **fields}), headers=FORM)


class Pages(AcquirerTest):
    def setUp(self):
        super().setUp()
        self.serve()
        self.process = self.begin("--delay", "0", "--back", "http://127.0.0.1:8080/topup")

    def page(self, language="en", **request):
        self.number = self.service.request(**request)
        return Page(self.offered(self.number), language)

    def paid(self):
        self.await_end(self.number)
        return self.service.payments[self.service.requests[self.number]["payment"]]

    def test_a_page_says_that_it_is_a_test_in_the_readers_language(self):
        for language, mark, amount in (("ru", "Тестовый банк: деньги не списываются", "1 234,50 ₽"),
                                       ("en-GB,en;q=0.9,ru;q=0.8", "Test acquirer: no money moves", "1 234.50 ₽"),
                                       ("fr", "Тестовый банк: деньги не списываются", "1 234,50 ₽")):
            page = self.page(language, amount="1234.50")
            answer = page.get()
            self.assertIn(mark, answer.text)
            self.assertIn(amount, answer.text.replace("\u00a0", " "))
            self.assertNotIn("79001234567", answer.text)
            self.assertIn("+7 900 ••• 45 67", answer.text)
            self.assertIn(mark, page.get("/pay/nothing").text)
            self.assertIn(mark, page.get("/").text)

    def test_a_page_loads_nothing_from_elsewhere_and_is_not_kept(self):
        answer = self.page().get()
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertNotRegex(answer.text, r"<script|style=|src=|http://|https://")

    def test_a_card_pays_once_however_often_it_is_clicked(self):
        page = self.page()
        page.token()
        with ThreadPoolExecutor(8) as clicks:
            answers = list(clicks.map(lambda _: page.post(act="4242"), range(8)))
        self.assertEqual({answer.status for answer in answers}, {303})
        self.assertEqual(self.paid()["card_last4"], "4242")
        self.assertEqual(page.post(act="cancelled").status, 303)
        self.process.wait("^paid")
        answer = page.get(answers[0].headers["Location"])
        self.assertIn("Paid", answer.text)
        self.assertIn('href="http://127.0.0.1:8080/topup"', answer.text)
        self.assert_credited_once(self.number)

    def test_the_bank_and_the_payer_may_decline(self):
        for act, reason in (("0002", "card_declined"), ("9995", "insufficient_funds"), ("cancelled", "cancelled")):
            page = self.page()
            page.post(act=act)
            self.assertEqual(self.await_end(self.number), "refused")
            self.assertEqual(self.service.requests[self.number]["reason"], reason)
            self.assertIn("Payment declined", page.get().text)
        self.assert_credited_once()

    def test_other_methods_have_a_button_of_their_own(self):
        page = self.page("ru", method="sbp")
        self.assertIn("Подтвердить в приложении банка", page.get().text)
        self.assertEqual(page.post(act="4242").status, 400)
        page.post(act="sbp")
        self.assertIsNone(self.paid()["card_last4"])

    def test_a_saved_card_pays_without_a_page(self):
        self.page().post(act="4242", save="1")
        first, card = self.number, self.paid()["card"]
        self.assertRegex(card, "^[A-Za-z0-9_-]{8,64}$")
        self.process.wait("^paid")
        self.number = self.service.request(card=card)
        self.assertEqual(self.paid()["card_last4"], "4242")
        self.assertIsNone(self.service.requests[self.number]["url"])
        self.assert_credited_once(first, self.number)
        stolen = self.service.request(card=card, msisdn="79001230000")
        self.assertEqual(self.await_end(stolen), "refused")

    def test_only_the_page_itself_pays(self):
        page = self.page()
        self.assertEqual(page.post(act="4242", form="0" * 32).status, 403)
        self.assertEqual(page.post(act="4242", form="é").status, 403)
        self.assertEqual(page.get("/pay/" + "a" * 32).status, 404)
        self.assertEqual(page.send("POST", "/pay/" + "a" * 32, "form=1", FORM).status, 404)
        self.assertEqual(page.send("DELETE").status, 405)
        self.assertEqual(self.service.requests[self.number]["state"], "offered")

    def test_the_link_back_leads_to_the_portal_alone(self):
        page = self.page()
        page.post(act="cancelled")
        path = page.path.partition("?")[0]
        for back in ("http://evil.example/topup", "javascript:alert(1)", "http://127.0.0.1:8080@evil.example/", "//e"):
            answer = page.get(f"{path}?{urlencode({'back': back})}")
            self.assertIn('href="http://127.0.0.1:8080/topup"', answer.text)
        own = page.get(f"{path}?{urlencode({'back': 'http://127.0.0.1:8080/en/topup?a=1&b=2'})}")
        self.assertIn('href="http://127.0.0.1:8080/en/topup?a=1&amp;b=2"', own.text)

    def test_hostile_clients_end_nothing(self):
        page = self.page()
        host, port = page.address.split(":")
        slow = [self.connect(host, port) for _ in range(20)]
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        head = f"POST {page.path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n".encode()
        for sent, status in (
                (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", b"431"),
                (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n", b"431"),
                (b"\x00\xff\xfe\r\n\r\n", b"400"),
                (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
                (b"GET / HTTP/9.9\r\n\r\n", b"400"),
                (b"GET /\r\nX: y HTTP/1.1\r\n\r\n", b"400"),
                (head + b"Content-Length: 99999999\r\n\r\n" + b"a" * 1_000_000, b"413"),
                (head + b"Content-Length: -1\r\n\r\n", b"400"),
                (head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
                (head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
                (head + b"Content-Length: 4\r\n\r\n\xff\xfe\x00\x01", b"400"),
                (head + b"Content-Length: 23\r\n\r\n" + b"&a=1" * 6, b"403"),
                (head + b"Content-Length: 60\r\n\r\n" + b"&a=1" * 15, b"400"),
                (f"POST {page.path} HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}".encode(), b"415")):
            with self.connect(host, port) as connection:
                answer = self.exchange(connection, sent)
            self.assertEqual(answer.partition(b"\r\n")[0][9:12], status, sent[:80])
        for connection in slow:
            connection.close()
        with self.connect(host, port) as connection:
            connection.sendall(head + b"Content-Length: 20\r\n\r\nact=4242")
        page.post(act="4242")
        self.paid()
        self.assert_credited_once(self.number)
        self.assertEqual(self.process.end(), 0)

    def test_more_connections_than_there_is_room_for_are_turned_away(self):
        page = self.page()
        host, port = page.address.split(":")
        waiting = [self.connect(host, port) for _ in range(100)]
        answers = {self.exchange(connection, b"")[9:12] for connection in waiting[64:]}
        self.assertEqual(answers, {b"503"})
        self.assertEqual(self.process.end(), 0)
        for connection in waiting:
            connection.close()

    @staticmethod
    def connect(host, port):
        return socket.create_connection((host, int(port)), timeout=60)

    @staticmethod
    def exchange(connection, sent):
        answer = b""
        try:
            connection.sendall(sent)
        except OSError:
            pass  # The reply may have come before all was sent.
        while piece := connection.recv(65536):
            answer += piece
            if not sent or len(answer) > 12:
                break
        return answer


if __name__ == "__main__":
    unittest.main()
