"""The section of Tools/benchmark.py on sign-in: whether its time reveals a number, and how much it delays others."""

import re, socket, statistics, threading, time

ANSWERED = 200
SIGNING_IN = 64
TOPUPS = 1000
FIRST = {"unknown": 79300000000, "unregistered": 79310000000, "wrong password": 79320000000}


class Line:
    """A connection that sends a line and reads its reply."""

    def __init__(self, kabinet):
        self.socket = kabinet.connect()
        self.rest = b""

    def say(self, line):
        self.socket.sendall(line.encode() + b"\n")
        reply = []
        while True:
            while b"\n" not in self.rest:
                self.rest += self.socket.recv(65536)
            text, self.rest = self.rest.split(b"\n", 1)
            reply.append(text.decode())
            if not text.startswith(b"ROW "):
                return reply


def field(text, name):
    return re.search(name + r"=(\S+)", text)[1]


def register(line, number):
    line.say(f"SUBSCRIBER.ACTIVATE {number} iccid=897010000{number} imsi=2502{number} region=msk"
             " tariff=moy-razgovor pin=0000 puk=12345678")
    challenge = field(line.say(f"REGISTER {number}")[-1], "challenge")
    code = field(line.say(f"NOTIFICATIONS msisdn={number}")[-2], "code")
    line.say(f'CONFIRM {challenge} {code} password="correct horse"')


def run_access(bench):
    kabinet = bench.access()
    line = Line(kabinet)
    for index in range(ANSWERED):
        register(line, FIRST["wrong password"] + index)
        number = FIRST["unregistered"] + index
        line.say(f"SUBSCRIBER.ACTIVATE {number} iccid=897010000{number} imsi=2502{number}"
                 " region=msk tariff=moy-razgovor pin=0000 puk=12345678")
    taken = {name: [] for name in FIRST}
    answers = set()
    for index in range(ANSWERED):
        for name, first in FIRST.items():
            began = time.perf_counter()
            answers.add(line.say(f"LOGIN {first + index} wrong-password")[-1])
            taken[name].append((time.perf_counter() - began) * 1000)
    bench.record("access", "answers", words=len(answers), **{n: statistics.median(t) for n, t in taken.items()})

    stopping = threading.Event()
    done = [0] * SIGNING_IN

    def sign_in(place):
        line = Line(kabinet)
        while not stopping.is_set():
            done[place] += line.say(f'LOGIN {FIRST["wrong password"] + place} "correct horse"')[-1].startswith("OK")

    seconds = max(2, 20 // bench.options.shorter)

    def load():
        out = kabinet.load("--mix", "topup=100", "--rate", str(TOPUPS), "--seconds", str(seconds), "--warmup", "1",
                           "--accounts", "1000", "--prepare")["latency_nanoseconds"]
        return {name: out[name] / 1e6 for name in ("p50", "p99")}

    for _ in range(bench.options.rounds):
        bench.record("access", "alone", **load())
        stopping.clear()
        threads = [threading.Thread(target=sign_in, args=(place,)) for place in range(SIGNING_IN)]
        before, began = sum(done), time.monotonic()
        for thread in threads:
            thread.start()
        found = load()
        stopping.set()
        for thread in threads:
            thread.join()
        bench.record("access", "beside", **found, rate=(sum(done) - before) / (time.monotonic() - began))
    times, alone, beside = (bench.medians("access", name) for name in ("answers", "alone", "beside"))
    least, most = min(times[n] for n in FIRST), max(times[n] for n in FIRST)
    rows = [["sign-in of", "median ms"], *[[name, f"{times[name]:.2f}"] for name in FIRST]]
    return (f"### {ANSWERED} sign-ins a class that fail, in turn, on one connection\n\n" + bench.table(*rows)
            + f"\nThe slowest is {most / least - 1:.1%} above the fastest; the replies are "
            + ("the same words" if times["words"] == 1 else f"{times['words']} DIFFERENT ones") + ".\n\n"
            + f"### {TOPUPS:,} payments a second beside {SIGNING_IN} who sign in without a pause\n\n"
            + bench.table(["beside", "p50 ms", "p99 ms"],
                          ["nothing", f"{alone['p50']:.2f}", f"{alone['p99']:.2f}"],
                          [f"{beside['rate']:.0f} sign-ins a second", f"{beside['p50']:.2f}", f"{beside['p99']:.2f}"])
            + f"\np99: {beside['p99'] / alone['p99']:.1f} times.\n")
