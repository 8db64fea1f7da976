import { randomBytes } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';

export interface Envelope {
  from: string;
  to: string[];
}

let counter = 0;

/**
 * Keeps a message as `<id>.eml` and its envelope as `<id>.json`, both on the disk before this returns, since the sender takes our 250 for
 * a promise. Ids sort by time. A message is there when its envelope is, so the envelope comes last.
 */
export async function storeMail(dataDir: string, envelope: Envelope, bytes: Buffer): Promise<string> {
  const folder = join(dataDir, 'inbox');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const receivedAt = new Date();
  counter = (counter + 1) % 100_000;
  const id = `${receivedAt.getTime()}-${String(counter).padStart(5, '0')}-${randomBytes(4).toString('hex')}`;
  await writeDurably(join(folder, `${id}.eml`), bytes);
  await writeDurably(join(folder, `${id}.json`), JSON.stringify({ receivedAt: receivedAt.toISOString(), envelope }));
  const directory = await open(folder);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return id;
}

async function writeDurably(path: string, content: Buffer | string): Promise<void> {
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}
