"""200 sessions over HTTP while the web cabinet, the account service and the acquirer are killed and started again.

Each page shows its own number and nobody else's, each change is in the log once, and each request is paid once. Run it alone with
`python Tests/Browser/test_browser_killed.py SECONDS` and KABINET_BIN_DIR.
"""

import http.client
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from services import BINARIES
from staff import Operator

SESSIONS = 200
WORKERS = 24
OPTION = "kto-zvonil"
ACQUIRER = pathlib.Path(__file__).parents[2] / "Tools" / "acquirer"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A server that can be killed and started again on the same port."""

    def __init__(self, name, log, *arguments):
        self.name, self.log, self.arguments = name, log, arguments
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [BINARIES / self.name, *self.arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=open(self.log, "ab"), text=True)
        for line in self.process.stdout:
            if "is ready on" in line:
                # What it says later is of no use, and must not fill the pipe.
                self.reader = threading.Thread(target=self.process.stdout.read, daemon=True)
                self.reader.start()
                return
        raise RuntimeError(f"{self.name} did not start: {pathlib.Path(self.log).read_text()[-2000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class Subscriber:
    """A browser without a window: a cookie, and forms."""

    def __init__(self, number, port):
        self.number, self.port, self.cookies = number, port, {}
        # Each subscriber comes from an address of its own.
        self.address = f"198.51.{number % 256}.{number // 256 % 256}"
        self.is_on = False
        self.done = self.asked = 0
        self.lock = threading.Lock()

    @property
    def shown(self):
        digits = str(self.number)
        return f"+7\u00a0{digits[1:4]}\u00a0{digits[4:7]}-{digits[7:9]}-{digits[9:]}"

    def send(self, method, path, fields=None):
        body = urllib.parse.urlencode(fields) if fields is not None else None
        headers = {"X-Forwarded-For": self.address, "Accept-Language": "ru"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            for cookie in response.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            return response.status, text, response.headers
        finally:
            connection.close()

    def insist(self, method, path, fields=None):
        """Sends the same again until there is an answer that is not about a failure."""
        while True:
            try:
                status, text, headers = self.send(method, path, fields)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if status < 500:
                return status, text, headers
            time.sleep(0.05)

    def form(self, path, **fields):
        """Opens a page and submits its form."""
        status, text, _ = self.insist("GET", path)
        assert status == 200, (path, status, text[:400])
        token = re.search(r'<main.*?name="form" value="([^"]+)"', text, re.S)[1]
        number = re.search(r'<main.*?name="number" value="([^"]+)"', text, re.S)
        fields = {"form": token, **({"number": number[1]} if number else {}), **fields}
        return fields

    def register(self, operator):
        fields = self.form("/register", msisdn=str(self.number), region="msk")
        assert self.insist("POST", "/register", fields)[0] == 303
        fields = self.form("/register/confirm", code=operator.code(self.number), password=f"password of {self.number}")
        status, text, _ = self.insist("POST", "/register/confirm", fields)
        assert status == 303, text

    def read(self, others):
        status, text, _ = self.insist("GET", random.choice(["/", "/options", "/tariffs"]))
        assert status == 200, (status, text[:300])
        assert self.shown in text, "a page does not show its own number"
        for other in random.sample(others, 20):
            if other is not self:
                assert other.shown not in text and str(other.number) not in text, "a page shows another number"

    def submit(self, path, fields):
        """Submits a form, sometimes by a double click: two of the same at once."""
        twin = threading.Thread(target=lambda: self.insist("POST", path, fields)) if random.random() < 0.3 else None
        if twin:
            twin.start()
        answer = self.insist("POST", path, fields)
        if twin:
            twin.join()
        return answer

    def pay(self):
        status, text, _ = self.submit("/topup", self.form("/topup", amount="10", method="sbp"))
        # A number has at most five open requests, and the acquirer may be dead.
        assert status in (303, 409, 422, 429), (status, text[:600])
        self.asked += status == 303

    def change(self):
        path = f"/options/{OPTION}/off" if self.is_on else f"/options/{OPTION}"
        fields = self.form("/options" if self.is_on else path)
        status, text, headers = self.submit(path, fields)
        assert status == 303, (path, status, text[:600])
        self.is_on = not self.is_on
        self.done += 1


def run(seconds):
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        data, secret_file = root / "data", root / "web.secret"
        service_port, web_port = free_port(), free_port()
        service = Process("kabinetd", root / "d.log", "--data", data, "--listen", f"127.0.0.1:{service_port}",
                          "--log-level", "warning")
        secret = (data / "admin.secret").read_text().strip()
        operator = Operator(service_port, secret)
        secret_file.touch(0o600)
        secret_file.write_text(operator.call("PRINCIPAL.ADD", "web", roles="frontend")["secret"])
        web = Process("kabinet-web", root / "web.log", "--listen", f"127.0.0.1:{web_port}", "--connect",
                      f"127.0.0.1:{service_port}", "--secret-file", secret_file, "--keys", root / "keys",
                      "--trusted-proxies", "127.0.0.1", "--requests-per-address", "100000")
        bank_secret = root / "acquirer.secret"
        bank_secret.touch(0o600)
        bank_secret.write_text(operator.call("PRINCIPAL.ADD", "acquirer", roles="payments")["secret"])
        pays = ["--connect", f"127.0.0.1:{service_port}", "--secret-file", bank_secret, "--data", root / "acquirer.book",
                "--listen", "127.0.0.1:0", "--auto", "--seed", "3", "--delay", "0-0.2", "--repeat", "0.3",
                "--reorder", "0.2", "--drop", "0.3"]
        acquirer = Process(ACQUIRER, root / "acquirer.log", *pays)
        try:
            subscribers = []
            for index in range(SESSIONS):
                number = 79007000000 + index * 37
                operator.call("SUBSCRIBER.ACTIVATE", number, iccid=f"8970120{number:013d}", imsi=f"2502{number}",
                              region="msk", tariff="klassicheskiy", pin="1234", puk="12345678")
                operator.top_up(number, 1000)
                subscribers.append(Subscriber(number, web_port))
            for subscriber in subscribers:
                subscriber.register(operator)

            end = time.monotonic() + seconds
            failures, kills = [], 0

            def work(seed):
                dice = random.Random(seed)
                while time.monotonic() < end and not failures:
                    subscriber = dice.choice(subscribers)
                    if not subscriber.lock.acquire(blocking=False):
                        continue
                    try:
                        if dice.random() < 0.6:
                            subscriber.read(subscribers)
                        elif dice.random() < 0.5:
                            subscriber.pay()
                        else:
                            subscriber.change()
                    except AssertionError as failure:
                        failures.append(f"{subscriber.number}: {failure}")
                    finally:
                        subscriber.lock.release()

            workers = [threading.Thread(target=work, args=(seed,)) for seed in range(WORKERS)]
            for worker in workers:
                worker.start()
            while time.monotonic() < end and not failures:
                time.sleep(random.uniform(0.5, 1.5))
                for victim in random.choice([[web], [service], [acquirer], [web, service, acquirer]]):
                    victim.kill()
                    kills += 1
                    time.sleep(random.uniform(0, 0.3))
                    victim.start()
            for worker in workers:
                worker.join()
            assert not failures, failures[:5]

            # Requests that are still open are paid, and then nothing is owed.
            acquirer.kill()
            subprocess.run([ACQUIRER, *map(str, pays), "--once"], stdout=subprocess.DEVNULL, timeout=120, check=True)
            operator = Operator(service_port, secret)
            done = paid = 0
            for subscriber in subscribers:
                events = operator.events(subscriber.number, 0)
                assert events.count("payment_requested") == subscriber.asked, (subscriber.number, subscriber.asked)
                # One payment opened the account.
                assert events.count("topped_up") == subscriber.asked + 1, (subscriber.number, events)
                states = {row["state"] for row in operator.call("TOPUP.REQUESTS", subscriber.number).rows}
                assert states <= {"paid"}, (subscriber.number, states)
                paid += subscriber.asked
                on, off = events.count("option_activated"), events.count("option_terminated")
                assert on + off == subscriber.done, (subscriber.number, on, off, subscriber.done)
                assert on - off == subscriber.is_on
                done += on + off
            log = (root / "web.log").read_text(errors="replace")
            for subscriber in subscribers:
                assert str(subscriber.number) not in log and f"password of {subscriber.number}" not in log
            return done, paid, kills
        finally:
            acquirer.kill()
            web.kill()
            service.kill()


def test_each_page_shows_its_own_number_and_each_change_and_payment_is_done_once_while_processes_are_killed():
    done, paid, kills = run(float(os.environ.get("KABINET_KILL_SECONDS", "20")))
    assert done > 0 and paid > 0 and kills > 0


if __name__ == "__main__":
    done, paid, kills = run(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
    print(f"{SESSIONS} sessions, {kills} kills: {done} changes, each once, {paid} requests, each paid once; each page showed its own number")
