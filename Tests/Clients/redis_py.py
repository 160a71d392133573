import steps

# Example: begin
import os
import time

import redis

client = redis.Redis(
    port=int(os.environ["KABINET_PORT"]),
    username=os.environ["KABINET_PRINCIPAL"],
    password=os.environ["KABINET_SECRET"],
    decode_responses=True,
)
number = os.environ["KABINET_NUMBER"]


def once(*words):
    while True:
        try:
            return client.execute_command(*words)
        except redis.AuthenticationError:
            raise  # A wrong secret stays wrong; the class is one of ConnectionError.
        except (redis.ConnectionError, redis.TimeoutError):
            time.sleep(0.2)  # The same id= again: it is done once.


paid = once("TOPUP", number, "100", "ref=acq-1", "id=pay-1")
print(client.execute_command("BALANCE", number))
try:
    once("TOPUP", number, "-5", "ref=acq-2", "id=pay-2")
except redis.ResponseError as error:
    code = str(error).split()[0]  # invalid_amount
# Example: end


def transaction(requests):
    queue = client.pipeline()
    for words in requests:
        queue.execute_command(*words)
    return queue.execute()


steps.run_in_turn(paid, code, once, transaction, transaction)
