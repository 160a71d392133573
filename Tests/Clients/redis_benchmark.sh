#!/usr/bin/env bash
set -euo pipefail

# Example: begin
# A secret without a principal is that of the principal "default".
# With more than one connection redis-benchmark may send more requests than -n says.
client() { redis-benchmark -p "$KABINET_PORT" -a "$KABINET_DEFAULT_SECRET" -c 1 -P 10 -n 1000 "$@"; }
client -r 2000000000 TOPUP "$KABINET_NUMBER" 1 ref=bench-__rand_int__
# Example: end
echo pipeline
client -t ping
echo ping
