#!/usr/bin/env bash
set -euo pipefail

cat >"$KABINET_DIRECTORY/haproxy.cfg" <<END
global
    stats socket $KABINET_DIRECTORY/haproxy.socket
# Example: begin
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen kabinet
    bind 127.0.0.1:$KABINET_FREE_PORT
    option redis-check
    server one 127.0.0.1:$KABINET_PORT check inter 100ms fall 1 rise 1
# Example: end
END

haproxy -db -f "$KABINET_DIRECTORY/haproxy.cfg" &
trap 'kill %1' EXIT
# read_through: waits until HAProxy finds the service well, and reads through it.
read_through() {
    for _ in {1..300}; do
        if nc -U "$KABINET_DIRECTORY/haproxy.socket" <<<"show stat" | grep '^kabinet,one,.*,UP,.*,L7OK,'; then break; fi
        sleep 0.1
    done
    redis-cli -e -p "$KABINET_FREE_PORT" --user "$KABINET_PRINCIPAL" BALANCE "$KABINET_NUMBER"
}

export REDISCLI_AUTH=$KABINET_SECRET
read_through
echo "health check"
echo halfway
read -r _ # The service is there again.
read_through
echo reconnect
