// sharp: the same photos to the same three sizes. Usage: node sharp.mjs WAY LANES FOLDER PHOTO…
// WAY is "pipelines" (one per size, as its manual shows) or "cascade" (each size from the next
// larger one, built by hand), LANES how many photos side by side. Prints one line of JSON: seconds
// and CPU seconds of all photos, warm.
import { basename, join } from "node:path";
import sharp from "sharp";

const SIZES = [["whatsapp", 1200, 82], ["medium", 600, 82], ["thumb", 320, 80]];
const WARM_UP = 2;
const [way, lanes, folder, ...photos] = process.argv.slice(2);

// Photos side by side, each in one thread: more a second and less CPU than threads inside each.
sharp.concurrency(1);
sharp.cache(false);

const fit = (picture, side) =>
  picture.resize(side, side, { fit: "inside", withoutEnlargement: true, kernel: "cubic" });
const save = (picture, photo, name, quality) =>
  picture.jpeg({ quality, chromaSubsampling: "4:2:0" })
    .toFile(join(folder, `${basename(photo)}.${name}.jpg`));

async function pipelines(photo) {
  for (const [name, side, quality] of SIZES) {
    await save(fit(sharp(photo).rotate(), side), photo, name, quality);
  }
}

async function cascade(photo) {
  let picture = sharp(photo).rotate();
  for (const [name, side, quality] of SIZES) {
    const { data, info } = await fit(picture, side).raw().toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    picture = sharp(data, { raw });
    await save(picture.clone(), photo, name, quality);
  }
}

async function all(some) {
  const waiting = [...some];
  const lane = async () => {
    for (let photo; (photo = waiting.shift()); ) await { pipelines, cascade }[way](photo);
  };
  await Promise.all(Array.from({ length: Number(lanes) }, lane));
}

await all(photos.slice(0, WARM_UP));
const cpuBefore = process.cpuUsage();
const before = performance.now();
await all(photos);
const seconds = (performance.now() - before) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, version: sharp.versions.sharp }));
