<?php
// Example: begin
$number = getenv("KABINET_NUMBER");
$client = null;

function connected(): Redis
{
    $client = new Redis();
    $client->connect("127.0.0.1", (int) getenv("KABINET_PORT"));
    $client->auth([getenv("KABINET_PRINCIPAL"), getenv("KABINET_SECRET")]);
    return $client;
}

function once(string ...$words): array|false
{
    global $client;
    while (true) {
        try {
            $client ??= connected();
            $client->clearLastError();
            return $client->rawCommand(...$words); // false: getLastError() says why.
        } catch (RedisException $error) {
            if (preg_match("/^(NO|WRONGPASS)/", $error->getMessage())) {
                throw $error; // It stays refused.
            }
            $client = null;
            usleep(200_000); // The same id= again: it is done once.
        }
    }
}

$paid = once("TOPUP", $number, "100", "ref=acq-1", "id=pay-1");
print_r(once("BALANCE", $number));
if (once("TOPUP", $number, "-5", "ref=acq-2", "id=pay-2") === false) {
    $code = explode(" ", $client->getLastError())[1]; // invalid_amount
}
// Example: end

function topup(string $name, string $amount = "1"): array
{
    global $number;
    return ["TOPUP", $number, $amount, "ref=$name", "id=$name"];
}

function check(string $step, bool $right): void
{
    if (!$right) {
        fwrite(STDERR, "$step failed\n");
        exit(1);
    }
    print "$step\n";
}

check("change", in_array("payment", $paid) && !in_array("repeated", $paid));
check("repeat", in_array("repeated", once("TOPUP", $number, "100", "ref=acq-1", "id=pay-1")));
check("error", $code === "invalid_amount");

$queue = $client->pipeline();
for ($n = 0; $n < 1000; $n++) {
    $queue->rawCommand(...topup("pipeline-$n"));
}
$paid = array_filter($queue->exec(), fn($reply) => is_array($reply) && in_array("payment", $reply));
check("pipeline", count($paid) === 1000);

$client->multi();
$client->rawCommand(...topup("both-1", "10"));
$client->rawCommand(...topup("both-2", "10"));
$paid = array_filter($client->exec(), fn($reply) => is_array($reply) && in_array("payment", $reply));
check("transaction", count($paid) === 2);
$client->multi();
$client->rawCommand(...topup("neither-1", "1000"));
if ($client->rawCommand("TOPUP", $number) === false) {
    $client->discard(); // Its exec() would wait for replies that EXECABORT has not.
    print "abort\n";
}

for ($n = 0; $n < 500; $n++) {
    if ($n === 250) {
        print "halfway\n";
    }
    if (!in_array("payment", once(...topup("stream-$n")))) {
        exit(1);
    }
}
print "reconnect\n";
