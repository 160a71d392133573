"""The processes of the suite, and what stands between them and writes down what passes.

    Chromium -- Tap -- kabinet-web -- Relay -- kabinetd -- Tools/acquirer

The tap keeps every byte that the browser gets and every head of a request. The relay keeps the verbs that the service
answered, and can cut the line as a network does.
"""

import base64
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("KABINET_BIN_DIR", ".build/debug")).resolve()
FIELD = re.compile(r'([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)')


class Process:
    """A program that prints `… is ready on …` and ends when its standard input closes, also if the tests are killed."""

    def __init__(self, name, *arguments, **environment):
        self.log = tempfile.TemporaryFile()
        kept = {key: value for key, value in os.environ.items() if not key.startswith("KABINET_")}
        self.child = subprocess.Popen(
            [BINARIES / name, *arguments, "--until-input-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.log, text=True, env={**kept, **environment})
        ready = self.child.stdout.readline()
        if " is ready on " not in ready:
            self.end()
            raise RuntimeError(f"{name} did not start: {ready}{self.logged()}")
        self.port = int(ready.rsplit(":", 1)[1])

    def logged(self):
        """Everything that the process wrote to its log."""
        self.log.seek(0)
        return self.log.read().decode()

    def end(self):
        self.child.stdin.close()
        self.child.stdout.close()
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Acquirer:
    """The test acquirer. The shell ends it when its standard input closes, also if the tests are killed."""

    SHELL = '"$@" & acquirer=$!; cat >/dev/null; kill $acquirer; wait'

    def __init__(self, port, secret, directory, back):
        secret_file = pathlib.Path(directory) / "acquirer.secret"
        secret_file.touch(mode=0o600)
        secret_file.write_text(secret)
        self.child = subprocess.Popen(
            ["sh", "-c", self.SHELL, "sh", sys.executable, ROOT / "Tools/acquirer", "--connect", f"127.0.0.1:{port}",
             "--secret-file", secret_file, "--data", f"{directory}/acquirer.book", "--listen", "127.0.0.1:0", "--back",
             back, "--delay", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = self.child.stdout.readline()
        if " is ready on " not in ready:
            self.end()
            raise RuntimeError(f"the acquirer did not start: {ready}")
        self.origin = ready.split()[-1]
        # Nobody reads its other lines, and a full pipe would stop it.
        threading.Thread(target=self.child.stdout.read, daemon=True).start()

    def end(self):
        self.child.stdin.close()
        self.child.wait(15)


class Forwarder:
    """Takes connections on a free port and passes their bytes to another port, a pair of threads each."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.is_down = False
        self.open = set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.is_down:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open.add((near, far))
            connection = self.connection()
            threading.Thread(target=self.pump, args=(near, far, connection.sent), daemon=True).start()
            threading.Thread(target=self.pump, args=(far, near, connection.received), daemon=True).start()

    def pump(self, source, target, use):
        """Passes bytes on until a side closes, or until `use` says no."""
        try:
            while data := source.recv(65536):
                if use(data) is False:
                    break
                target.sendall(data)
        except OSError:
            pass
        self.hang_up((source, target))

    def hang_up(self, ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open.discard(ends)
        self.open.discard(ends[::-1])

    def cut(self):
        """Ends every connection."""
        for ends in list(self.open):
            self.hang_up(ends)

    def close(self):
        self.listener.close()
        self.cut()


class Relay(Forwarder):
    """The line between kabinet-web and kabinetd."""

    def __init__(self, port):
        super().__init__(port)
        self.answered = {}  # By verb: how often the reply was OK.
        self.refused = {}
        self.secrets = set()  # Codes, passwords, and tokens of sessions and challenges.
        self.lost_replies = []  # Verbs whose next reply is not passed on.

    def connection(self):
        return RelayedConnection(self)


class RelayedConnection:
    def __init__(self, relay):
        self.relay = relay
        self.waiting = []
        self.rest = {True: b"", False: b""}

    def lines(self, data, is_request):
        *lines, self.rest[is_request] = (self.rest[is_request] + data).split(b"\n")
        return [line.decode() for line in lines]

    def sent(self, data):
        for line in self.lines(data, True):
            words = re.findall(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+', line)
            verb = words[0].upper()
            self.waiting.append(verb)
            named = dict(FIELD.findall(line))
            values = [named.get(name) for name in ("password", "old", "new", "reauth")]
            if verb in ("CONFIRM", "LOGIN"):
                values += words[1:3] if verb == "CONFIRM" else words[2:3]
            if verb == "VOUCHER.REDEEM":
                values += words[2:3]
            self.relay.secrets |= {unquoted(value) for value in values if value}

    def received(self, data):
        for line in self.lines(data, False):
            word, *_ = line.split(" ", 1)
            if word not in ("OK", "ERR") or not self.waiting:
                continue
            verb = self.waiting.pop(0)
            counts = self.relay.answered if word == "OK" else self.relay.refused
            counts[verb] = counts.get(verb, 0) + 1
            fields = dict(FIELD.findall(line))
            self.relay.secrets |= {fields[name] for name in ("session", "challenge") if fields.get(name)}
            if verb in self.relay.lost_replies:
                self.relay.lost_replies.remove(verb)
                return False
        return True


class Tap(Forwarder):
    """The line between the browser and kabinet-web."""

    def __init__(self, port):
        super().__init__(port)
        self.responses = bytearray()  # Heads, pages, files.
        self.requests = bytearray()  # Heads alone: a form may hold a password.
        self.last = time.monotonic()

    def connection(self):
        return TappedConnection(self)

    def settle(self, seconds=0.3, at_most=5):
        """Waits until nothing has come for some time, and returns how many bytes came in all."""
        end = time.monotonic() + at_most
        while time.monotonic() < min(self.last + seconds, end):
            time.sleep(0.02)
        return len(self.responses)


class TappedConnection:
    def __init__(self, tap):
        self.tap = tap
        self.head = b""
        self.body_left = 0

    def sent(self, data):
        self.tap.last = time.monotonic()
        while data:
            if self.body_left:
                taken = min(self.body_left, len(data))
                self.body_left, data = self.body_left - taken, data[taken:]
                continue
            head, end, data = (self.head + data).partition(b"\r\n\r\n")
            if not end:
                self.head = head
                return
            self.head = b""
            self.tap.requests += head + end
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            self.body_left = int(length[1]) if length else 0

    def received(self, data):
        self.tap.last = time.monotonic()
        self.tap.responses += data


def unquoted(value):
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


class Services:
    """A service that keeps nothing, with a clock of its own, the cabinet before it, and the two lines between."""

    def __init__(self, clock):
        self.admin_secret = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
        self.kabinetd = Process(
            "kabinetd", "--ephemeral", "--test-clock", clock, "--listen", "127.0.0.1:0",
            KABINET_ADMIN_SECRET=self.admin_secret)
        self.relay = Relay(self.kabinetd.port)
        self.directory = tempfile.TemporaryDirectory(prefix="kabinet-browser-")

    def start_web(self, secret):
        # The limits of one address and of one number are for strangers. Here every visitor has the same address.
        many = "1000000"
        self.web = Process(
            "kabinet-web", "--listen", "127.0.0.1:0", "--connect", f"127.0.0.1:{self.relay.port}",
            "--keys", f"{self.directory.name}/keys", "--log-level", "debug", "--drain-seconds", "1",
            "--attempts-per-address", many, "--attempts-per-number", many, "--requests-per-address", many,
            KABINET_WEB_SECRET=secret)
        self.tap = Tap(self.web.port)
        self.site = f"http://127.0.0.1:{self.tap.port}"

    def start_acquirer(self, secret):
        self.acquirer = Acquirer(self.kabinetd.port, secret, self.directory.name, f"{self.site}/topup/back")

    def end(self):
        for process in (getattr(self, "acquirer", None), getattr(self, "web", None), self.kabinetd):
            if process:
                process.end()
        for line in (getattr(self, "tap", None), self.relay):
            if line:
                line.close()
        self.directory.cleanup()
