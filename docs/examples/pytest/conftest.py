"""Fixtures: a service of kabinet for each test, which keeps nothing, with its clock in the test's hands."""

import os
import subprocess

import pytest
import redis

# Of nobody's use: the service ends with the test.
ADMIN_SECRET = "A" * 43
BEGINNING = "2018-03-01T09:00:00Z"


class Kabinet:
    """A running service, its administrator, and other principals by their roles."""

    def __init__(self, port):
        self.port = port
        self.admin = self.client("admin", ADMIN_SECRET)

    def client(self, name, secret):
        return redis.Redis(
            port=self.port, username=name, password=secret, protocol=3, decode_responses=True)

    def principal(self, role):
        """A client of a new principal with this role."""
        added = self.admin.execute_command("PRINCIPAL.ADD", role, f"roles={role}")
        return self.client(role, added["secret"])

    def activate(self, msisdn, tariff="moy-razgovor"):
        return self.admin.execute_command(
            "SUBSCRIBER.ACTIVATE", msisdn, f"iccid=8970120{msisdn:013}", f"imsi=25020{msisdn % 10**10:010}",
            "region=msk", f"tariff={tariff}", "pin=1234", "puk=12345678")

    def set_clock(self, time):
        """Moves the clock forward: everything that is due by then happens."""
        self.admin.execute_command("CLOCK.SET", time)


@pytest.fixture
def kabinet():
    kabinetd = os.environ.get("KABINETD", "kabinetd")
    process = subprocess.Popen(
        [kabinetd, "--ephemeral", "--admin-secret", ADMIN_SECRET, "--test-clock", BEGINNING,
         "--listen", "127.0.0.1:0", "--until-input-closes"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    # "kabinetd is ready on 127.0.0.1:40123"
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    yield Kabinet(port)
    # The service ends when its input closes, also if pytest is killed.
    process.stdin.close()
    process.stdout.close()
    process.wait()
