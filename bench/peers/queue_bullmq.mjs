// BullMQ: on Redis, one worker that takes jobs side by side, in a process of its own.
// Usage: node queue_bullmq.mjs FOLDER JOBS WORKERS. Prints one line of JSON, as stamps.py says.
import { fork } from "node:child_process";
import { fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, Worker } from "bullmq";

const [folder, jobs, workers] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const connection = { path: join(folder, "redis.sock"), maxRetriesPerRequest: null };
const file = openSync(join(folder, "stamps"), "a+");
const ENTRY = 16, PAUSE = 4, LANES = 8;
const now = () => Number(process.hrtime.bigint()) / 1e9; // the machine's monotonic clock

function put(number) {
  const entry = Buffer.alloc(ENTRY);
  entry.writeBigInt64LE(BigInt(number), 0);
  entry.writeDoubleLE(now(), 8);
  writeSync(file, entry);
}

async function moments(count) {
  while (fstatSync(file).size / ENTRY < count) await sleep(1);
  const bytes = readFileSync(join(folder, "stamps"));
  return Array.from({ length: bytes.length / ENTRY }, (_, at) => bytes.readDoubleLE(at * ENTRY + 8));
}

async function main() {
  const child = fork(process.argv[1], [folder, jobs, workers, "worker"]);
  await new Promise((ready) => child.once("message", ready));
  const queue = new Queue("bench", { connection });
  const add = (n) => queue.add("noop", { n });
  let done = 0;
  const rate = async (work, count) => {
    const began = now();
    await work();
    done += count;
    const last = Math.max(...(await moments(done)).slice(-count));
    return count / (last - began);
  };
  const lane = async (count) => { for (let n = 0; n < count; n++) await add(n); };
  const each = Math.floor(jobs / LANES);
  await rate(() => lane(each), each); // the first ones warm everything up
  const found = {
    one_by_one: await rate(() => lane(jobs), jobs),
    side_by_side: await rate(
      () => Promise.all(Array.from({ length: LANES }, () => lane(each))), each * LANES),
    at_once: await rate(
      () => queue.addBulk(Array.from({ length: jobs }, (_, n) => ({ name: "noop", data: { n } }))),
      jobs),
    waits: [],
  };
  for (let n = 0; n < each; n++) {
    const began = now();
    await add(n);
    found.waits.push((await moments(++done)).at(-1) - began);
    await sleep(PAUSE);
  }
  console.log(JSON.stringify(found));
  child.kill();
  await queue.close();
}

if (process.argv[5] === "worker") {
  const worker = new Worker("bench", async (job) => put(job.data.n), { connection, concurrency: workers });
  await worker.waitUntilReady();
  process.send("ready");
} else {
  await main();
}
