"""A portal's main work on many numbers, by redis-py: `load` does it and writes down what was acknowledged, `check`
compares the service with what was written down.

Every number of the CSV (msisdn,tariff,calls,seconds,started_minutes,charge_rub) gets a SIM under its tariff, a cabinet
by one-time code, a top-up of its charge and one rouble, and another tariff.

    cabinet_cdr.py load|check --port N --secret S --csv FILE --state FILE
"""

import argparse
import csv
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import local

import redis

FEES = {"03": Decimal("0.00"), "06": Decimal("0.25"), "11": Decimal("0.50")}
NEXT = {"03": "06", "06": "11", "11": "03"}
THREADS = 8

arguments = argparse.ArgumentParser()
arguments.add_argument("mode", choices=["load", "check"])
for name in ("port", "secret", "csv", "state"):
    arguments.add_argument("--" + name, required=True)
arguments = arguments.parse_args()
thread = local()


def call(*words):
    """The closing line's fields and the rows; an ERR raises."""
    if not hasattr(thread, "client"):
        thread.client = redis.Redis(
            port=int(arguments.port), username="admin", password=arguments.secret, protocol=3, decode_responses=True)
    reply = thread.client.execute_command(*words)
    return (reply[0], reply[1:]) if isinstance(reply, list) else (reply, [])


def publish():
    """A catalogue of three tariffs that everyone here can pay."""
    draft = call("CATALOG.DRAFT", "empty=1")[0]["draft"]
    put = ("CATALOG.PUT", draft)
    call(*put, "terms", "general", "tariff_change_fee=0", "tariff_change_free_after_days=0")
    call(*put, "range", "7", "digits=11")
    call(*put, "region", "msk", "name=Москва", "offsets=180")
    for key, fee in FEES.items():
        call(*put, "tariff", key, f"name=Тариф {key}", f"fee={fee}", "period=30d", "rates=voice:any:1.50/60")
    call("CATALOG.PUBLISH", draft)


def load(row):
    number, tariff, charge = row["msisdn"], row["tariff"], Decimal(row["charge_rub"])
    call("SUBSCRIBER.ACTIVATE", number, f"iccid=897012{int(number):014}", f"imsi=25020{number[-10:]}", "region=msk",
         f"tariff={tariff}", "pin=0000", "puk=12345678", f"id=activate-{number}")
    challenge = call("REGISTER", number)[0]["challenge"]
    code = call("NOTIFICATIONS", f"msisdn={number}")[1][0]["code"]
    call("CONFIRM", challenge, code, f"password=password of {number}")
    paid = call("TOPUP", number, f"{charge + 1:.2f}", f"ref=cdr-{number}", f"id=topup-{number}", "method=sbp")[0]
    expected = charge + 1 - FEES[tariff]
    assert Decimal(paid["balance"]) == expected, (paid, expected)
    moved = call("TARIFF.CHANGE", number, NEXT[tariff], f"id=move-{number}")[0]
    expected -= FEES[NEXT[tariff]]
    assert Decimal(moved["balance"]) == expected, (moved, expected)
    return {"msisdn": number, "balance": moved["balance"], "tariff": moved["tariff"], "payment": paid["payment"],
            "amount": paid["amount"], "paid_balance": paid["balance"], "ref": f"cdr-{number}"}


def check(known):
    """What the service says otherwise than it acknowledged."""
    number = known["msisdn"]
    payments = call("PAYMENTS", number)[1]
    found = [
        ("balance", call("BALANCE", number)[0]["balance"], known["balance"]),
        ("tariff", call("TARIFF", number)[0]["tariff"], known["tariff"]),
        ("payments", [[p["payment"], p["amount"], p["balance"], p["ref"]] for p in payments],
         [[known["payment"], known["amount"], known["paid_balance"], known["ref"]]]),
        ("repeated", call("TOPUP", number, known["amount"], f"ref={known['ref']}", f"id=topup-{number}",
                          "method=sbp")[0].get("repeated"), "1"),
    ]
    return [f"{number} {name}: {now} and not {then}" for name, now, then in found if now != then]


def main():
    with ThreadPoolExecutor(THREADS) as pool:
        if arguments.mode == "load":
            publish()
            with open(arguments.csv, newline="") as file:
                rows = list(csv.DictReader(file))
            done = list(pool.map(load, rows))
            with open(arguments.state, "w") as file:
                json.dump(done, file)
            differences = []
        else:
            with open(arguments.state) as file:
                done = json.load(file)
            differences = [line for lines in pool.map(check, done) for line in lines]
    books = {row["account"]: row["balance"] for row in call("TRIAL.BALANCE")[1]}
    print(json.dumps({
        "numbers": len(done), "differences": differences, "sum": call("TRIAL.BALANCE")[0]["sum"],
        "paid": str(sum(Decimal(known["amount"]) for known in done)),
        "balances": str(sum(Decimal(known["balance"]) for known in done)),
        "subscribers": books["subscribers"], "cash": books["cash:sbp"], "events": call("STATS")[0]["events"]}))


main()
