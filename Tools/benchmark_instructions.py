"""Counts the instructions of a command by stage. Other load on the machine does not change the numbers.

  Tools/benchmark --instructions            prints the table
  Tools/benchmark --instructions --write    writes the budget, Tools/Instructions/budget.json, and the table in BENCHMARKS.md
  Tools/benchmark --instructions --check    exits 1 if a command's sum is more than 3 % above the budget

Tools/Instructions runs each workload with n and with 2n commands under callgrind. The difference is the cost of n
commands. A budget is valid only for the toolchain, C library and processor features that it names. On another machine
--check prints the numbers and does not fail.
"""

import json, os, platform, re, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUDGET = os.path.join(ROOT, "Tools/Instructions/budget.json")
COMMANDS = 4000
ALLOWED = 1.03
WORKLOADS = [("topup", "memory"), ("balance", "memory"), ("usage", "memory"), ("tariff", "memory"),
             ("replay", "memory"), ("topup", "lmdb")]
# A stage, and its function's name in the profile. The first that contains a stage has it counted within.
DECODE, WRITE, REPLAY = "11stageDecode", "10stageWrite", "11stageReplay"
WITHIN = {"append": "$s6Engine11CommandPathVAARi_zrlE6append2by2id9arguments", "encode": "$s12LineProtocol6encode_7hasRows",
          "commit": "$s6Engine6WriterVAARi_zrlE6commit"}


def environment():
    """What a figure depends on besides the code."""
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    features = open("/proc/cpuinfo").read()
    flags = set(re.search(r"^(?:flags|Features)\s*:(.*)$", features, re.M)[1].split())
    # Those by which the C library chooses its copies, of the ones that valgrind shows to a program.
    seen = sorted(flags & {"sse4_2", "avx", "avx2", "bmi2", "lzcnt", "asimd"})
    return {"architecture": platform.machine(), "features": " ".join(seen), "libc": " ".join(platform.libc_ver()),
            "swift": (re.search(r"Swift version (\S+)", swift) or ["", "?"])[1]}


def profile(program, workload, store, count):
    with tempfile.TemporaryDirectory() as home:
        out = os.path.join(home, "profile")
        os.mkdir(f"{home}/data", 0o700)
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program, workload, str(count), store, f"{home}/data"],
            capture_output=True, text=True, env=dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1"))
        if run.returncode != 0:
            sys.exit(f"instructions {workload} {count} {store} ended with {run.returncode}:\n{run.stderr[-2000:]}")
        text = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", out],
                              capture_output=True, text=True, check=True).stdout
    costs = {}
    for line in text.splitlines():
        found = re.match(r"\s*([\d,]+) \(.*?\)\s+\S*?:(\S+)", line)
        if not found:
            continue
        for name in [DECODE, WRITE, REPLAY, *WITHIN.values()]:
            if found[2].startswith(name) or (name[0] != "$" and name in found[2]):
                costs[name] = max(costs.get(name, 0), int(found[1].replace(",", "")))
    return costs


def measure(program, workload, store):
    once, twice = (profile(program, workload, store, count) for count in (COMMANDS, 2 * COMMANDS))
    each = {name: (twice[name] - once.get(name, 0)) / COMMANDS for name in twice}
    if workload == "replay":
        return {"replay": round(each[REPLAY])}
    stages = {"decode": each[DECODE], **{name: each.get(symbol, 0) for name, symbol in WITHIN.items()}}
    stages["decide"] = each[WRITE] - sum(stages[name] for name in WITHIN)
    return {name: round(stages[name]) for name in ["decode", "decide", "append", "commit", "encode"]}


def table(results):
    stages = ["decode", "decide", "append", "commit", "encode", "replay"]
    lines = ["| command, store | " + " | ".join(stages) + " | sum |", "| --- " * (len(stages) + 2) + "|"]
    for name, found in results.items():
        cells = [f"{found[stage]:,}" if stage in found else "" for stage in stages]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {sum(found.values()):,} |")
    return "\n".join(lines) + "\n"


def main(arguments):
    if not set(arguments) <= {"--write", "--check"}:
        sys.exit(__doc__)
    for tool in ("valgrind", "callgrind_annotate"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is not here; on Debian: apt-get install valgrind")
    subprocess.run(["swift", "build", "-c", "release", "--product", "instructions"], cwd=ROOT, check=True,
                   stdout=sys.stderr)
    binaries = subprocess.run(["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, check=True,
                              capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as home:
        # callgrind chokes on the debug information.
        program = os.path.join(home, "instructions")
        subprocess.run(["strip", "-g", "-o", program, os.path.join(binaries, "instructions")], check=True)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = pool.map(lambda one: measure(program, *one), WORKLOADS)
            results = {f"{workload}, {store}": stages for (workload, store), stages in zip(WORKLOADS, found)}
    print(table(results))
    here = environment()
    if "--write" in arguments:
        with open(BUDGET, "w") as file:
            json.dump({"environment": here, "instructions": results}, file, indent=2)
            file.write("\n")
        path = os.path.join(ROOT, "BENCHMARKS.md")
        text = open(path).read()
        mark = re.compile(r"(<!-- instructions -->\n).*?(<!-- /instructions -->)", re.S)
        open(path, "w").write(mark.sub(lambda m: m[1] + table(results) + m[2], text))
    if "--check" in arguments:
        budget = json.load(open(BUDGET))
        over = [f"{name}: {sum(found.values()):,} instructions, the budget is {sum(budget['instructions'][name].values()):,}"
                for name, found in results.items() if "memory" in name
                and sum(found.values()) > ALLOWED * sum(budget["instructions"][name].values())]
        if budget["environment"] != here:
            print(f"the budget is of {budget['environment']}, and this is {here}: nothing is held against it")
        elif over:
            sys.exit("\n".join(over))


if __name__ == "__main__":
    main(sys.argv[1:])
