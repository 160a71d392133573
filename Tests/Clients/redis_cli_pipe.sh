#!/usr/bin/env bash
set -euo pipefail

# Example: begin
export REDISCLI_AUTH=$KABINET_SECRET number=$KABINET_NUMBER
requests() {
    for n in $(seq "$1" "$2"); do
        printf 'TOPUP %s 1 ref=import-%s id=import-%s\r\n' "$number" "$n" "$n"
    done
}
client() { redis-cli -p "$KABINET_PORT" --user "$KABINET_PRINCIPAL" --pipe; }

# A file that broke off is sent again from its beginning: each id= is done once.
until requests 1 1000 | client; do sleep 0.2; done
# Example: end
echo pipeline

attempts=0
until {
    requests 1001 3000
    if [[ $attempts == 0 ]]; then echo halfway >&3; fi
    requests 3001 10000
} | client; do
    attempts=$((attempts + 1))
    sleep 0.2
done 3>&1
[[ $attempts -gt 0 ]]
echo reconnect
