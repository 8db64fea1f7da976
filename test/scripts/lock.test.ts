import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModule } from './application.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'briefing-lock-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a lock', () => {
  test('is held by one of several at a time', async () => {
    writeFileSync(join(dir, 'count'), '0');
    await Promise.all([1, 2, 3, 4].map(() => runModule(addSlowly(25))));
    expect(readFileSync(join(dir, 'count'), 'utf8')).toBe('100');
  });

  test('is broken when its holder was killed', async () => {
    const held = await runModule(
      `import { tryLock } from 'scripts/lock.mjs'; console.log(tryLock(${path()})); process.kill(process.pid, 'SIGKILL');`,
    );
    expect(held).toBe(true);
    writeFileSync(join(dir, 'count'), '0');
    await Promise.all([1, 2].map(() => runModule(addSlowly(5))));
    expect(readFileSync(join(dir, 'count'), 'utf8')).toBe('10');
  });
});

const path = (): string => JSON.stringify(join(dir, 'lock'));

/** Reads, waits and writes: two at once would lose counts. */
const addSlowly = (times: number): string => `import { readFileSync, writeFileSync } from 'node:fs';
  import { withLock } from 'scripts/lock.mjs';
  const file = ${JSON.stringify(join(dir, 'count'))};
  await withLock(${path()}, async () => {
    for (let left = ${times}; left > 0; left -= 1) {
      const count = Number(readFileSync(file, 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 1));
      writeFileSync(file, String(count + 1));
    }
  });
  console.log('null');`;
