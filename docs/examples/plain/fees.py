#!/usr/bin/env python3
"""A test without any library: a socket, and a line for each request.

KABINETD=path names the service's program, else it is found on the PATH.
"""

import os
import socket
import subprocess

ADMIN_SECRET = "A" * 43


def fields(line):
    """The values of a reply's line that have no spaces, by their names."""
    return dict(word.split("=", 1) for word in line.split()[1:] if "=" in word)


process = subprocess.Popen(
    [os.environ.get("KABINETD", "kabinetd"), "--ephemeral", "--admin-secret", ADMIN_SECRET,
     "--test-clock", "2018-03-01T09:00:00Z", "--listen", "127.0.0.1:0", "--until-input-closes"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
host, port = process.stdout.readline().split()[-1].rsplit(":", 1)
connection = socket.create_connection((host, int(port)), timeout=10).makefile("rw", encoding="utf-8", newline="\n")


def say(request):
    """The last line of the reply."""
    connection.write(request + "\n")
    connection.flush()
    while True:
        line = connection.readline().rstrip("\n")
        if line.split(" ")[0] == "OK":
            return fields(line)
        if line.split(" ")[0] != "ROW":
            raise AssertionError(f"{request}: {line}")


say(f"AUTH admin {ADMIN_SECRET}")
say("SUBSCRIBER.ACTIVATE 79001234567 iccid=8970120000000000001 imsi=250200000000001 region=msk"
    " tariff=moy-razgovor pin=1234 puk=12345678")
say("TOPUP 79001234567 500 ref=acq-1")
say("CLOCK.SET 2018-03-31T09:00:00Z")
assert say("BALANCE 79001234567")["balance"] == "100.00"
process.stdin.close()
assert process.wait() == 0
print("the fee was taken twice")
