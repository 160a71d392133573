"""The sections of Tools/benchmark.py on starts, on snapshots, and on work beside the service."""

import glob, json, os, re, shutil, subprocess, threading, time


class Watched:
    """Repeats a call in a thread while the block runs, and counts the calls."""

    def __init__(self, body):
        self.body, self.count, self.stopping = body, 0, False
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopping:
            self.body()
            self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.thread.join()


def stats(kabinet):
    return dict(re.findall(r"(\w+)=(\S+)", kabinet.call("STATS").splitlines()[-1]))


def until(kabinet, holds):
    while not holds(found := stats(kabinet)):
        time.sleep(0.05)
    return found


def snapshot(kabinet):
    """Takes one, and answers its STATS."""
    kabinet.call("SNAPSHOT")
    return until(kabinet, lambda found: found["snapshot"] == "idle")


def start_seconds(kabinet):
    """From a kill to the first connection, and what the service said of its snapshot."""
    kabinet.process.end(9)
    began = time.monotonic()
    kabinet.start()
    return time.monotonic() - began


def fill(bench, kabinet, events):
    if (missing := events - kabinet.events()) > 0:
        bench.progress(f"{missing:,} more payments")
        kabinet.load("--mix", "topup=100", "--pipeline", "100", "--requests", str(missing), "--accounts",
                     str(bench.options.accounts))


def run_restart(bench):
    kabinet = bench.many()
    rows = [["events", "snapshot", "taken in", "longest hold of the writer", "memory meanwhile", "read at",
             "start from it", "start by replay"]]
    for part in (4, 2, 1):
        fill(bench, kabinet, bench.options.replayed // part)
        events = kabinet.events()
        for _ in range(bench.options.rounds):
            before = kabinet.resident_bytes()
            peak = [before]
            with Watched(lambda: (peak.append(kabinet.resident_bytes()), time.sleep(0.005))):
                found = snapshot(kabinet)
            with_snapshot = start_seconds(kabinet)
            read = re.findall(r"(\d+) bytes were read in ([0-9]+) ms", open(kabinet.log).read())[-1]
            kept = kabinet.data + "/snapshots"
            os.rename(kept, kept + ".aside")
            by_replay = start_seconds(kabinet)
            shutil.rmtree(kept, ignore_errors=True)
            os.rename(kept + ".aside", kept)
            bench.record(
                "restart", f"{part}", bytes=int(found["snapshot_bytes"]), taken=int(found["snapshot_milliseconds"]) / 1e3,
                hold=int(found["snapshot_longest_step_us"]) / 1e3, memory=max(peak) / before,
                read=int(read[0]) / max(1, int(read[1])) / 1e6, start=with_snapshot, replay=by_replay)
        m = bench.medians("restart", f"{part}")
        rows.append([f"{events:,}", f"{m['bytes'] / 1e6:,.0f} MB", f"{m['taken']:.2f} s", f"{m['hold']:.2f} ms",
                     f"{m['memory']:.2f}×", f"{m['read']:.2f} GB/s", f"{m['start']:.2f} s", f"{m['replay']:.2f} s"])
    return f"### Starting: {bench.options.accounts:,} subscribers\n\n" + bench.table(*rows)


def run_background(bench):
    kabinet = bench.many()
    fill(bench, kabinet, bench.options.replayed)
    seconds = max(2, 20 // bench.options.shorter)
    most = bench.payments(kabinet, 16, 800_000)["rate"]
    rate = int(most * 0.3)
    copy = bench.work + "/copy"

    def backup():
        shutil.rmtree(copy, ignore_errors=True)
        kabinet.call("BACKUP", copy)

    def rebuild():
        kabinet.call("REBUILD", "balances")
        until(kabinet, lambda found: found["rebuild"] != "running")

    def load():
        out = kabinet.load("--mix", "topup=100", "--pipeline", "16", "--rate", str(rate), "--seconds", str(seconds),
                           "--warmup", "1", "--accounts", str(bench.options.accounts))["latency_nanoseconds"]
        return {name: out[key] / 1e6 for name, key in (("p50", "p50"), ("p99", "p99"), ("p999", "p99_9"))}

    def verify():
        """Answers how long it took."""
        return float(re.search(r"result=ok .*seconds=([0-9.]+)", kabinet.call("--timeout", "3600", "VERIFY"))[1])

    beside = {"a snapshot": lambda: snapshot(kabinet), "a backup": backup, "a projection made anew": rebuild,
              "VERIFY": verify}
    for _ in range(bench.options.rounds):
        bench.record("background", "nothing", **load(), times=0)
        for name, body in beside.items():
            with Watched(body) as watched:
                found = load()
            bench.record("background", name, **found, times=watched.count)
        events = kabinet.events()
        replayed = json.loads(kabinet.tool("replay", kabinet.data, "--json"))
        bench.record("background", "alone", verify=events / verify(), replay=replayed["events"] / replayed["seconds"])
    rows = [["beside", "finished meanwhile", "p50 ms", "p99 ms", "p99.9 ms", "p99.9, ratio"]]
    least = bench.medians("background", "nothing")["p999"]
    for name in ["nothing", *beside]:
        m = bench.medians("background", name)
        rows.append([name, f"{m['times']:.0f}" if m["times"] else "", f"{m['p50']:.2f}", f"{m['p99']:.2f}",
                     f"{m['p999']:.2f}", f"{m['p999'] / least:.1f}"])
    alone = bench.medians("background", "alone")
    return (f"### {rate:,} payments a second, 30 % of the most, beside other work, one after another without a pause\n\n"
            + bench.table(*rows)
            + f"\nVERIFY of {kabinet.events():,} events alone: {alone['verify'] / 1e6:.2f} M events/s, "
            + f"{alone['verify'] / alone['replay']:.2f} of `kabinet replay` in the same minute "
            + f"({alone['replay'] / 1e6:.2f} M events/s).\n")
