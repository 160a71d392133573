"""Compares Kabinet with Redis, PostgreSQL and bare LMDB on the same machine, disk and durability, with the same client
where possible. Runs alternate, and the figures of a table are medians. Every server listens on loopback or a socket
file, in a directory under TMPDIR that is removed at the end, and is stopped by its pid.

  topup     TOPUP of one account beside Redis with appendfsync always: a payment by a script, and a bare SET
  balance   BALANCE beside Redis GET
  lone      one TOPUP at a time beside bare commits of one record, through the same LMDB
  postgres  payments of random accounts beside PostgreSQL's insert of an event and update of a balance
  load      payments over many accounts beside payments of one
  rating    calls, data sessions and messages of many accounts, rated, beside their payments and PostgreSQL's
  replay    kabinet replay of the log of the measurements before
  memory    resident bytes of a subscriber with a tariff and three options
  restart   snapshots, and starts with and without one
  background  latency at 30 % of the greatest rate, beside a snapshot, a backup, the rebuild of a projection,
              VERIFY; and VERIFY beside a plain replay
  cabinet   the start page of the web cabinet beside its reads over the protocol
  history   reads of a number with 100,000 events beside one with 100, of now and of five years ago
  mixed     the first and the last minute of a mixed load of many events (only if it is named)
  past      reads with at= in a long log, and some of them compared with replays (only if it is named)
  billing   requests beside the fees of many subscribers that are due at one midnight, some minutes after the start of
            each round (only if it is named)

Snapshots are off unless they are measured, also those of Redis.
"""

import argparse, csv, glob, itertools, json, os, platform, re, shutil, signal, socket, statistics, struct, subprocess, sys
import tempfile, time

import benchmark_access
import benchmark_billing
import benchmark_history
import benchmark_state
import benchmark_web

# A payment as Redis does it. KEYS: its id, its ref, the subscriber's balance, the log; ARGV: the number, the amount.
# Redis keeps ids and refs for ever, as Kabinet does. The log is a stream, and an entry holds the whole payment.
PAYMENT = """
local outcome = redis.call('GET', KEYS[1])
if outcome then return outcome end
if not redis.call('SET', KEYS[2], '', 'NX') then return redis.error_reply('DUPLICATE_REF') end
local balance = redis.call('INCRBY', KEYS[3], ARGV[2])
local payment = redis.call('XADD', KEYS[4], '*', 'msisdn', ARGV[1], 'amount', ARGV[2], 'id', KEYS[1], 'ref', KEYS[2],
    'balance', balance)
outcome = 'payment=' .. payment .. ' balance=' .. balance
redis.call('SET', KEYS[1], outcome)
return outcome
"""
CONNECTIONS = 50
PIPELINES = (1, 16, 100)
SIM = "iccid=89701200000000000000 imsi=250200000000001 region=msk tariff=klassicheskiy pin=0000 puk=12345678".split()
NUMBER = 79001234567
SECTIONS = ["topup", "balance", "lone", "postgres", "load", "rating", "replay", "memory", "restart",
            "background", "access", "cabinet", "history", "mixed", "past", "billing"]
# They take longer than all others.
LONG = {"mixed", "past", "billing"}


def progress(text):
    print("==> " + text, file=sys.stderr, flush=True)


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}"


def table(*rows):
    head, *rest = [[str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rest]) + "\n"


class Process:
    """Started here, ended by its pid."""

    running = []

    def __init__(self, *command, **options):
        self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
        Process.running.append(self)

    def end(self, how=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(how)
            self.child.wait(60)
        Process.running.remove(self)


def wait_for(is_there, what):
    for _ in range(1200):
        try:
            if is_there():
                return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"{what} did not start")


def listens(port):
    with socket.create_connection(("127.0.0.1", port)):
        return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def redis_cli(port, *words):
    done = subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def paid(port):
    return int(redis_cli(port, "XLEN", "payments"))


class Kabinet:
    def __init__(self, bench, name, *settings):
        self.settings = settings
        self.bin, self.data, self.port = bench.bin, os.path.join(bench.work, name), free_port()
        self.log = self.data + ".log"
        self.start()
        added = self.call("PRINCIPAL.ADD", "default", "roles=payments,network,operator,auditor")
        self.secret = re.search(r"secret=(\S+)", added)[1]
        self.call("SUBSCRIBER.ACTIVATE", str(NUMBER), *SIM)

    def start(self):
        listen = ["--data", self.data, "--listen", f"127.0.0.1:{self.port}", "--snapshot-events", "0",
                  *self.settings]
        self.process = Process(f"{self.bin}/kabinetd", *listen, stderr=open(self.log, "a"))
        wait_for(lambda: listens(self.port), "kabinetd")

    def restart(self):
        self.process.end()
        self.start()

    def tool(self, *words):
        done = subprocess.run(
            [f"{self.bin}/kabinet", *words], env={**os.environ, "KABINET_CONNECT": f"127.0.0.1:{self.port}"},
            capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"kabinet {' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout

    def call(self, *words):
        return self.tool("call", "--admin-of", self.data, *words)

    def events(self):
        return int(re.search(r"events=(\d+)", self.call("STATS"))[1])

    def load(self, *words):
        out = self.tool("load", "--admin-of", self.data, "--connections", str(CONNECTIONS), "--json", *words)
        return json.loads(out)["requests"]["all"]

    def prepare(self, accounts):
        self.tool("load", "--admin-of", self.data, "--prepare", "--accounts", str(accounts), "--requests", "0")

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(f"AUTH default {self.secret}\n".encode())
        if not connection.recv(1024).startswith(b"OK"):
            sys.exit("AUTH was refused")
        return connection

    def resident_bytes(self):
        """Anonymous memory: the log's pages in the map are the page cache's."""
        with open(f"/proc/{self.process.child.pid}/status") as status:
            return int(re.search(r"RssAnon:\s+(\d+)", status.read())[1]) * 1024


class Bench:
    def __init__(self, options):
        self.options = options
        self.bin = os.environ.get("KABINET_BIN_DIR") or os.path.abspath(".build/release")
        self.work = tempfile.mkdtemp(prefix="kabinet-benchmark-")
        os.chmod(self.work, 0o755)
        self.runs = []
        self.numbers = itertools.count(1)
        self.services = {}

    def service(self, name, make):
        if name not in self.services:
            progress(f"starting {name}")
            self.services[name] = make()
        return self.services[name]

    def start_redis(self, name):
        port = free_port()
        # Its file is beside ours.
        home = os.path.join(self.work, name)
        os.mkdir(home)
        Process("redis-server", "--port", str(port), "--dir", home, "--appendonly", "yes",
                "--appendfsync", "always", "--save", "", "--auto-aof-rewrite-percentage", "0")
        wait_for(lambda: listens(port), "redis-server")
        return port

    def redis(self):
        return self.service("redis", lambda: self.start_redis("redis"))

    def scripted(self):
        """The port of a Redis that has one subscriber and as many payments before as `one`, and the script's hash."""
        def make():
            port = self.start_redis("scripted")
            sha = redis_cli(port, "SCRIPT", "LOAD", PAYMENT)
            once, again, same_ref = (redis_cli(port, *self.payment(sha, id, "r")) for id in ("a", "a", "b"))
            if not once.endswith(" balance=1") or again != once or "DUPLICATE_REF" not in same_ref or paid(port) != 1:
                sys.exit(f"the script does not do a payment's work: {once}, {again}, {same_ref}")
            self.redis_benchmark(port, 200_000 // self.options.shorter, 16, *self.payment(sha, self.UNIQUE, self.UNIQUE))
            return port, sha
        return self.service("redis with a script", make)

    @staticmethod
    def payment(sha, id, ref):
        keys = [f"id:{id}", f"ref:{ref}", f"balance:{NUMBER}", "payments"]
        return ["EVALSHA", sha, str(len(keys)), *keys, str(NUMBER), "1"]

    def one(self):
        def make():
            kabinet = Kabinet(self, "one")
            self.redis_benchmark(kabinet.port, 200_000 // self.options.shorter, 16, *self.topup(), auth=kabinet.secret)
            return kabinet
        return self.service("kabinet", make)

    def kabinet(self, name, *settings):
        return self.service(f"kabinet: {name}", lambda: Kabinet(self, name, *settings))

    def many(self):
        def make():
            kabinet = Kabinet(self, "many")
            progress(f"activating {self.options.accounts} accounts")
            kabinet.prepare(self.options.accounts)
            return kabinet
        return self.service("kabinet of many accounts", make)

    def access(self):
        """Without the limits on attempts: what is measured is the way of one."""
        return self.service("access", lambda: Kabinet(
            self, "access", "--attempts-per-principal", "1000000", "--attempts-per-minute", "1000000"))

    def record(self, section, name, **figures):
        self.runs.append({"section": section, "name": name, **figures})
        progress(f"{section}: {name} " + " ".join(f"{k} {v:,.3f}".rstrip("0").rstrip(".") for k, v in figures.items()))
        return figures

    def medians(self, section, name):
        runs = [run for run in self.runs if run["section"] == section and run["name"] == name]
        return {k: statistics.median(run[k] for run in runs) for k in runs[0] if k not in ("section", "name")}

    progress, table = staticmethod(progress), staticmethod(table)

    def run_restart(self):
        return benchmark_state.run_restart(self)

    def run_background(self):
        return benchmark_state.run_background(self)

    def run_access(self):
        return benchmark_access.run_access(self)

    def run_history(self):
        return benchmark_history.run_history(self)

    def run_mixed(self):
        return benchmark_history.run_mixed(self)

    def run_past(self):
        return benchmark_history.run_past(self)

    def run_billing(self):
        return benchmark_billing.run_billing(self)

    def run_cabinet(self):
        return benchmark_web.run(self, Kabinet(self, "cabinet"), str(NUMBER), table)

    def web(self, kabinet):
        """A web cabinet of this service: its principal's secret, and its port."""
        secret = re.search(r"secret=(\S+)", kabinet.call("PRINCIPAL.ADD", "web", "roles=frontend"))[1]
        port = free_port()
        Process(f"{self.bin}/kabinet-web", "--listen", f"127.0.0.1:{port}", "--connect", f"127.0.0.1:{kabinet.port}",
                "--keys", os.path.join(self.work, "web.keys"), "--requests-per-address", "1000000",
                "--log-level", "warning", env={**os.environ, "KABINET_WEB_SECRET": secret})
        wait_for(lambda: listens(port), "kabinet-web")
        return secret, port

    # By the run too: redis-benchmark's random numbers are of the second and its pid, and come again.
    UNIQUE = "__run__-__rand_int__-__rand_int__"

    @classmethod
    def topup(cls):
        return ["TOPUP", str(NUMBER), "1", f"id={cls.UNIQUE}", f"ref={cls.UNIQUE}"]

    def redis_benchmark(self, port, requests, pipeline, *command, auth=None):
        number = str(next(self.numbers))
        command = [word.replace("__run__", number) for word in command]
        words = ["redis-benchmark", "-p", str(port), "-c", str(CONNECTIONS), "-r", "1000000000", "-n", str(requests)]
        words += ["-P", str(pipeline), "--csv"] + (["--user", "default", "-a", auth] if auth else [])
        out = subprocess.run([*words, *command], capture_output=True, text=True, check=True).stdout
        row = next(csv.reader([out.strip().splitlines()[-1]]))
        rate, _, _, p50, _, p99, _ = [float(cell) for cell in row[-7:]]
        return {"rate": rate, "p50": p50, "p99": p99}

    def beside_redis(self, section, ours, peers, requests):
        """`peers`: what each does, as the table calls it, the port of its Redis, and its command."""
        kabinet = self.one()
        names = [f"Redis {title}" for title in peers]
        rows = [["pipeline", f"Kabinet {ours[0]}/s", *(cell for name in names for cell in (f"{name}/s", "ratio")),
                 "Kabinet p50 / p99 ms", *(f"{name} p50 / p99 ms" for name in names)]]
        for pipeline, count in zip(PIPELINES, requests):
            count //= self.options.shorter
            for _ in range(self.options.rounds):
                for title, (port, command) in peers.items():
                    before = paid(port)
                    self.record(section, f"redis {title} {pipeline}",
                                **self.redis_benchmark(port, count, pipeline, *command))
                    if command[0] == "EVALSHA" and paid(port) - before != count:
                        sys.exit(f"Redis' log grew by {paid(port) - before} payments, not by {count}")
                before = kabinet.events()
                self.record(section, f"kabinet {pipeline}",
                            **self.redis_benchmark(kabinet.port, count, pipeline, *ours, auth=kabinet.secret))
                grown = kabinet.events() - before
                if ours[0] == "TOPUP" and grown != count:
                    sys.exit(f"the log grew by {grown} events, not by {count}")
            k = self.medians(section, f"kabinet {pipeline}")
            found = [self.medians(section, f"redis {title} {pipeline}") for title in peers]
            rows.append([pipeline, f"{k['rate']:,.0f}",
                         *(cell for r in found for cell in (f"{r['rate']:,.0f}", ratio(k["rate"], r["rate"]))),
                         *(f"{of['p50']:.2f} / {of['p99']:.2f}" for of in (k, *found))])
        return table(*rows)

    def run_topup(self):
        port, sha = self.scripted()
        peers = {"scripted payment": (port, self.payment(sha, self.UNIQUE, self.UNIQUE)),
                 "SET": (self.redis(), ["SET", "key:__rand_int__", "x" * 70])}
        return "### TOPUP beside Redis\n\n" + self.beside_redis(
            "topup", self.topup(), peers, (60_000, 400_000, 800_000))

    def run_balance(self):
        # Both read what is there.
        self.redis_benchmark(self.redis(), 1, 1, "SET", "key", "x" * 70)
        return "### BALANCE beside Redis\n\n" + self.beside_redis(
            "balance", ["BALANCE", str(NUMBER)], {"GET": (self.redis(), ["GET", "key"])}, (100_000, 800_000, 1_600_000))

    def run_lone(self):
        import lmdb

        kabinet = self.one()
        connection = kabinet.connect()
        record, block = b"r" * 112, 250
        # A longer log is a deeper tree, of which a commit writes one page more a level.
        labels = {"kabinet": "a lone TOPUP", "bare": "a bare LMDB commit",
                  "as long": "a bare LMDB commit to a log as long"}
        bare = {name: lmdb.open(os.path.join(self.work, name), map_size=16 << 30) for name in ("bare", "as long")}
        positions = {name: itertools.count() for name in bare}

        def append(name, count=1):
            with bare[name].begin(write=True) as transaction:
                for _ in range(count):
                    transaction.put(struct.pack(">Q", next(positions[name])), record, append=True)

        for start in range(0, events := kabinet.events(), 10_000):
            append("as long", min(10_000, events - start))
        times = {name: [] for name in labels}
        for number in range(self.options.rounds * 12 * block // self.options.shorter):
            name = list(labels)[number // block % len(labels)]
            began = time.perf_counter_ns()
            if name != "kabinet":
                append(name)
                times[name].append(time.perf_counter_ns() - began)
            else:
                unique = f"lone-{os.getpid()}-{number}"
                connection.sendall(f"TOPUP {NUMBER} 1 id={unique} ref={unique}\n".encode())
                reply = connection.recv(4096)
                times[name].append(time.perf_counter_ns() - began)
                if not reply.startswith(b"OK"):
                    sys.exit(reply.decode())
        rows = [["", "p50 ms", "p99 ms", "p99.9 ms"]]
        found = {}
        for name, label in labels.items():
            ordered = sorted(times[name])
            at = {q: ordered[min(len(ordered) - 1, int(len(ordered) * q))] / 1e6 for q in (0.5, 0.99, 0.999)}
            found[name] = self.record("lone", name, p50=at[0.5], p99=at[0.99], p999=at[0.999])
            rows.append([label, *(f"{at[q]:.3f}" for q in at)])
        for name, label in (("bare", "ratio"), ("as long", "ratio, to a log as long")):
            rows.append([label, *(ratio(found["kabinet"][q], found[name][q]) for q in ("p50", "p99", "p999"))])
        return "### One command at a time\n\n" + table(*rows)

    def postgres(self):
        def make():
            bin = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
            data, user = os.path.join(self.work, "postgres"), []
            os.mkdir(data)
            if os.geteuid() == 0:
                shutil.chown(data, "postgres", "postgres")
                user = ["runuser", "-u", "postgres", "--"]
            subprocess.run([*user, f"{bin}/initdb", "-D", f"{data}/db", "-A", "trust", "-U", "bench"], check=True,
                           stdout=subprocess.DEVNULL, cwd="/")
            settings = {"listen_addresses": "", "unix_socket_directories": data, "fsync": "on",
                        "synchronous_commit": "on", "shared_buffers": "1GB", "max_wal_size": "8GB"}
            flags = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
            # runuser hands no signal on: the server's own pid is in its file.
            Postgres(f"{data}/db", *user, f"{bin}/postgres", "-D", f"{data}/db", *flags, stderr=subprocess.DEVNULL,
                     cwd="/")
            client = ["-h", data, "-U", "bench"]
            def answers():
                asked = ["psql", *client, "-c", "select 1", "postgres"]
                return subprocess.run(asked, capture_output=True).returncode == 0
            wait_for(answers, "postgres")
            sql = f"""create table account (id int primary key, balance bigint not null) with (fillfactor = 50);
                create table event (id bigserial primary key, account int not null, amount bigint not null,
                    ref uuid not null unique, recorded timestamptz not null default now());
                insert into account select i, 0 from generate_series(1, {self.options.accounts}) i;
                vacuum analyze account; checkpoint;"""
            for statement in sql.split(";")[:-1]:
                subprocess.run(["psql", "-q", *client, "-c", statement, "postgres"], check=True)
            with open(os.path.join(self.work, "payment.sql"), "w") as script:
                script.write(f"\\set account random(1, {self.options.accounts})\n\\set amount random(1, 100000)\n"
                             "with e as (insert into event (account, amount, ref) values (:account, :amount, "
                             "gen_random_uuid()) returning account, amount) update account set balance = "
                             "balance + e.amount from e where account.id = e.account;\n")
            return client
        return self.service("postgres", make)

    def pgbench(self):
        out = subprocess.run(
            ["pgbench", *self.postgres(), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
             "-T", str(max(2, 15 // self.options.shorter)), "-f", os.path.join(self.work, "payment.sql"), "postgres"],
            capture_output=True, text=True, check=True).stdout
        return float(re.search(r"tps = ([\d.]+)", out)[1])

    def run_postgres(self):
        kabinet = self.many()
        self.postgres()
        requests = {1: 60_000, 16: 400_000, 100: 800_000}
        for _ in range(self.options.rounds):
            self.record("postgres", "postgres", rate=self.pgbench())
            for pipeline, count in requests.items():
                self.record("postgres", f"kabinet {pipeline}", rate=self.payments(kabinet, pipeline, count)["rate"])
        theirs = self.medians("postgres", "postgres")["rate"]
        rows = [["", "payments/s", "ratio"], ["PostgreSQL, 50 connections", f"{theirs:,.0f}", ""]]
        for pipeline in requests:
            ours = self.medians("postgres", f"kabinet {pipeline}")["rate"]
            rows.append([f"Kabinet, 50 connections, pipeline {pipeline}", f"{ours:,.0f}", ratio(ours, theirs)])
        return f"### Payments of {self.options.accounts:,} accounts beside PostgreSQL\n\n" + table(*rows)

    def payments(self, kabinet, pipeline, count, accounts=None, first=79100000000, mix="topup=100"):
        out = kabinet.load("--mix", mix, "--pipeline", str(pipeline), "--requests",
                           str(count // self.options.shorter), "--accounts", str(accounts or self.options.accounts),
                           "--first", str(first), "--verify")
        return {"rate": out["requests_per_second"], "p50": out["latency_nanoseconds"]["p50"] / 1e6,
                "p99": out["latency_nanoseconds"]["p99"] / 1e6, "p999": out["latency_nanoseconds"]["p99_9"] / 1e6}

    def run_load(self):
        kabinet = self.many()
        rows = [["pipeline", "one account, TOPUP/s", f"{self.options.accounts:,} accounts, TOPUP/s", "ratio",
                 "p50 / p99 / p99.9 ms, many accounts"]]
        for pipeline, count in zip((16, 100), (800_000, 1_600_000)):
            for _ in range(self.options.rounds):
                self.record("load", f"one {pipeline}", **self.payments(kabinet, pipeline, count, accounts=1))
                self.record("load", f"many {pipeline}", **self.payments(kabinet, pipeline, count))
            one, many = self.medians("load", f"one {pipeline}"), self.medians("load", f"many {pipeline}")
            rows.append([pipeline, f"{one['rate']:,.0f}", f"{many['rate']:,.0f}", ratio(many["rate"], one["rate"]),
                         f"{many['p50']:.2f} / {many['p99']:.2f} / {many['p999']:.2f}"])
        return "### kabinet load: one account and many\n\n" + table(*rows)

    def run_rating(self):
        kabinet = self.many()
        self.postgres()
        for _ in range(self.options.rounds):
            self.record("rating", "postgres", rate=self.pgbench())
            for name, mix in ("usage", "usage=100"), ("payments", "topup=100"):
                self.record("rating", name, **self.payments(kabinet, 100, 1_200_000, mix=mix))
        theirs, usage, payments = (self.medians("rating", name) for name in ("postgres", "usage", "payments"))
        return f"### Rating usage of {self.options.accounts:,} accounts\n\n" + table(
            ["", "a second", "beside PostgreSQL", "beside payments", "p50 / p99 / p99.9 ms"],
            ["PostgreSQL: an event and a balance, 50 connections", f"{theirs['rate']:,.0f}", "", "", ""],
            *([f"Kabinet: {words}, 50 connections, pipeline 100", f"{of['rate']:,.0f}",
               ratio(of["rate"], theirs["rate"]), ratio(of["rate"], payments["rate"]),
               f"{of['p50']:.2f} / {of['p99']:.2f} / {of['p999']:.2f}"]
              for words, of in (("records of usage, rated", usage), ("payments", payments))))

    def run_replay(self):
        kabinet = self.many()
        missing = self.options.replayed - kabinet.events()
        if missing > 0:
            progress(f"{missing:,} more payments for the replay")
            kabinet.load("--mix", "topup=100", "--pipeline", "100", "--requests", str(missing), "--accounts",
                         str(self.options.accounts))
        kabinet.process.end()
        for number in range(self.options.rounds + 1):
            out = json.loads(kabinet.tool("replay", kabinet.data, "--json"))
            if out["trial_balance"] != "0.00":
                sys.exit("the books are wrong")
            # The first one warms the page cache.
            if number > 0:
                self.record("replay", "kabinet", rate=out["events"] / out["seconds"], seconds=out["seconds"])
        kabinet.start()
        found = self.medians("replay", "kabinet")
        return "### Replay\n\n" + table(
            ["events", "accounts", "replayed in", "events/s"],
            [f"{out['events']:,}", f"{out['accounts']:,}", f"{found['seconds']:.2f} s", f"{found['rate']:,.0f}"])

    def run_memory(self):
        kabinet = Kabinet(self, "memory")
        kabinet.restart()
        empty = kabinet.resident_bytes()
        count = self.options.accounts
        progress(f"activating {count:,} subscribers with three options")
        kabinet.prepare(count)
        connection = kabinet.connect()
        replies = connection.makefile("rb")
        options = self.options.options.split(",")
        for start in range(0, count, 100):
            lines = []
            for number in range(79100000000 + start, 79100000000 + min(start + 100, count)):
                lines.append(f"TOPUP {number} 10000 ref=m{number}")
                lines += [f"OPTION.ON {number} {option}" for option in options]
            connection.sendall(("\n".join(lines) + "\n").encode())
            for _ in lines:
                reply = replies.readline()
                if not reply.startswith(b"OK"):
                    sys.exit(reply.decode())
        kabinet.restart()
        resident = kabinet.resident_bytes()
        kabinet.process.end()
        each = self.record("memory", "kabinet", bytes=(resident - empty) / count)["bytes"]
        return "### Memory\n\n" + table(
            ["subscribers", "each with", "resident bytes each"],
            [f"{count:,}", "a tariff and the options " + ", ".join(options), f"{each:,.0f}"])

    def machine(self):
        def first_line(*command):
            return subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()[0]
        redis = re.search(r"v=(\S+)", first_line("redis-server", "--version"))[1]
        postgres = first_line("psql", "--version").split()[2]
        return (f"{os.cpu_count()} cores, shared with the client; Linux {platform.release()}; Redis {redis}; "
                f"PostgreSQL {postgres}; medians of {self.options.rounds} alternating runs.\n")

    def run(self):
        parts = {}
        for section in SECTIONS:
            if section in self.options.only:
                parts[section] = getattr(self, "run_" + section)()
                print(parts[section], flush=True)
        parts["machine"] = self.machine()
        print(parts["machine"])
        if self.options.json:
            with open(self.options.json, "w") as file:
                json.dump(self.runs, file, indent=1)
        if self.options.write:
            with open("BENCHMARKS.md") as file:
                text = file.read()
            for section, part in parts.items():
                begin, end = f"<!-- {section} -->\n", f"<!-- /{section} -->"
                before, after = text.index(begin) + len(begin), text.index(end)
                text = text[:before] + part + text[after:]
            with open("BENCHMARKS.md", "w") as file:
                file.write(text)


class Postgres(Process):
    def __init__(self, data, *command, **options):
        super().__init__(*command, **options)
        self.pid_file = f"{data}/postmaster.pid"

    def end(self, how=signal.SIGINT):
        if os.path.exists(self.pid_file):
            with open(self.pid_file) as file:
                os.kill(int(file.readline()), how)
        self.child.wait(60)
        Process.running.remove(self)


def main():
    parser = argparse.ArgumentParser(
        prog="Tools/benchmark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="KABINET_BIN_DIR names a directory with kabinetd and kabinet, and nothing is built.\n\nexamples:\n"
               "  Tools/benchmark --only topup,balance --rounds 5\n"
               "  Tools/benchmark --shorter 10 --accounts 10000 --replayed 100000")
    parser.add_argument("--only", default=",".join(name for name in SECTIONS if name not in LONG), metavar="SECTION,…",
                        help="these sections")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--shorter", type=int, default=1, metavar="N", help="runs N times shorter: a trial, no figure")
    parser.add_argument("--accounts", type=int, default=1_000_000, help="accounts where there are many (1000000)")
    parser.add_argument("--replayed", type=int, default=11_000_000, help="events to replay, at least (11000000)")
    parser.add_argument("--options", metavar="KEY,…", default="internet-5gb,bezlimit-na-tele2,den-v-seti",
                        help="what the subscribers of the memory section have")
    parser.add_argument("--mixed-events", type=int, default=30_000_000, metavar="N",
                        help="events at the end of the mixed load (30000000)")
    parser.add_argument("--past-events", type=int, default=20_000_000, metavar="N",
                        help="events of the log whose past is read (20000000)")
    parser.add_argument("--past-pairs", type=int, default=1000, metavar="N",
                        help="numbers and moments that are read, each by four commands (1000)")
    parser.add_argument("--past-checked", type=int, default=10, metavar="N",
                        help="of these, compared with a replay (10)")
    parser.add_argument("--write", action="store_true", help="put their tables into BENCHMARKS.md")
    parser.add_argument("--json", metavar="FILE", help="every run, for machines")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}: there are {', '.join(SECTIONS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bench = Bench(options)
    try:
        bench.run()
    finally:
        for process in reversed(list(Process.running)):
            process.end()
        shutil.rmtree(bench.work, ignore_errors=True)


if __name__ == "__main__":
    main()
