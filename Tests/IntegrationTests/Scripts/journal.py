"""Adds up a journal that `kabinet export` made, by nothing but the format's own definition: account, tab, kopecks.

    journal.py beancount FILE
    journal.py csv|jsonl FILE [--through POSITION | --at TIME] [--texts]

--texts prints each transaction's principal and reference instead, as JSON. beancount's own complaints go to standard
error, and there must be none.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from datetime import datetime
from urllib.parse import unquote


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def rows(arguments):
    """A csv row, or the same of a line of JSON: a posting."""
    with open(arguments.file, newline="", encoding="utf-8") as file:
        if arguments.format == "csv":
            for row in csv.DictReader(file, strict=True):
                assert None not in row and None not in row.values(), row
                row["principal"], row["reference"] = unquote(row["principal"]), unquote(row["reference"])
                yield row
        else:
            for line in file:
                event = json.loads(line)
                assert sum(posting["amount_kopecks"] for posting in event["postings"]) == 0
                for posting in event["postings"]:
                    yield {"msisdn": "", "reference": ""} | event | posting


def beancount(path):
    from beancount import loader
    from beancount.core.data import Open, Transaction

    entries, errors, _ = loader.load_file(path)
    for error in errors:
        print(error, file=sys.stderr)
    sums = Counter({entry.account: 0 for entry in entries if isinstance(entry, Open)})
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else []:
            assert posting.units.currency == "RUB"
            sums[posting.account] += int(posting.units.number * 100)
    return sums


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("format", choices=["beancount", "csv", "jsonl"])
    parser.add_argument("file")
    parser.add_argument("--through", type=int)
    parser.add_argument("--at", type=instant)
    parser.add_argument("--texts", action="store_true")
    arguments = parser.parse_args()

    sums = Counter()
    texts = {}
    if arguments.format == "beancount":
        sums = beancount(arguments.file)
    else:
        for row in rows(arguments):
            if arguments.through is not None and int(row["position"]) > arguments.through:
                break
            if arguments.at is not None and instant(row["recorded_at"]) > arguments.at:
                break
            kopecks = int(row["amount_kopecks"])
            assert row["amount"] == f"{'-' * (kopecks < 0)}{abs(kopecks) // 100}.{abs(kopecks) % 100:02}", row
            sums[row["account"]] += kopecks
            texts[int(row["position"])] = [row["principal"], row["reference"]]
    if arguments.texts:
        print(json.dumps([texts[position] for position in sorted(texts)]))
    else:
        for account, kopecks in sums.items():
            print(account, kopecks, sep="\t")


main()
