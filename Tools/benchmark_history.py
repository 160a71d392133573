"""The sections of Tools/benchmark.py on accounts with a long history, on a long log under a mixed load, and on reads of
the past."""

import datetime, glob, json, os, random, re, shutil, statistics, sys, time

from benchmark_access import Line, field
from benchmark_state import until

# Few events and many, of two numbers in one log.
SMALL, BIG = 79410000001, 79410000002
# The month and the day that are asked for, when the log is five years longer.
BEGIN, MONTH, END = datetime.date(2018, 1, 1), datetime.date(2018, 3, 1), datetime.date(2023, 3, 1)
DAY = datetime.date(2018, 3, 15)
# The records of that month, of either number: on the day, and on the other days.
USAGE_OF_DAY, PAYMENTS_OF_DAY, USAGE_OF_MONTH, PAYMENTS_OF_MONTH = 6, 2, 14, 2

MIX = "usage=60,balance=20,topup=10,account=5,payments=5"
# The share of the mix that appends events.
CHANGES = 0.7

# Numbers of the log of past reads that get packages, a tenth of them after each tenth of the log.
WITH_PACKAGES = 1000
PAST_READS = "BALANCE", "ACCOUNT", "BUCKETS", "OPTIONS"


def reply(line, text):
    """The lines of the next reply, the one to this request; a refusal ends the benchmark."""
    lines = []
    while not lines or not lines[-1].startswith("OK"):
        while b"\n" not in line.rest:
            line.rest += line.socket.recv(65536)
        found, line.rest = line.rest.split(b"\n", 1)
        lines.append(found.decode())
        if lines[-1].startswith("ERR"):
            sys.exit(f"{text}: {lines[-1]}")
    return lines


def say(line, text):
    line.socket.sendall(text.encode() + b"\n")
    return reply(line, text)


def pipeline(line, texts):
    """Sends changes together, and reads the reply of each."""
    for start in range(0, len(texts), 500):
        some = texts[start:start + 500]
        line.socket.sendall(("\n".join(some) + "\n").encode())
        for text in some:
            reply(line, text)


def quantiles(times):
    ordered = sorted(times)
    return {name: ordered[min(len(ordered) - 1, int(len(ordered) * q))] for name, q in (("p50", 0.5), ("p99", 0.99))}


# --- history


def calendar(total):
    """How many records of usage and payments a number has on each day, `total` events with its activation."""
    days = {MONTH + datetime.timedelta(days=n): [0, 0] for n in range(31)}
    days[DAY] = [USAGE_OF_DAY, PAYMENTS_OF_DAY]
    others = [day for day in days if day != DAY]
    for n in range(USAGE_OF_MONTH):
        days[others[n * len(others) // USAGE_OF_MONTH]][0] += 1
    for n in range(PAYMENTS_OF_MONTH):
        days[others[n * len(others) // PAYMENTS_OF_MONTH]][1] += 1
    rest = [BEGIN + datetime.timedelta(days=n) for n in range((END - BEGIN).days)]
    rest = [day for day in rest if day not in days]
    left = total - 1 - sum(map(sum, days.values()))
    for n in range(left):
        # One in five is a payment.
        days.setdefault(rest[n * len(rest) // left], [0, 0])[n % 5 == 4] += 1
    return days


def history(bench):
    kabinet = bench.kabinet("history", "--event-time", str(BEGIN))
    line = Line(kabinet)
    # In a log in event time nobody else changes anything.
    with open(kabinet.data + "/admin.secret") as secret:
        say(line, "AUTH admin " + secret.read().strip())
    for number in SMALL, BIG:
        say(line, f"SUBSCRIBER.ACTIVATE {number} iccid=897010000{number} imsi=2502{str(number)[:11]} region=msk"
                  " tariff=klassicheskiy pin=0000 puk=12345678")
        say(line, f"TOPUP {number} 5000 ref=first-{number}")
    events = {SMALL: 100, BIG: max(1000, 100_000 // bench.options.shorter)}
    bench.progress(" and ".join(f"{count:,}" for count in events.values()) + " events of two numbers, in five years")
    # Their first payment is one of them.
    days = {number: calendar(count - 1) for number, count in events.items()}
    serial = 0
    for n in range((END - BEGIN).days):
        day = BEGIN + datetime.timedelta(days=n)
        if day == MONTH:
            month = kabinet.events() + 1
        lines = []
        for number in SMALL, BIG:
            usage, payments = days[number].get(day, (0, 0))
            for _ in range(usage):
                serial += 1
                lines.append(f"USAGE {number} kind=sms direction=out peer=74951234567 start={day}T09:00:00Z"
                             f" source=archive n={serial}")
            for _ in range(payments):
                serial += 1
                # Payments have the time of the record before them.
                lines.append(f"TOPUP {number} 100 ref=p-{serial}")
        pipeline(line, lines)
    kabinet.call("CLOCK.SET", str(END))
    for number, count in events.items():
        found, place = 0, 1
        while place:
            closing = say(line, f"EVENTS msisdn={number} from={place} limit=1000")[-1]
            found += int(field(closing, "rows"))
            place = int(field(closing, "next")) if "next=" in closing else 0
        if found != count:
            sys.exit(f"{number} has {found} events, not {count}")
    return line, events, month


def run_history(bench):
    line, events, month = history(bench)
    payments = PAYMENTS_OF_DAY + PAYMENTS_OF_MONTH
    next_day, next_month = DAY + datetime.timedelta(days=1), datetime.date(2018, 4, 1)
    # The request of a number, and how many rows each number must get: the same work for both.
    asked = {
        "PAYMENTS, the first page": ("PAYMENTS {} limit=10", 10),
        "PAYMENTS of a month five years ago": (f"PAYMENTS {{}} from={MONTH} to={next_month}", payments),
        "EXPENSES of a month five years ago": (f"EXPENSES {{}} month={MONTH:%Y-%m}", 1),
        "STATEMENT of a day five years ago": (f"STATEMENT {{}} from={DAY} to={next_day}", USAGE_OF_DAY + PAYMENTS_OF_DAY),
        "EXPLAIN, the first page": ("EXPLAIN {} limit=10", 10),
        "EXPLAIN five years ago": (f"EXPLAIN {{}} at={next_month} limit=10", 10),
        "EVENTS of a type five years ago": (
            f"EVENTS msisdn={{}} type=topped_up from={month} limit={payments}", payments),
    }
    times = max(5, 200 // bench.options.shorter)
    for _ in range(bench.options.rounds):
        for name, (request, rows) in asked.items():
            taken = {number: [] for number in events}
            for turn in range(times + 2):
                for number in events:
                    began = time.perf_counter_ns()
                    found = len(say(line, request.format(number))) - 1
                    # The first ones warm caches.
                    if turn >= 2:
                        taken[number].append((time.perf_counter_ns() - began) / 1e6)
                    if found != rows:
                        sys.exit(f"{request.format(number)} has {found} rows, not {rows}")
            small, big = (statistics.median(taken[number]) for number in (SMALL, BIG))
            bench.record("history", name, small=small, big=big, ratio=big / small)
    rows = [["", *(f"{count:,} events, ms" for count in events.values()), "ratio"]]
    for name in asked:
        m = bench.medians("history", name)
        rows.append([name, f"{m['small']:.3f}", f"{m['big']:.3f}", f"{m['ratio']:.1f}"])
    return ("### A number with a long history beside one with a short one\n\n" + bench.table(*rows)
            + "\nMedians of one request at a time, alternating. Both numbers have the same records in the month asked"
            + " for.\n")


# --- mixed


def run_mixed(bench):
    options = bench.options
    kabinet = bench.kabinet("mixed")
    kabinet.prepare(options.accounts)
    minute = max(2, 60 / options.shorter)
    seeds = iter(range(2, 1 << 30))

    def load(*words):
        return kabinet.load("--mix", MIX, "--pipeline", "16", "--accounts", str(options.accounts), "--seed",
                            str(next(seeds)), "--allow-errors", *words)

    def measure(name):
        out = load("--seconds", str(minute))
        ms = {key: out["latency_nanoseconds"][key] / 1e6 for key in ("p50", "p99")}
        return bench.record("mixed", name, rate=out["requests_per_second"], **ms, errors=out["errors"],
                            events=kabinet.events())

    first = measure("the first minute")
    # The last minute ends at about the number of events asked for.
    target = options.mixed_events // options.shorter - int(first["rate"] * minute * CHANGES)
    while (missing := target - kabinet.events()) > 0:
        bench.progress(f"mixed: {missing:,} more events")
        out = load("--requests", str(min(5_000_000, int(missing / CHANGES) + 1)))
        if out["errors"] > out["requests"] // 10:
            sys.exit(f"{out['errors']} requests of {out['requests']} were refused")
    last = measure("the last minute")
    rows = [["", "events then", "requests/s", "p50 / p99 ms", "refused"]]
    for name, found in (("the first minute", first), ("the last minute", last)):
        rows.append([name, f"{found['events']:,}", f"{found['rate']:,.0f}",
                     f"{found['p50']:.2f} / {found['p99']:.2f}", f"{found['errors']:,}"])
    rows.append(["ratio", "", f"{last['rate'] / first['rate']:.2f}", "", ""])
    return (f"### A mixed load of {options.accounts:,} accounts\n\n" + bench.table(*rows)
            + f"\n{MIX.replace('=', ' ').replace(',', ', ')} (per cent), 50 connections, pipeline 16"
            + (f"; a minute is {minute:g} s in this trial" if options.shorter > 1 else "") + ".\n\n"
            + cost(bench, kabinet))


def cost(bench, kabinet):
    """The cost of the index of history to the disk and the processor, and the time to make it again."""
    events = kabinet.events()
    until(kabinet, lambda found: int(found["history_indexed_through"]) >= events)
    seconds = thread_seconds(kabinet)
    kabinet.process.end()
    rows = [["", "bytes an event", "processor, µs an event"]]
    for part, thread in (("log", "writer"), ("tree", "tree"), ("index", "indexer"), ("history", "historian")):
        names = os.listdir(f"{kabinet.data}/{part}")
        size = sum(os.stat(f"{kabinet.data}/{part}/{name}").st_blocks * 512 for name in names)
        found = bench.record("history-cost", part, bytes=size / events, us=seconds.get(thread, 0) / events * 1e6)
        rows.append([f"`DATA/{part}`", f"{found['bytes']:,.1f}", f"{found['us']:.2f} ({thread})"])
    shutil.rmtree(f"{kabinet.data}/history")
    kabinet.start()
    began = time.monotonic()
    until(kabinet, lambda found: int(found["history_indexed_through"]) >= events)
    took = time.monotonic() - began
    bench.record("history-cost", "remade", seconds=took, rate=events / took)
    return (bench.table(*rows) + f"\nThe index of history of these {events:,} events was made again in {took:.0f} s"
            + f" after a start, {events / took / 1e6:.2f} M events a second.\n")


def thread_seconds(kabinet):
    """The processor time of each thread so far, by its name."""
    ticks = os.sysconf("SC_CLK_TCK")
    found = {}
    for task in glob.glob(f"/proc/{kabinet.process.child.pid}/task/*"):
        name = open(task + "/comm").read().strip()
        used = open(task + "/stat").read().rsplit(")", 1)[1].split()
        found[name] = found.get(name, 0) + (int(used[11]) + int(used[12])) / ticks
    return found


# --- past


def grow(bench, kabinet, line):
    """Fills the log, and buys packages for some numbers between its tenths."""
    options = bench.options
    kabinet.prepare(options.accounts)
    prepared = kabinet.events()
    target = options.past_events // options.shorter
    packages = min(WITH_PACKAGES, options.accounts)
    for tenth in range(10):
        for number in range(packages * tenth // 10, packages * (tenth + 1) // 10):
            number += 79100000000
            say(line, f"TOPUP {number} 10000 ref=package-{number}")
            for option in options.options.split(","):
                say(line, f"OPTION.ON {number} {option}")
        # Usage starts in whole seconds, and a package covers usage that starts after its grant.
        time.sleep(1)
        missing = prepared + (target - prepared) * (tenth + 1) // 10 - kabinet.events()
        words = "--mix", "usage=70,topup=30", "--pipeline", "100", "--allow-errors", "--seed", str(tenth + 2)
        if missing > 0:
            bench.progress(f"past: {missing:,} more events")
            kabinet.load(*words, "--accounts", str(options.accounts), "--requests", str(missing))
        # Enough usage of these numbers that their packages change.
        kabinet.load(*words, "--accounts", str(packages), "--requests", str(packages * 2))
    return prepared, packages


def moments(bench, line, prepared, packages):
    """Random numbers and moments, positions and times: half of the numbers have packages."""
    draw = random.Random(35)
    last = int(field(say(line, "TRIAL.BALANCE")[-1], "seq"))

    def recorded(position):
        return field(say(line, f"EVENTS from={position} limit=1")[0], "recorded")

    pairs = []
    for n in range(max(10, bench.options.past_pairs // bench.options.shorter)):
        number = 79100000000 + draw.randrange(packages if n % 2 else bench.options.accounts)
        at = draw.randrange(prepared + 1, last + 1)
        pairs.append((number, recorded(at) if n % 4 < 2 else str(at)))
    return draw, pairs


def replayed(kabinet, number, at):
    """The same state by a replay of the log from its first event, and the packages by the number's events alone."""
    state = json.loads(kabinet.tool("replay", kabinet.data, "--until", at, "--msisdn", str(number), "--json"))
    buckets = {}
    for event in state["events"]:
        for grant in event["data"].get("grants", []) if event["type"] == "buckets_granted" else []:
            buckets[str(grant["bucket"])] = None if grant["unlimited"] else int(grant["amount"])
        for part in event["data"].get("parts", []) if event["type"] == "usage_rated" else []:
            if part["bucket"] and buckets[str(part["bucket"])] is not None:
                buckets[str(part["bucket"])] -= int(part["charged"])
    return state, buckets


def check(kabinet, line, number, at):
    """Compares the replies about a moment with a replay; no period may end meanwhile."""
    state, buckets = replayed(kabinet, number, at)
    balance, account, of_buckets, options = (say(line, f"{verb} {number} at={at}") for verb in PAST_READS)

    def differ(what, read, replay):
        sys.exit(f"{number} at {at}: {what} is {read} by the service and {replay} by a replay")

    for reply in balance, account:
        if field(reply[-1], "balance") != state["balance"]:
            differ("balance", field(reply[-1], "balance"), state["balance"])
    for name in "tariff", "tariff_status":
        if field(account[-1], name) != state[name]:
            differ(name, field(account[-1], name), state[name])
    for reply in account, options:
        names = sorted(field(row, "option") for row in reply[:-1])
        if names != sorted(filter(None, state["options"].split(","))):
            differ("options", names, state["options"])
    for reply in balance, account, of_buckets, options:
        if field(reply[-1], "seq") != state["as_of"]:
            differ("seq", field(reply[-1], "seq"), state["as_of"])
    left = {}
    for row in of_buckets[:-1]:
        found = re.search(r" left_\w+=(\d+)", row)
        left[field(row, "bucket")] = int(found[1]) if found else None
    # A used-up package may be left out.
    if left != {bucket: of for bucket, of in buckets.items() if of != 0 or bucket in left}:
        differ("buckets", left, buckets)


def run_past(bench):
    kabinet = bench.kabinet("past")
    line = Line(kabinet)
    prepared, packages = grow(bench, kabinet, line)
    draw, pairs = moments(bench, line, prepared, packages)
    events = kabinet.events()
    asked = [(verb, number, at) for number, at in pairs for verb in PAST_READS]
    draw.shuffle(asked)
    bench.progress(f"past: {len(asked):,} reads of {events:,} events")
    taken = {verb: [] for verb in PAST_READS}
    for verb, number, at in asked:
        began = time.perf_counter_ns()
        say(line, f"{verb} {number} at={at}")
        taken[verb].append((time.perf_counter_ns() - began) / 1e6)
    rows = [["", "p50 ms", "p99 ms", "most, ms"]]
    for verb in PAST_READS:
        found = bench.record("past", verb, **quantiles(taken[verb]), most=max(taken[verb]))
        rows.append([verb, *(f"{found[name]:.2f}" for name in ("p50", "p99", "most"))])
    some = pairs[:bench.options.past_checked]
    for place, (number, at) in enumerate(some):
        bench.progress(f"past: comparing {place + 1} of {len(some)} with a replay")
        check(kabinet, line, number, at)
    bench.progress("past: kabinet audit, which compares 1,000 numbers at as many moments")
    audit = json.loads(kabinet.tool("audit", kabinet.data, "--json"))
    return (f"### Reads of the past in a log of {events:,} events\n\n" + bench.table(*rows)
            + f"\n{len(pairs):,} random numbers and moments, in random order, one request at a time."
            + f" {len(some)} of them were compared with a replay from the first event. `kabinet audit` compared the rows"
            + f" of {audit['pasts_compared']:,} random numbers at as many moments with a replay: no difference.\n")
