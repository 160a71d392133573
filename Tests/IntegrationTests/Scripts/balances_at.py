"""Asks a journal that `kabinet export --format csv` made for balances at random moments, by nothing but adding up:
number, moment, position of the moment, kopecks; a line each, in the order of the positions.

    balances_at.py FILE COUNT SEED NUMBER...

A moment is a position, or a time in any of the ways that RFC 3339 writes it: an event counts that was recorded at it or
before it.
"""

import csv
import random
import sys
from bisect import bisect_right
from datetime import datetime, timedelta, timezone

file, count, seed, numbers = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
random.seed(seed)

positions, instants, sums = [], [], {number: ([0], [0]) for number in numbers}
with open(file, newline="", encoding="utf-8") as table:
    for row in csv.DictReader(table, strict=True):
        position = int(row["position"])
        if not positions or position != positions[-1]:
            positions.append(position)
            instants.append(datetime.fromisoformat(row["recorded_at"].replace("Z", "+00:00")))
        if row["account"].startswith("Liabilities:Subscriber:"):
            at, balances = sums[row["account"].rsplit(":", 1)[1]]
            at.append(position)
            # A debt of the operator's: the journal has it with the other sign.
            balances.append(balances[-1] - int(row["amount_kopecks"]))


def written(instant):
    """As someone else would write it."""
    zone = timezone(timedelta(minutes=random.choice([0, 180, -210, 765])))
    text = instant.astimezone(zone).isoformat(timespec="milliseconds")
    return text.replace("+00:00", random.choice(["Z", "+00:00", "-00:00"]))


questions = []
for _ in range(count):
    index = random.randrange(len(positions))
    if random.random() < 0.5:
        position = random.randint(positions[0], positions[-1])
        moment = str(position)
    else:
        instant = instants[index] + timedelta(milliseconds=random.choice([0, 0, 1, -1, 100_000]))
        instant = min(instant, instants[-1])
        known = bisect_right(instants, instant)
        position = positions[known - 1] if known else 0
        moment = written(instant)
    number = random.choice(numbers)
    at, balances = sums[number]
    questions.append((position, number, moment, balances[bisect_right(at, position) - 1]))

for position, number, moment, kopecks in sorted(questions):
    print(number, moment, position, kopecks, sep="\t")
