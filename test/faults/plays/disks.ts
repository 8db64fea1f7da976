import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Context } from '#src/context';
import { type Play, strokes, untilSeen } from '../play.js';
import { connections, isUnderWay, type Stage } from '../stage.js';
import { cutConnections, killOne } from './processes.js';

/** No room for what must be written before anything leaves. */
export const diskPlays = {
  'Postgres takes no writes': { strike: (stage) => strokes(stage, 2, readOnlyForAWhile) },
} satisfies Record<string, Play>;

/**
 * Where there is `prlimit` (Linux): no file of a delivering process may grow beyond a size, which its writes hear as EFBIG, root or not. They take
 * the same way through the code as ENOSPC.
 */
export const journalDiskPlays = {
  'no room for journals': { strike: noRoomForAWhile },
  'no room in mid-line': { strike: noRoomInMidLine },
} satisfies Record<string, Play>;

/** A mark that cannot be written keeps its dot back: once the room is gone, only what was marked may still arrive. */
async function noRoomForAWhile(stage: Stage): Promise<void> {
  const { chance, fleet, witnesses } = stage;
  const sent = (): number => witnesses.reduce((sum, witness) => sum + witness.seen().length, 0);
  await untilSeen(stage, 20 + chance.below(60));
  const pids = fleet.pids();
  limitFiles(pids, 0);
  const before = sent();
  if (await isUnderWay(stage)) stage.struck += 1;
  await wait(1_500 + chance.below(2_000));
  const marked = pids.length * connections * witnesses.length;
  if (sent() - before > marked)
    stage.faults.push(`rule 7: ${sent() - before} messages left without a mark, at most ${marked} could have one`);
  limitFiles(pids, 'unlimited');
}

/** The next line of each process finds room for three bytes, and its writer dies before there is more: a torn mark must have kept its dot back. */
async function noRoomInMidLine(stage: Stage): Promise<void> {
  const { ctx, chance, fleet } = stage;
  await untilSeen(stage, 10 + chance.below(40));
  const pids = fleet.pids();
  for (const pid of pids) process.kill(pid, 'SIGSTOP'); // else it has written on before its limit is set
  for (const pid of pids) limitFiles([pid], longestJournal(ctx, pid) + 3);
  if (await isUnderWay(stage)) stage.struck += 1;
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await wait(20 + chance.below(60));
  for (const pid of pids) fleet.kill(pid); // those that come after them have room
}

function longestJournal({ config }: Context, pid: number): number {
  const folder = join(config.dataDir, 'journals');
  const journals = readdirSync(folder).filter((name) => name.endsWith('.journal'));
  const texts = journals.map((name) => readFileSync(join(folder, name), 'latin1'));
  const own = texts.filter((text) => /^lease (\S+)/m.exec(text)?.[1]?.split('/')[3] === String(pid));
  return Math.max(0, ...own.map(({ length }) => length));
}

function limitFiles(pids: readonly number[], bytes: number | 'unlimited'): void {
  for (const pid of pids) execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { stdio: 'ignore' });
}

/** A stand-in for a full disk of Postgres: it reads, and refuses every write. A primary that became a replica does the same. */
async function readOnlyForAWhile(stage: Stage): Promise<void> {
  const { ctx, chance } = stage;
  await setReadOnly(ctx, 'on');
  if (chance.next() < 0.5) killOne(stage);
  await wait(chance.below(1_500));
  await setReadOnly(ctx, 'off');
}

async function setReadOnly({ db }: Context, setting: 'on' | 'off'): Promise<void> {
  const { rows } = await sql<{ name: string }>`SELECT current_database() AS name`.execute(db);
  await db.connection().execute(async (session) => {
    await sql`SET default_transaction_read_only = off`.execute(session);
    await sql`ALTER DATABASE ${sql.id(rows[0]?.name ?? '')} SET default_transaction_read_only = ${sql.raw(setting)}`.execute(session);
  });
  await cutConnections({ db });
}
