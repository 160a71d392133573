#!/usr/bin/env bash
set -euo pipefail

export REDISCLI_AUTH=$KABINET_SECRET
lines=$(timeout 4 stdbuf -oL redis-cli -p "$KABINET_PORT" --user "$KABINET_PRINCIPAL" --stat || true)
echo "$lines"
[[ $(grep -cE '^[0-9]+ +[0-9.]+[BKMG] +[0-9]+ +[0-9]+ +[0-9]+' <<<"$lines") -ge 2 ]]
echo statistics
