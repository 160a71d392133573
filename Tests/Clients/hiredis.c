#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Example: begin
#include <hiredis/hiredis.h>

static redisContext *client;

static int sign_in(void)
{
    redisReply *reply = redisCommand(client, "AUTH %s %s", getenv("KABINET_PRINCIPAL"), getenv("KABINET_SECRET"));
    int is_good = reply && reply->type == REDIS_REPLY_STATUS;
    freeReplyObject(reply);
    return is_good;
}

static redisReply *once(const char *number, const char *amount, const char *name)
{
    for (;;) {
        redisReply *reply = redisCommand(client, "TOPUP %s %s ref=%s id=%s", number, amount, name, name);
        if (reply)
            return reply;
        do
            usleep(200000); // The same id= again: it is done once.
        while (redisReconnect(client) != REDIS_OK);
        if (!sign_in() && !client->err)
            exit(1); // A wrong secret stays wrong.
    }
}

static void example(const char *number, redisReply **paid, char code[64])
{
    client = redisConnect("127.0.0.1", atoi(getenv("KABINET_PORT")));
    if (client->err || !sign_in())
        exit(1);
    *paid = once(number, "100", "pay-1");
    redisReply *balance = redisCommand(client, "BALANCE %s", number);
    printf("%s\n", balance->element[3]->str);
    freeReplyObject(balance);
    redisReply *refused = once(number, "-5", "pay-2");
    if (refused->type == REDIS_REPLY_ERROR)
        sscanf(refused->str, "ERR %63s", code); // invalid_amount
    freeReplyObject(refused);
}
// Example: end

static int has(const redisReply *reply, const char *name)
{
    for (size_t i = 0; reply && reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++)
        if (reply->element[i]->str && strcmp(reply->element[i]->str, name) == 0)
            return 1;
    return 0;
}

static void check(const char *step, int is_right)
{
    if (!is_right) {
        fprintf(stderr, "%s failed\n", step);
        exit(1);
    }
    puts(step);
}

static redisReply *next(void)
{
    void *reply = NULL;
    redisGetReply(client, &reply);
    return reply;
}

static redisReply *pair(const char *number, const char *name, const char *second)
{
    redisAppendCommand(client, "MULTI");
    redisAppendCommand(client, "TOPUP %s 10 ref=%s-1 id=%s-1", number, name, name);
    redisAppendCommand(client, second, number, name, name);
    redisAppendCommand(client, "EXEC");
    for (int i = 0; i < 3; i++)
        freeReplyObject(next());
    return next();
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *number = getenv("KABINET_NUMBER");
    redisReply *paid;
    char code[64] = "";
    example(number, &paid, code);
    check("change", has(paid, "payment") && !has(paid, "repeated"));
    check("repeat", has(once(number, "100", "pay-1"), "repeated"));
    check("error", strcmp(code, "invalid_amount") == 0);

    int answered = 0;
    for (int n = 0; n < 1000; n++)
        redisAppendCommand(client, "TOPUP %s 1 ref=pipeline-%d id=pipeline-%d", number, n, n);
    for (int n = 0; n < 1000; n++)
        answered += has(next(), "payment");
    check("pipeline", answered == 1000);

    redisReply *both = pair(number, "both", "TOPUP %s 10 ref=%s-2 id=%s-2");
    check("transaction", both && both->elements == 2 && has(both->element[0], "payment") && has(both->element[1], "payment"));
    redisReply *neither = pair(number, "neither", "TOPUP %s");
    check("abort", neither && neither->type == REDIS_REPLY_ERROR);

    for (int n = 0; n < 500; n++) {
        char name[32];
        if (n == 250)
            puts("halfway");
        snprintf(name, sizeof name, "stream-%d", n);
        if (!has(once(number, "1", name), "payment"))
            check("a top-up", 0);
    }
    check("reconnect", 1);
}
