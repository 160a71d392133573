"""Runs real Redis clients against a kabinetd, kills it with kill -9 meanwhile, and prints the steps that passed.

Each client has a program in Tests/Clients. docs/clients.md shows its example. A program prints each step that passed.
At `halfway` the script kills the service, starts it again, and sends the program a line. Afterwards it reads the log:
each change must be in it once.

  change       connect and sign in by the client's default settings, and change with id=
  repeat       the same request again is answered with repeated=1
  error        the code of a refusal is visible
  pipeline     1,000 changes at once
  transaction  two changes by MULTI and EXEC, as the client sends them
  abort        a transaction with a request that cannot be queued does nothing
  reconnect    500 changes one after another, with kill -9 between them
"""

import argparse, contextlib, dataclasses, json, os, re, shutil, signal, subprocess, sys, tempfile, textwrap, threading
import types

from benchmark import Kabinet, Process, free_port, progress, table

PAGE = "docs/clients.md"
PROGRAMS = "Tests/Clients"
STEPS = ["change", "repeat", "error", "pipeline", "transaction", "abort", "reconnect"]
# How many payments the steps make, and of how many roubles in all.
STEPS_PAID = (1 + 1000 + 2 + 500, 100 + 1000 + 20 + 500)
PROGRAM_SECONDS = 180


@dataclasses.dataclass
class Client:
    name: str
    program: str
    packages: tuple = ()  # Debian's; the first is the client's own.
    wheel: str = ""  # PyPI's.
    steps: list = dataclasses.field(default_factory=lambda: STEPS)
    paid: tuple = STEPS_PAID

    def version(self):
        if self.wheel:
            return self.wheel.split("==")[1]
        query = ["dpkg-query", "--show", "--showformat", "${Version}", self.packages[0]]
        return subprocess.run(query, capture_output=True, text=True).stdout or "unknown"

    def commands(self, work):
        """What builds the program, and what runs it."""
        path, built = f"{PROGRAMS}/{self.program}", os.path.join(work, "program")
        match self.program.rsplit(".", 1)[1]:
            case "py": return [], [".build/venv-clients/bin/python", path]
            case "sh": return [], ["bash", path]
            case "rb": return [], ["ruby", path]
            case "pl": return [], ["perl", path]
            case "php": return [], ["php", path]
            case "js": return [], ["node", path]
            case "c": return ["cc", "-Wall", "-o", built, path, "-lhiredis"], [built]
            case "go": return ["go", "build", "-o", built, path], [built]


CLIENTS = [
    Client("redis-py", "redis_py.py", wheel="redis==8.1.0"),
    Client("redis-py, asyncio", "redis_py_asyncio.py", wheel="redis==8.1.0"),
    Client("valkey-py", "valkey_py.py", wheel="valkey==6.2.0"),
    Client("valkey-glide", "valkey_glide.py", wheel="valkey-glide==2.6.0"),
    Client("coredis", "coredis_py.py", wheel="coredis==6.9.0"),
    Client("redis-rb", "redis_rb.rb", ("ruby-redis", "ruby")),
    Client("Redis.pm", "redis_pm.pl", ("libredis-perl",)),
    Client("phpredis", "phpredis.php", ("php-redis", "php-cli")),
    Client("node-redis", "node_redis.js", ("node-redis", "nodejs")),
    Client("hiredis", "hiredis.c", ("libhiredis-dev", "gcc", "libc6-dev")),
    Client("redigo", "redigo.go", ("golang-github-gomodule-redigo-dev", "golang-go")),
    Client("redis-cli", "redis_cli.sh", ("redis-tools",)),
    Client("redis-cli --pipe", "redis_cli_pipe.sh", ("redis-tools",),
           steps=["pipeline", "reconnect"], paid=(10000, 10000)),
    Client("redis-cli --stat", "redis_cli_stat.sh", ("redis-tools",), steps=["statistics"], paid=(0, 0)),
    Client("redis-benchmark", "redis_benchmark.sh", ("redis-tools",), steps=["pipeline", "ping"], paid=(1000, 1000)),
    Client("HAProxy, redis-check", "haproxy.sh", ("haproxy", "redis-tools", "netcat-openbsd"),
           steps=["health check", "reconnect"], paid=(0, 0)),
    Client("Prometheus exporter", "redis_exporter.sh", ("prometheus-redis-exporter",),
           steps=["redis_up", "reconnect"], paid=(0, 0)),
]
ENVIRONMENT = {"NODE_PATH": "/usr/share/nodejs", "GOPATH": "/usr/share/gocode", "GO111MODULE": "off",
               "GOCACHE": os.path.abspath(".build/go-cache")}


def run(client, index, kabinet, work):
    """What went wrong with a client; nothing if all is as it must be."""
    name, number = f"client-{index}", str(79_001_240_000 + index)
    added = kabinet.call("PRINCIPAL.ADD", name, "roles=payments,operator")
    kabinet.call("SUBSCRIBER.ACTIVATE", number, f"iccid=897012{index:013}0", f"imsi=25099{index:010}", "region=msk",
                 "tariff=klassicheskiy", "pin=0000", "puk=12345678")
    directory = os.path.join(work, name)
    os.mkdir(directory)
    build, command = client.commands(directory)
    environment = {
        **os.environ, **ENVIRONMENT, "KABINET_PORT": str(kabinet.port), "KABINET_PRINCIPAL": name,
        "KABINET_SECRET": re.search(r"secret=(\S+)", added)[1], "KABINET_NUMBER": number,
        "KABINET_DEFAULT_SECRET": kabinet.secret, "KABINET_DIRECTORY": directory,
        "KABINET_FREE_PORT": str(free_port())}
    if build:
        built = subprocess.run(build, env=environment, capture_output=True, text=True)
        if built.returncode != 0:
            return built.stderr

    passed, errors = [], os.path.join(directory, "errors")
    with open(errors, "w") as file:
        child = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True,
            start_new_session=True)
    patience = threading.Timer(PROGRAM_SECONDS, os.killpg, [child.pid, signal.SIGTERM])
    patience.start()
    wrong = []
    for line in map(str.strip, child.stdout):
        if line in client.steps:
            passed.append(line)
        elif line == "halfway":
            kabinet.process.end(signal.SIGKILL)
            if client.paid[0] and client.paid == read(kabinet, number):
                wrong.append("the service died too late: everything was in the log")
            kabinet.start()
            with contextlib.suppress(BrokenPipeError):  # The program may have ended.
                print(file=child.stdin, flush=True)
    child.wait()
    patience.cancel()

    if passed != client.steps or child.returncode != 0:
        with open(errors) as file:
            said = " ".join(file.read().split()[-40:])
        wrong.append(f"passed {', '.join(passed) or 'nothing'}, and ended with status {child.returncode}: {said}")
    if (is_there := read(kabinet, number)) != client.paid:
        wrong.append(f"{client.paid[0]} payments of {client.paid[1]} in all were to be in the log, and there are "
                     f"{is_there[0]} of {is_there[1]}")
    return "; ".join(wrong)


def read(kabinet, number):
    """How many payments the log holds for a number, and their sum in roubles."""
    replay = json.loads(kabinet.tool("replay", kabinet.data, "--msisdn", number, "--json"))
    paid = [event["data"]["amount"] for event in replay["events"] if event["type"] == "topped_up"]
    return len(paid), sum(paid) / 100


def example(program):
    """The part of a program that the page shows."""
    with open(f"{PROGRAMS}/{program}") as file:
        lines = file.read().split("\n")
    begin, end = ([n for n, line in enumerate(lines) if f"Example: {word}" in line][0] for word in ("begin", "end"))
    return textwrap.dedent("\n".join(lines[begin + 1:end])).rstrip()


def page_with_examples(page):
    return re.sub(r"(<!-- (\w+\.\w+) -->\n```\w+\n).*?(```)",
                  lambda match: match[1] + example(match[2]) + "\n" + match[3], page, flags=re.DOTALL)


def page_with_results(page, rows):
    return re.sub(r"(<!-- results -->\n).*?(<!-- end of results -->)",
                  lambda match: match[1] + rows + match[2], page, flags=re.DOTALL)


def main():
    parser = argparse.ArgumentParser(
        prog="Tools/clients", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="KABINET_BIN_DIR names a directory with kabinetd and kabinet, and nothing is built.")
    parser.add_argument("--only", metavar="NAME", action="append", help="this client; may stand several times")
    parser.add_argument("--write", action="store_true", help=f"put the examples into {PAGE}, and the table if all ran")
    parser.add_argument("--check", action="store_true",
                        help=f"run nothing; fail if an example in {PAGE} is not the program's")
    parser.add_argument("--packages", action="store_true", help="run nothing; list the Debian packages of the clients")
    parser.add_argument("--wheels", action="store_true", help="run nothing; list the packages of PyPI")
    options = parser.parse_args()
    if unknown := set(options.only or []) - {client.name for client in CLIENTS}:
        parser.error(f"no such client: {'; '.join(sorted(unknown))}; there are {'; '.join(it.name for it in CLIENTS)}")
    clients = [client for client in CLIENTS if not options.only or client.name in options.only]
    with open(PAGE) as file:
        page = file.read()

    if options.packages:
        print(*sorted({package for client in clients for package in client.packages}), sep="\n")
    elif options.wheels:
        print(*sorted({client.wheel for client in clients if client.wheel}), sep="\n")
    elif options.check:
        if page != page_with_examples(page):
            sys.exit(f"{PAGE} is stale: run Tools/clients --write")
    else:
        results, is_well = play(clients)
        print(results, end="")
        if options.write:
            page = page_with_examples(page)
            with open(PAGE, "w") as file:
                file.write(page if options.only else page_with_results(page, results))
        sys.exit(0 if is_well else 1)


def play(clients):
    """Runs the clients: the table, and whether all is well."""
    work = tempfile.mkdtemp(prefix="kabinet-clients-")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows, is_well = [("client", "version", "result", "steps")], True
    try:
        kabinet = Kabinet(types.SimpleNamespace(bin=os.environ["KABINET_BIN_DIR"], work=work), "data")
        for index, client in enumerate(clients, start=1):
            progress(client.name)
            wrong = run(client, index, kabinet, work)
            is_well = is_well and not wrong
            result = f"FAILED: {wrong}" if wrong else "passed"
            rows.append((client.name, client.version(), result, ", ".join(client.steps)))
    finally:
        for process in reversed(list(Process.running)):
            process.end()
        shutil.rmtree(work, ignore_errors=True)
    return table(*rows), is_well


main()
