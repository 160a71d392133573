"""Faults of an acquirer, for tests: how a payment is said to the service, drawn from a seed.

The draws of a request depend on the seed and the request's number alone, so that a second run, or a process that was
killed meanwhile, draws the same. Each fault has a draw of its own: to change the probability of one leaves the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import random

# A payment that waits for a later one is said after this time in any case, because there may be no later one.
HOLD_SECONDS = 2.0
# A new one goes to the end, because the draws are made in this order.
KINDS = {
    "repeat": "say TOPUP again after its reply, with the same ref=, and half of them with another id=",
    "reorder": f"say TOPUP after a later payment's, or after {HOLD_SECONDS:.0f} seconds",
    "fail": "refuse: PAYMENT.REFUSE although the payer pays",
    "other-amount": "credit another amount than requested: half of it, or one rouble more",
    "late": "say TOPUP after the service has ended the request; without a test clock that takes its 20 minutes",
    "drop": "close the connection after TOPUP without reading its reply, then say it again",
    "charge-back": "take the payment back later by PAYMENT.REVERSE, whole or half",
}


@dataclasses.dataclass(frozen=True)
class Plan:
    delay_seconds: float
    refusal: str | None  # The reason, if the bank refuses.
    amount: int  # Minor units; another than the requested one if --other-amount was drawn.
    repeats: str | None  # Said once more after its reply: with the `same` id, or with an `other` one.
    is_held: bool
    is_late: bool
    drops: bool
    charge_back: int  # Minor units; 0 if none.


@dataclasses.dataclass(frozen=True)
class Faults:
    seed: int
    delay: tuple[float, float]
    chances: dict[str, float]

    def plan(self, request: int, amount: int) -> Plan:
        source = random.Random(f"{self.seed}/{request}")
        delay = source.uniform(*self.delay)
        # Two draws a fault, also if it cannot happen: whether it happens, and which of two ways.
        draws = {name: (source.random(), source.random() < 0.5) for name in KINDS}
        happens = {name: draw < self.chances[name] for name, (draw, _) in draws.items()}
        is_first = {name: first for name, (_, first) in draws.items()}

        credited = amount
        if happens["other-amount"]:
            credited = amount // 2 if is_first["other-amount"] and amount > 1 else amount + 100
        return Plan(
            delay_seconds=delay,
            refusal=("bank_error" if is_first["fail"] else "insufficient_funds") if happens["fail"] else None,
            amount=credited,
            repeats=("same" if is_first["repeat"] else "other") if happens["repeat"] else None,
            is_held=happens["reorder"], is_late=happens["late"], drops=happens["drop"],
            charge_back=(max(1, credited // 2) if is_first["charge-back"] else credited)
            if happens["charge-back"] else 0)


def probability(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a probability is from 0 to 1")
    return value


def seconds(text: str) -> tuple[float, float]:
    """`0.5`, or `0.1-2`."""
    first, _, last = text.partition("-")
    least, most = float(first), float(last or first)
    if not 0 <= least <= most <= 3600:
        raise argparse.ArgumentTypeError("a delay is from 0 to 3600 seconds, as 0.5 or 0.1-2")
    return least, most


def add_arguments(parser: argparse.ArgumentParser) -> None:
    faults = parser.add_argument_group("faults, for tests; P is a probability for each request, from 0 to 1")
    faults.add_argument("--seed", type=int, default=1, metavar="N", help="the draws of every fault; 1")
    faults.add_argument("--delay", type=seconds, default="0.5", metavar="SECONDS",
                        help="from the payer's decision to TOPUP: 0.5, or a range as 0.1-2")
    for name, what in KINDS.items():
        faults.add_argument(f"--{name}", type=probability, default=0.0, metavar="P", help=what)


def faults_of(options: argparse.Namespace) -> Faults:
    chances = {name: getattr(options, name.replace("-", "_")) for name in KINDS}
    return Faults(options.seed, options.delay, chances)
