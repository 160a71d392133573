"""The start page of the web cabinet, by wrk, beside its reads over the protocol, by redis-benchmark."""

import html, http.client, os, re, statistics, subprocess, urllib.parse

CONNECTIONS = 32
PASSWORD = "words of a benchmark"


class Browser:
    """A cookie and forms, without a window."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def send(self, method, path, fields=None):
        headers = {"Cookie": self.cookie}
        if fields:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, urllib.parse.urlencode(fields or {}), headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        text = response.read().decode()
        connection.close()
        return response.status, text

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def submit(self, path, **fields):
        token = re.search(r'<main.*?name="form" value="([^"]+)"', self.send("GET", path)[1], re.S)[1]
        status, text = self.send("POST", path, {"form": html.unescape(token), **fields})
        if status != 303:
            raise SystemExit(f"{path} answered {status}: {text}")


def run(bench, kabinet, number, table):
    kabinet.call("TOPUP", number, "2000", "ref=first")
    kabinet.call("OPTION.ON", number, "internet-5gb")
    secret, port = bench.web(kabinet)
    browser = Browser(port)
    browser.submit("/register", msisdn=number, region="msk")
    code = re.search(r"code=(\d{6})", kabinet.call("NOTIFICATIONS", f"msisdn={number}"))[1]
    browser.submit("/register/confirm", code=code, password=PASSWORD)
    status, page = browser.send("GET", "/")
    assert status == 200
    session = re.search(r"session=(\S+)", kabinet.call("LOGIN", number, PASSWORD))[1]

    seconds = max(1, 10 // bench.options.shorter)
    pages, reads = [], {"ACCOUNT": [], "TARIFF": [], "BUCKETS": []}
    for _ in range(bench.options.rounds):
        out = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-H", f"Cookie: {browser.cookie}",
             f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in out:
            raise SystemExit(out)
        pages.append((float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), latency(out, 50), latency(out, 99)))
        for verb in reads:
            reads[verb].append(over_protocol(kabinet, [verb, number, f"session={session}"], secret, seconds))
    return report(table, page, pages, reads)


def latency(out, percent):
    value, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", out).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def over_protocol(kabinet, command, secret, seconds):
    out = subprocess.run(
        ["redis-benchmark", "-p", str(kabinet.port), "--user", "web", "-a", secret, "-c", str(CONNECTIONS),
         "-n", str(20_000 * seconds), "--csv", *command], capture_output=True, text=True, check=True).stdout
    row = [cell.strip('"') for cell in out.strip().splitlines()[-1].split(",")]
    return float(row[1]), float(row[4]), float(row[6])


def report(table, page, pages, reads):
    def median(rows, column):
        return statistics.median(row[column] for row in rows)

    rows = [("request", "a second", "p50", "p99")]
    rows.append(("start page", f"{median(pages, 0):,.0f}", f"{median(pages, 1):.1f} ms", f"{median(pages, 2):.1f} ms"))
    for verb, runs in reads.items():
        rows.append(
            (f"`{verb}` over the protocol", f"{median(runs, 0):,.0f}", f"{median(runs, 1):.1f} ms",
             f"{median(runs, 2):.1f} ms"))
    alone = 1 / sum(1 / median(runs, 0) for runs in reads.values())
    rows.append(("the three reads of the page, one after another", f"{alone:,.0f}", "", ""))
    return (
        "### The start page of the web cabinet\n\n" + table(*rows)
        + f"\nThe page has {len(page.encode()):,} bytes and three reads. {CONNECTIONS} connections, one request each at a "
        f"time, by `wrk` and by `redis-benchmark` on the same machine; the page is {median(pages, 0) / alone:.2f} of the "
        "rate of its reads.\n")
