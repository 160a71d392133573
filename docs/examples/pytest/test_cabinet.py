"""Tests of a front end against a real service: given these acts, then this balance."""

import pytest
import redis

ANNA = 79001234567


def test_the_fee_is_taken_when_the_period_ends(kabinet):
    kabinet.activate(ANNA)
    kabinet.principal("payments").execute_command("TOPUP", ANNA, "500", "ref=acq-1")
    assert kabinet.admin.execute_command("BALANCE", ANNA)["balance"] == "300.00"

    kabinet.set_clock("2018-03-31T09:00:00Z")

    assert kabinet.admin.execute_command("BALANCE", ANNA)["balance"] == "100.00"


def test_a_subscriber_registers_with_the_code_that_the_phone_gets(kabinet):
    kabinet.activate(ANNA)
    portal, gateway = kabinet.principal("frontend"), kabinet.principal("delivery")
    portal.execute_command("REGISTER", ANNA)
    _, message = gateway.execute_command("NOTIFICATIONS")

    signed_in = portal.execute_command(
        "CONFIRM", message["challenge"], message["code"], "password=correct horse")

    balance = portal.execute_command("BALANCE", ANNA, f"session={signed_in['session']}")
    assert balance["msisdn"] == str(ANNA)


def test_a_session_ends_after_half_an_hour_without_use(kabinet):
    kabinet.activate(ANNA)
    portal, gateway = kabinet.principal("frontend"), kabinet.principal("delivery")
    portal.execute_command("REGISTER", ANNA)
    _, message = gateway.execute_command("NOTIFICATIONS")
    session = portal.execute_command(
        "CONFIRM", message["challenge"], message["code"], "password=correct horse")["session"]

    kabinet.set_clock("2018-03-01T09:30:00Z")

    with pytest.raises(redis.ResponseError, match="session_invalid"):
        portal.execute_command("BALANCE", ANNA, f"session={session}")
