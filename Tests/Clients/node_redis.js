// Example: begin
const { createClient } = require("redis");

const number = process.env.KABINET_NUMBER;
const client = createClient({
  socket: { port: Number(process.env.KABINET_PORT) },
  username: process.env.KABINET_PRINCIPAL,
  password: process.env.KABINET_SECRET,
});
client.on("error", () => {}); // It connects again by itself; what was not answered is thrown.

async function once(...words) {
  for (;;) {
    try {
      return await client.sendCommand(words);
    } catch (error) {
      if (/^(ERR|NO|WRONGPASS)/.test(error.message)) throw error;
      await new Promise((again) => setTimeout(again, 200)); // The same id= again: it is done once.
    }
  }
}

async function main() {
  await client.connect();
  const paid = await once("TOPUP", number, "100", "ref=acq-1", "id=pay-1");
  console.log(await once("BALANCE", number));
  let code;
  try {
    await once("TOPUP", number, "-5", "ref=acq-2", "id=pay-2");
  } catch (error) {
    code = error.message.split(" ")[1]; // invalid_amount
  }
  // Example: end

  const topup = (name, amount = "1") => ["TOPUP", number, amount, `ref=${name}`, `id=${name}`];
  const paidAll = (replies, count) => replies.length === count && replies.every((it) => it.includes("payment"));
  const check = (step, right) => {
    if (!right) throw new Error(`${step} failed`);
    console.log(step);
  };
  const transaction = (...requests) =>
    requests.reduce((queue, words) => queue.addCommand(words), client.multi()).exec();

  check("change", paid.includes("payment") && !paid.includes("repeated"));
  check("repeat", (await once("TOPUP", number, "100", "ref=acq-1", "id=pay-1")).includes("repeated"));
  check("error", code === "invalid_amount");

  const thousand = Array.from({ length: 1000 }, (_, n) => client.sendCommand(topup(`pipeline-${n}`)));
  check("pipeline", paidAll(await Promise.all(thousand), 1000));
  check("transaction", paidAll(await transaction(topup("both-1", "10"), topup("both-2", "10")), 2));
  await transaction(topup("neither-1", "1000"), ["TOPUP", number]).catch(() => check("abort", true));

  for (let n = 0; n < 500; n++) {
    if (n === 250) console.log("halfway");
    if (!(await once(...topup(`stream-${n}`))).includes("payment")) throw new Error("a top-up failed");
  }
  check("reconnect", true);
  await client.quit();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
