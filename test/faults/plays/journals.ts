import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Play, untilSeen } from '../play.js';
import { isUnderWay, type Stage } from '../stage.js';

/** A machine that lost its journals, or was started again: of the slices that were open, only what a reply proves is known. */
export const journalPlays = {
  'journals lost': {
    strike: (stage) =>
      betweenTwoLives(stage, async () => {
        rmSync(journals(stage), { recursive: true });
        const { length } = await openReaders(stage);
        stage.mayBeUnknown += length;
        stage.mustBeUnknown = length;
      }),
  },
  'another boot': {
    strike: (stage) =>
      betweenTwoLives(stage, async () => {
        const answered = repliesIn(journals(stage));
        stage.mayBeUnknown += (await openReaders(stage)).filter((reader) => !answered.has(reader)).length;
        await pretendAnotherBoot(stage);
      }),
  },
} satisfies Record<string, Play>;

/** All processes are killed in mid-send; what is done then is done before the first of them is up again. */
async function betweenTwoLives(stage: Stage, change: () => Promise<void>): Promise<void> {
  await untilSeen(stage, 20 + stage.chance.below(100));
  await stage.fleet.halt();
  while (await isStillWriting(stage)) await wait(20);
  if (await isUnderWay(stage)) stage.struck += 1;
  await change();
  // their owners could still be alive on a machine that we cannot see: three minutes have to pass, by the database's clock
  await sql`UPDATE slice SET lease_until = lease_until - interval '5 minutes' WHERE owner IS NOT NULL`.execute(stage.ctx.db);
  stage.fleet.resume();
}

/** Whether Postgres is still busy with the last statements of those who were killed: they count as done. */
async function isStillWriting({ ctx }: Stage): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'briefing sender'`.execute(ctx.db);
  return rows.length > 0;
}

/** Readers without an outcome, of the slices that somebody held. */
async function openReaders({ ctx, digestId }: Stage): Promise<string[]> {
  const { rows } = await sql<{ reader: string }>`
    SELECT delivery.subscriber_id AS reader FROM delivery JOIN slice USING (digest_id, lot)
    WHERE digest_id = ${digestId} AND slice.owner IS NOT NULL AND delivery.subscriber_id BETWEEN slice.lo AND slice.hi
      AND NOT EXISTS (SELECT FROM outcome WHERE outcome.digest_id = delivery.digest_id AND outcome.subscriber_id = delivery.subscriber_id)`.execute(
    ctx.db,
  );
  return rows.map(({ reader }) => reader);
}

/** Readers whose answer a journal holds: it counts in any boot. */
function repliesIn(folder: string): Set<string | undefined> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.journal'));
  const texts = files.map((name) => readFileSync(join(folder, name), 'latin1'));
  return new Set(texts.flatMap((text) => [...text.matchAll(/^reply (\S+) .*}$/gm)].map(([, reader]) => reader)));
}

const journals = ({ ctx }: Stage): string => join(ctx.config.dataDir, 'journals');
const anotherBoot = '00000000-0000-4000-8000-000000000000';

/** A stand-in for a restarted machine: rows and journals say that the owner lived in a boot that is not this one. */
async function pretendAnotherBoot(stage: Stage): Promise<void> {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  await sql`UPDATE slice SET owner = replace(owner, ${boot}, ${anotherBoot})`.execute(stage.ctx.db);
  for (const name of readdirSync(journals(stage)).filter((file) => file.endsWith('.journal'))) {
    const file = join(journals(stage), name);
    writeFileSync(file, readFileSync(file, 'latin1').replace(boot, anotherBoot), 'latin1');
  }
}
