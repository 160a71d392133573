#!/usr/bin/env bash
set -euo pipefail

# Example: begin
export REDIS_ADDR=redis://127.0.0.1:$KABINET_PORT REDIS_USER=$KABINET_PRINCIPAL REDIS_PASSWORD=$KABINET_SECRET
prometheus-redis-exporter --web.listen-address "127.0.0.1:$KABINET_FREE_PORT" &
# Example: end
trap 'kill %1' EXIT

# up: waits until the exporter says that the service is.
up() {
    local port=$KABINET_FREE_PORT
    for _ in {1..300}; do
        if { printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && grep '^redis_up 1' <&3; } 3<>"/dev/tcp/127.0.0.1/$port"; then
            return
        fi 2>/dev/null
        sleep 0.1
    done
    return 1
}

up
echo "redis_up"
echo halfway
read -r _ # The service is there again.
up
echo reconnect
