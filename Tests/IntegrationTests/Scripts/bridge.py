"""One connection of redis-py, driven from outside.

Reads a JSON array of words a line, says them, and prints {"ok": {...}, "rows": [...]} or {"error": "..."} a line.

    bridge.py PORT PRINCIPAL SECRET 2|3
"""

import json
import sys

import redis


def as_dict(value):
    """A map of RESP3, or the flat list that stands for one in RESP2."""
    if isinstance(value, dict):
        return value
    return dict(zip(value[::2], value[1::2]))


def shaped(reply):
    if isinstance(reply, list) and reply and isinstance(reply[0], (list, dict)):
        return {"ok": as_dict(reply[0]), "rows": [as_dict(row) for row in reply[1:]]}
    if isinstance(reply, (list, dict)):
        return {"ok": as_dict(reply), "rows": []}
    return {"ok": {}, "rows": []}


def main():
    port, principal, secret, version = sys.argv[1:]
    options = {"protocol": int(version), "decode_responses": True, "single_connection_client": True}
    if version == "3":
        options |= {"username": principal, "password": secret}
    client = redis.Redis(host="127.0.0.1", port=int(port), **options)
    if version == "2":
        client.execute_command("AUTH", principal, secret)
    for line in sys.stdin:
        try:
            answer = shaped(client.execute_command(*json.loads(line)))
        except redis.ResponseError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


main()
