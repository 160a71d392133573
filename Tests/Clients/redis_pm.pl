use strict;
use warnings;

$| = 1;
# Example: begin
use Redis;

sub connected {
    return Redis->new(
        server   => "127.0.0.1:$ENV{KABINET_PORT}",
        username => $ENV{KABINET_PRINCIPAL},
        password => $ENV{KABINET_SECRET},
    );
}
my $client = connected();
my $number = $ENV{KABINET_NUMBER};

sub once {
    my @words = @_;
    while (1) {
        my $reply = eval { $client ||= connected(); $client->__std_cmd(@words) };
        return $reply if $reply;
        die $@ if $@ =~ /\] (ERR|NO|WRONGPASS)/;
        undef $client;
        select(undef, undef, undef, 0.2);    # The same id= again: it is done once.
    }
}

my $paid = once("TOPUP", $number, "100", "ref=acq-1", "id=pay-1");
print "@{once('BALANCE', $number)}\n";
eval { once("TOPUP", $number, "-5", "ref=acq-2", "id=pay-2") };
my ($code) = $@ =~ /ERR (\w+)/;    # invalid_amount
# Example: end

sub topup { my ($name, $amount) = @_; return ("TOPUP", $number, $amount || 1, "ref=$name", "id=$name") }
sub has { my ($reply, $name) = @_; return scalar grep { $_ eq $name } @{ $reply || [] } }
sub check { my ($step, $right) = @_; $right ? print "$step\n" : die "$step failed\n" }

check("change", has($paid, "payment") && !has($paid, "repeated"));
check("repeat", has(once("TOPUP", $number, "100", "ref=acq-1", "id=pay-1"), "repeated"));
check("error", $code eq "invalid_amount");

my $answered = 0;
$client->__std_cmd(topup("pipeline-$_"), sub { $answered++ if has($_[0], "payment") }) for 1 .. 1000;
$client->wait_all_responses;
check("pipeline", $answered == 1000);

$client->multi;
$client->__std_cmd(topup("both-$_", 10)) for 1 .. 2;
my @replies = $client->exec;
check("transaction", @replies == 2 && 2 == grep { has($_, "payment") } @replies);
$client->multi;
$client->__std_cmd(topup("neither-1", 1000));
eval { $client->__std_cmd("TOPUP", $number) };
eval { $client->exec };
check("abort", $@ =~ /EXECABORT/);

for my $n (1 .. 500) {
    print "halfway\n" if $n == 250;
    has(once(topup("stream-$n")), "payment") or die "a top-up failed\n";
}
print "reconnect\n";
