"""The section of Tools/benchmark.py on a billing day: everybody's fee is due at one midnight.

The service has the machine's clock, and the clock is not touched. The benchmark's catalogue gives the subscribers'
region an offset from UTC by which its midnight is some minutes from now, and the tariff's month begins on that date.
"""

import datetime, os, re, shutil, signal, sys, threading, time

from benchmark_access import Line, field
from benchmark_history import pipeline, reply
from benchmark_state import stats

FIRST = 79_100_000_000
FEE = 30
MIX = "balance=50,topup=30,usage=20"
# A request is measured from a second after midnight on.
AFTER = 1


def midnight_after(seconds):
    """The first whole minute after so many seconds, and the offset in minutes of a region that has midnight then."""
    at = datetime.datetime.fromtimestamp((time.time() + seconds) // 60 * 60 + 60, datetime.timezone.utc)
    offset = -(at.hour * 60 + at.minute)
    return at, offset + 1440 if offset < -720 else offset


def catalogue(bench, at, offset):
    """The example, with that midnight and a fee of a month that begins with it; returns its file."""
    with open("Sources/CatalogFile/example.yaml") as example:
        text = example.read()
    hours = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    day = (at + datetime.timedelta(minutes=offset)).day
    text, regions = re.subn(r"(  msk:\n    name: .*\n    offsets:\n)(?:      - .*\n)+",
                            rf'\1      - {{ offset: "{hours}" }}\n', text)
    text, tariffs = re.subn(r"(  klassicheskiy:\n    name: .*\n)    fee: 0.00\n    period: open\n",
                            rf"\1    fee: {FEE}.00\n    period: month\n    billing_day: {day}\n    prorated: true\n"
                            "    includes: { voice: 100 min }\n", text)
    if (regions, tariffs) != (1, 1):
        sys.exit("the example catalogue has changed")
    path = os.path.join(bench.work, f"billing-{at:%H%M}.yaml")
    with open(path, "w") as file:
        file.write(text)
    return path


def fees(kabinet):
    """The kopecks of fees that the ledger has."""
    return round(abs(float(re.search(r"account=revenue:tariff_fees .*?balance=(\S+)", kabinet.call("TRIAL.BALANCE"))[1])) * 100)


class Progress(threading.Thread):
    """Asks until nothing is overdue, and notes how long after midnight that was."""

    def __init__(self, kabinet, at):
        super().__init__()
        self.kabinet, self.at, self.seconds, self.seen = kabinet, at.timestamp(), None, 0

    def run(self):
        time.sleep(max(0, self.at - time.time()) + 0.2)
        while True:
            behind = int(stats(self.kabinet)["due_behind"])
            self.seen = max(self.seen, behind)
            if behind == 0:
                self.seconds = time.time() - self.at
                return
            time.sleep(0.2)


def load(bench, kabinet, rate, seconds, warmup=1):
    out = kabinet.load("--mix", MIX, "--pipeline", "16", "--rate", str(rate), "--seconds", f"{seconds:.1f}", "--warmup",
                       f"{warmup:.1f}", "--accounts", str(bench.options.accounts))["latency_nanoseconds"]
    return {name: out[key] / 1e6 for name, key in (("p50", "p50"), ("p99", "p99"), ("p999", "p99_9"))}


def before_midnight(bench, name, seconds, *settings):
    """A service whose subscribers have money for the fee that is due at a midnight, after so many seconds at least."""
    accounts = bench.options.accounts
    at, offset = midnight_after(45 + seconds + accounts / 10_000)
    kabinet = bench.kabinet(name, "--catalog", catalogue(bench, at, offset), *settings)
    bench.progress(f"{accounts:,} subscribers, whose fee is due at {at:%H:%M} UTC")
    kabinet.prepare(accounts)
    line = Line(kabinet)
    for start in range(0, accounts, 50_000):
        pipeline(line, [f"TOPUP {FIRST + n} 100 ref=b-{n}" for n in range(start, min(start + 50_000, accounts))])
    if at.timestamp() - time.time() < seconds + 8:
        sys.exit("midnight came before the subscribers were there: this machine needs fewer --accounts")
    return kabinet, at


def check_fees(kabinet, paid, accounts):
    """The ledger has the fee of every subscriber."""
    taken = fees(kabinet) - paid
    # The principal's own number has no money.
    if taken != accounts * FEE * 100:
        sys.exit(f"fees of {taken / 100:,.2f} were charged, and {accounts * FEE:,}.00 were due")


def balance(line, number):
    """In kopecks."""
    return round(float(field(line.say(f"BALANCE {number}")[-1], "balance")) * 100)


def check_balances(kabinet, accounts, had):
    """Every subscriber has what one fee leaves of what each had."""
    line, wanted = Line(kabinet), f" balance={had / 100 - FEE:.2f} "
    for start in range(FIRST, FIRST + accounts, 500):
        some = range(start, min(start + 500, FIRST + accounts))
        line.socket.sendall("".join(f"BALANCE {number}\n" for number in some).encode())
        for number in some:
            left = reply(line, "BALANCE")[-1]
            if wanted not in left:
                sys.exit(f"{number} has {left}")


def killed_day(bench):
    """A midnight at which the service is killed thrice; returns how many fees were still to come each time."""
    accounts = bench.options.accounts
    kabinet, at = before_midnight(bench, "billing-killed", 5)
    paid, had, kills = fees(kabinet), balance(Line(kabinet), FIRST), []
    time.sleep(max(0, at.timestamp() - time.time()))
    for share in (0.8, 0.5, 0.2):
        while (behind := int(stats(kabinet)["due_behind"])) > accounts * share or time.time() < at.timestamp() + 1:
            pass
        kills.append(behind)
        kabinet.process.end(signal.SIGKILL)
        kabinet.start()
    while int(stats(kabinet)["due_behind"]) > 0:
        time.sleep(0.2)
    check_fees(kabinet, paid, accounts)
    check_balances(kabinet, accounts, had)
    kabinet.process.end()
    shutil.rmtree(kabinet.data)
    return kills


def billing_day(bench, number, *settings):
    """One midnight: latencies before it and while the fees are carried out."""
    accounts, shorter = bench.options.accounts, bench.options.shorter
    idle = max(5, 20 // shorter)
    kabinet, at = before_midnight(bench, f"billing-{number}", idle, *settings)
    if bench.billing_rate is None:
        most = kabinet.load("--mix", MIX, "--pipeline", "16", "--seconds", "3", "--accounts", str(accounts))
        bench.billing_rate = int(most["requests_per_second"] * 0.3)
    rate = bench.billing_rate
    before = load(bench, kabinet, rate, idle)
    paid = fees(kabinet)
    progress = Progress(kabinet, at)
    progress.start()
    # The load is there before midnight. It is measured while fees are still to come: they are carried out faster than
    # the pace whenever the writer has nothing else to do.
    measured = max(2, 0.8 * accounts / bench.billing_pace - AFTER)
    during = load(bench, kabinet, rate, measured, at.timestamp() - time.time() + AFTER)
    if progress.seconds is not None and progress.seconds < AFTER + measured:
        bench.progress(f"the fees were done {AFTER + measured - progress.seconds:.1f} s before the measurement was")
    progress.join()
    check_fees(kabinet, paid, accounts)
    kabinet.process.end()
    shutil.rmtree(kabinet.data)
    return bench.record(
        "billing", "day", rate=rate, seen=progress.seen, seconds=progress.seconds, ratio=during["p99"] / before["p99"],
        **{f"before_{key}": value for key, value in before.items()},
        **{f"during_{key}": value for key, value in during.items()})


def run_billing(bench):
    bench.billing_rate, bench.billing_pace = None, 40_000
    for number in range(bench.options.rounds):
        billing_day(bench, number)
    kills = " and ".join(f"{behind:,}" for behind in killed_day(bench))
    m = bench.medians("billing", "day")
    rows = [["", "p50 ms", "p99 ms", "p99.9 ms"]]
    for name, label in (("before", "before midnight"), ("during", "while fees are carried out")):
        rows.append([label, *(f"{m[f'{name}_{key}']:.2f}" for key in ("p50", "p99", "p999"))])
    rows.append(["ratio", *(f"{m[f'during_{key}'] / m[f'before_{key}']:.2f}" for key in ("p50", "p99", "p999"))])
    return (f"### A billing day: {bench.options.accounts:,} fees at one midnight, beside {m['rate']:,.0f} requests a second"
            f"\n\n" + bench.table(*rows) + f"\nThe fees were carried out within {m['seconds']:.0f} s of midnight, and "
            f"each was charged once. The median of the rounds' ratios of p99 is {m['ratio']:.2f}. In a round more the "
            f"service was killed (`kill -9`) when {kills} of the fees were still to come: each was charged once.\n")
