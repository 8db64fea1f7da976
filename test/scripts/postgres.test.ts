import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, runModule, until } from './application.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'briefing-postgres-'));
  chmodSync(dir, 0o755); // else root would move the data to its own directory
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Seen {
  readonly startedByUs: boolean;
  readonly port: number;
  readonly dataDirectory: string;
}

/** Uses the cluster in a process of its own until a file named `go` appears, as a test run or `npm start` does. */
const user = (then = ''): Promise<unknown> =>
  runModule(`import { existsSync } from 'node:fs';
    import { ensurePostgres } from 'scripts/postgres.mjs';
    const { url, startedByUs, port, dataDirectory, stop } = await ensurePostgres({ name: 'test', dataDir: ${JSON.stringify(dir)} });
    console.log(JSON.stringify({ url, startedByUs, port, dataDirectory }));
    ${then}`);

const leaving = 'await stop();';
const killed = "process.kill(process.pid, 'SIGKILL');";
const serverPid = (data: string): number => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);

describe('the embedded Postgres', () => {
  test('is one server for three that ask at once, and the last one out stops it', async () => {
    const stay = `while (!existsSync(${JSON.stringify(join(dir, 'go'))})) await new Promise((resolve) => setTimeout(resolve, 20)); ${leaving}`;
    const asking = [user(stay), user(stay), user(stay)];
    await until(() => listUsers() === 3);
    const pid = serverPid(join(dir, 'data'));
    writeFileSync(join(dir, 'go'), '');
    const seen = (await Promise.all(asking)) as Seen[];
    expect(seen.filter((each) => each.startedByUs)).toHaveLength(1);
    expect(new Set(seen.map((each) => each.port)).size).toBe(1);
    expect(isAlive(pid)).toBe(false);
  });

  test('is adopted after its user was killed, and stopped by the next', async () => {
    const first = (await user(killed)) as Seen;
    const pid = serverPid(first.dataDirectory);
    const second = (await user(leaving)) as Seen;
    expect(second).toMatchObject({ startedByUs: false, port: first.port });
    expect(isAlive(pid)).toBe(false);
  });

  test('starts over the note of a killed server, even when another process has the pid now', async () => {
    const first = (await user(killed)) as Seen;
    const pid = serverPid(first.dataDirectory);
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    const note = join(first.dataDirectory, 'postmaster.pid');
    writeFileSync(note, readFileSync(note, 'utf8').replace(String(pid), String(process.pid)));
    expect(await user(leaving)).toMatchObject({ startedByUs: true });
  });

  test('lets nobody in without the password, which only we can read', async () => {
    const { port } = (await user(killed)) as Seen;
    const answer = await runModule(
      `import pg from '${join(process.cwd(), 'node_modules/pg/esm/index.mjs')}';
       const client = new pg.Client({ host: '127.0.0.1', port: ${port}, user: 'briefing', password: 'wrong', database: 'postgres' });
       console.log(JSON.stringify(await client.connect().then(() => 'in', (error) => error.code)));`,
    );
    await user(leaving);
    expect(answer).toBe('28P01');
  });
});

const listUsers = (): number => (existsSync(join(dir, 'users')) ? readdirSync(join(dir, 'users')).length : 0);
