#!/usr/bin/env bash
set -euo pipefail

# Example: begin
export REDISCLI_AUTH=$KABINET_SECRET number=$KABINET_NUMBER
client() { redis-cli -e -p "$KABINET_PORT" --user "$KABINET_PRINCIPAL" "$@" 2>&1; }
once() {
    local reply
    until reply=$(client "$@") || [[ $reply =~ ^(ERR|NO|WRONGPASS|AUTH\ failed) ]]; do
        sleep 0.2 # The same id= again: it is done once.
    done
    echo "$reply"
}

paid=$(once TOPUP "$number" 100 ref=acq-1 id=pay-1)
client BALANCE "$number"
refusal=$(once TOPUP "$number" -5 ref=acq-2 id=pay-2)
[[ $refusal == "ERR "* ]] && read -r _ code _ <<<"$refusal" # invalid_amount
# Example: end

has() { grep -qx "$1"; }
topup() { echo "TOPUP $number ${2:-1} ref=$1 id=$1"; }

has payment <<<"$paid" && ! has repeated <<<"$paid"
echo change
has repeated <<<"$(once TOPUP "$number" 100 ref=acq-1 id=pay-1)"
echo repeat
[[ $code == invalid_amount ]]
echo error

[[ $(for n in {1..1000}; do topup "pipeline-$n"; done | client | grep -cx payment) == 1000 ]]
echo pipeline

both=$({ echo MULTI && topup both-1 10 && topup both-2 10 && echo EXEC; } | client)
[[ $(grep -cx QUEUED <<<"$both") == 2 && $(grep -cx payment <<<"$both") == 2 ]]
echo transaction
neither=$({ echo MULTI && topup neither-1 1000 && echo "TOPUP $number" && echo EXEC; } | client || true)
grep -q ^EXECABORT <<<"$neither"
echo abort

for n in {1..500}; do
    if [[ $n == 250 ]]; then echo halfway; fi
    # shellcheck disable=SC2046 # They are the words of one request.
    has payment <<<"$(once $(topup "stream-$n"))"
done
echo reconnect
