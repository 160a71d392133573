#!/usr/bin/env python3
"""A network element for tests: takes orders, carries them out, and reports. It fails in all the ways that one may.

  network_element.py PORT_FILE PRINCIPAL SECRET JOURNAL SEED

PORT_FILE has the service's port; it is read at every connection, because the service may start again on another one.
JOURNAL gets a line for every order that is carried out, as often as it is: the order's number and its telephone number.
The program never ends by itself. From SEED it decides how long an order takes, which orders it cannot carry out, when it
forgets to report or reports twice, and when it drops its connection.
"""

import concurrent.futures
import random
import shlex
import socket
import sys
import threading
import time

PORT_FILE, PRINCIPAL, SECRET, JOURNAL, SEED = sys.argv[1:]
WORKERS = 4


class Lost(Exception):
    """The connection has gone."""


class Connection:
    def __init__(self):
        with open(PORT_FILE, encoding="ascii") as file:
            self.socket = socket.create_connection(("127.0.0.1", int(file.read())), timeout=30)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.call(f"AUTH {PRINCIPAL} {SECRET}")

    def call(self, request):
        """The rows and the closing line's fields; None in place of the fields if the request was refused."""
        self.socket.sendall(request.encode() + b"\n")
        rows = []
        while True:
            line = self.lines.readline()
            if not line.endswith("\n"):
                raise Lost
            word, *words = shlex.split(line)
            fields = dict(word.split("=", 1) for word in words if "=" in word)
            if word == "ROW":
                rows.append(fields)
            else:
                return rows, fields if word == "OK" else None

    def close(self):
        self.lines.close()
        self.socket.close()


class Element:
    def __init__(self):
        self.random = random.Random(SEED)
        self.journal = open(JOURNAL, "a", buffering=1, encoding="ascii")
        self.lock = threading.Lock()
        self.reports = threading.local()

    def draw(self):
        with self.lock:
            return self.random.random()

    def report(self, request):
        """Reports through the worker's own connection. A lost one is made again, and the report repeated."""
        for _ in range(100):
            try:
                if getattr(self.reports, "connection", None) is None:
                    self.reports.connection = Connection()
                return self.reports.connection.call(request)
            except (Lost, OSError):
                self.reports.connection = None
                time.sleep(0.02)
        return None

    def carry_out(self, order):
        """Carries one order out. It is listed again until it is reported."""
        time.sleep(self.draw() * 0.02)
        number = order["order"]
        if self.draw() < 0.1:
            self.report(f"ORDER.FAILED {number} reason=unreachable")
            return
        with self.lock:
            self.journal.write(f"{number} {order['msisdn']}\n")
        if self.draw() < 0.15:
            return  # As if it was killed here.
        self.report(f"ORDER.DONE {number}")
        if self.draw() < 0.3:
            self.report(f"ORDER.DONE {number}")

    def run(self):
        orders = None
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
            while True:
                try:
                    orders = orders or Connection()
                    rows, closing = orders.call("ORDERS wait=10")
                    if closing is None:
                        time.sleep(0.1)
                        continue
                    # No two of them are of one number, so they may be carried out at the same time.
                    assert len({row["msisdn"] for row in rows}) == len(rows), rows
                    list(workers.map(self.carry_out, rows))
                    if self.draw() < 0.1:
                        orders.close()
                        orders = None
                except (Lost, OSError):
                    orders = None
                    time.sleep(0.05)


Element().run()
