import steps

# Example: begin
import asyncio
import os

import glide

number = os.environ["KABINET_NUMBER"]


async def main():
    client = await glide.GlideClient.create(
        glide.GlideClientConfiguration(
            [glide.NodeAddress("127.0.0.1", int(os.environ["KABINET_PORT"]))],
            credentials=glide.ServerCredentials(os.environ["KABINET_SECRET"], os.environ["KABINET_PRINCIPAL"]),
        )
    )

    async def once(*words):
        while True:
            try:
                return await client.custom_command(list(words))
            except (glide.ConnectionError, glide.TimeoutError):
                await asyncio.sleep(0.2)  # The same id= again: it is done once.

    paid = await once("TOPUP", number, "100", "ref=acq-1", "id=pay-1")
    print(await client.custom_command(["BALANCE", number]))
    try:
        await once("TOPUP", number, "-5", "ref=acq-2", "id=pay-2")
    except glide.RequestError as error:
        code = str(error).split("ResponseError: ")[1].split()[0]  # invalid_amount
    # Example: end

    def batch(is_atomic):
        async def run(requests):
            queue = glide.Batch(is_atomic=is_atomic)
            for words in requests:
                queue.custom_command(words)
            return await client.exec(queue, raise_on_error=True)

        return run

    await steps.run(paid, code, once, batch(is_atomic=False), batch(is_atomic=True))
    await client.close()


asyncio.run(main())
