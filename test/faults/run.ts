import { parseArgs } from 'node:util';
import { closeOwnPostgres } from '../support/own-postgres.js';
import type { RoundReport } from './judge.js';
import { buildOlderVersion, commitBefore } from '../support/older-version.js';
import { faultNames, playOne, playRound } from './play-round.js';
import { besideOlder } from './plays/versions.js';

/**
 * `npm run faults -- --rounds 300 --seed 7 [--only "kill -9 at random" [--only …]] [--readers 600]`: plays the faults in turn and prints a table
 * of what they showed. Round n has the seed `seed` + n. `--beside <commit>`: instead, processes of that version and of this one send together;
 * an empty one is the last commit but one that changed how a digest is sent.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string', multiple: true },
    readers: { type: 'string', default: '600' },
    beside: { type: 'string' },
  },
});
const wanted = values.only ?? faultNames;
const stranger = wanted.find((name) => !faultNames.includes(name));
if (stranger !== undefined) {
  console.error(`There is no fault "${stranger}". Faults: ${faultNames.join(', ')}`);
  process.exit(2);
}

const older = values.beside === undefined ? null : await buildOlderVersion(values.beside || ((await commitBefore()) ?? 'HEAD'));
const readers = Number(values.readers);
const reports: RoundReport[] = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  const seed = Number(values.seed) + round;
  const fault = older ? `beside ${older.commit.slice(0, 7)}` : (wanted[round % wanted.length] ?? '');
  const playing = older ? playOne(besideOlder(older), { seed, fault, readers }) : playRound(seed, fault, readers);
  const report = await playing.catch((error: unknown) => notPlayed({ seed, fault, readers }, error));
  reports.push(report);
  for (const broken of report.faults) console.error(`seed ${seed}, ${fault}: ${broken}`);
  if (process.stderr.isTTY) process.stderr.write(`\r${round + 1} of ${values.rounds} rounds`);
}
await closeOwnPostgres();
await older?.remove();
printTable(reports, Number(values.seed));
process.exit(reports.some(({ faults }) => faults.length > 0) ? 1 : 0); // a client that still tries to reach a Redis of some round must not keep us

/** The other rounds are worth their table all the same. */
function notPlayed(round: Pick<RoundReport, 'seed' | 'fault' | 'readers'>, error: unknown): RoundReport {
  const nothing = { accepted: 0, rejected: 0, unknown: 0, allowedUnknown: 0, duplicates: 0, missed: 0, killed: 0, struck: 0, seconds: 0 };
  return { ...round, ...nothing, faults: [`not played to its end: ${error instanceof Error ? error.stack : String(error)}`] };
}

function printTable(all: readonly RoundReport[], seed: number): void {
  const kinds = [...new Set(all.map(({ fault }) => fault))].toSorted();
  const rows = [...kinds, 'all'].map((kind) => rowOf(kind, kind === 'all' ? all : all.filter(({ fault }) => fault === kind)));
  console.log(`seed ${seed}, ${all.length} rounds, ${all[0]?.readers ?? 0} readers each`);
  console.table(Object.fromEntries(rows));
}

function rowOf(kind: string, of: readonly RoundReport[]): [string, Record<string, number>] {
  const sum = (count: (report: RoundReport) => number) => of.reduce((total, report) => total + count(report), 0);
  const seconds = of.map((report) => report.seconds).toSorted((one, other) => one - other);
  return [
    kind,
    {
      rounds: of.length,
      'struck in mid-send': of.filter(({ struck }) => struck > 0).length,
      duplicates: sum((report) => report.duplicates),
      missed: sum((report) => report.missed),
      unknown: sum((report) => report.unknown),
      'unknown allowed': sum((report) => report.allowedUnknown),
      killed: sum((report) => report.killed),
      'seconds (median)': Number((seconds[seconds.length >> 1] ?? 0).toFixed(1)),
      'seconds (max)': Number((seconds.at(-1) ?? 0).toFixed(1)),
      broken: of.filter(({ faults }) => faults.length > 0).length,
    },
  ];
}
