import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModule } from './application.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'briefing-install-'));
  manifest({ name: 'one', dependencies: { pg: '8.0.0' } });
  writeFileSync(join(dir, 'package-lock.json'), '{}');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const manifest = (content: unknown): void => writeFileSync(join(dir, 'package.json'), JSON.stringify(content));
const ask = (what: 'installStamp' | 'isInstalled'): Promise<unknown> =>
  runModule(`import { ${what} } from 'scripts/install.mjs'; console.log(JSON.stringify(${what}(${JSON.stringify(dir)})));`);

describe('the install stamp', () => {
  test('changes with the dependencies and the lock, not with the rest of package.json', async () => {
    const before = await ask('installStamp');
    manifest({ name: 'two', scripts: { start: 'node .' }, dependencies: { pg: '8.0.0' } });
    expect(await ask('installStamp')).toBe(before);
    manifest({ name: 'two', dependencies: { pg: '8.0.1' } });
    const changed = await ask('installStamp');
    expect(changed).not.toBe(before);
    writeFileSync(join(dir, 'package-lock.json'), '{"lockfileVersion":3}');
    expect(await ask('installStamp')).not.toBe(changed);
  });

  test('tells that nothing is to do only where it lies in node_modules', async () => {
    expect(await ask('isInstalled')).toBe(false);
    mkdirSync(join(dir, 'node_modules'));
    writeFileSync(join(dir, 'node_modules', '.briefing-stamp'), String(await ask('installStamp')));
    expect(await ask('isInstalled')).toBe(true);
    manifest({ dependencies: {} });
    expect(await ask('isInstalled')).toBe(false);
  });
});
