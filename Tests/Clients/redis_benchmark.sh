#!/usr/bin/env bash
set -euo pipefail

# Example: begin
# With more than one connection redis-benchmark may send more requests than -n says.
client() { redis-benchmark -p "$KABINET_PORT" --user "$KABINET_PRINCIPAL" -a "$KABINET_SECRET" -c 1 -P 10 -n 1000 "$@"; }
client -r 2000000000 TOPUP "$KABINET_NUMBER" 1 ref=bench-__rand_int__
# Example: end
echo pipeline
client -t ping
echo ping
