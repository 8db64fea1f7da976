import { parseArgs } from 'node:util';
import { type Play, playRound, plays, type RoundReport } from './play-round.js';

/** `npm run faults -- --rounds 300 --seed 7 [--only "kill -9 at random"] [--readers 600]`: plays rounds and prints a table of what they showed. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
    readers: { type: 'string', default: '600' },
  },
});
const only = values.only as Play | undefined;
if (only && !(only in plays)) {
  console.error(`There is no fault "${only}". Faults: ${Object.keys(plays).join(', ')}`);
  process.exit(2);
}

const reports: RoundReport[] = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  const report = await playRound(Number(values.seed) + round, only, Number(values.readers));
  reports.push(report);
  for (const fault of report.faults) console.error(`round ${round}, seed ${report.seed}, ${report.fault}: ${fault}`);
  if (process.stderr.isTTY) process.stderr.write(`\r${round + 1} of ${values.rounds} rounds`);
}
printTable(reports, Number(values.seed));
process.exitCode = reports.some(({ faults }) => faults.length > 0) ? 1 : 0;

function printTable(all: readonly RoundReport[], seed: number): void {
  const kinds = [...new Set(all.map(({ fault }) => fault))].toSorted();
  const rows = [...kinds, 'all'].map((kind) => rowOf(kind, kind === 'all' ? all : all.filter(({ fault }) => fault === kind)));
  console.log(`seed ${seed}, ${all.length} rounds, ${all[0]?.readers ?? 0} readers each`);
  console.table(Object.fromEntries(rows));
}

function rowOf(kind: string, reports: readonly RoundReport[]): [string, Record<string, number>] {
  const sum = (count: (report: RoundReport) => number) => reports.reduce((total, report) => total + count(report), 0);
  const seconds = reports.map((report) => report.seconds).toSorted((one, other) => one - other);
  return [
    kind,
    {
      rounds: reports.length,
      duplicates: sum((report) => report.duplicates),
      missed: sum((report) => report.missed),
      unknown: sum((report) => report.unknown),
      'unknown allowed': sum((report) => report.allowedUnknown),
      killed: sum((report) => report.killed),
      'seconds (median)': Number((seconds[seconds.length >> 1] ?? 0).toFixed(1)),
      'seconds (max)': Number((seconds.at(-1) ?? 0).toFixed(1)),
      broken: reports.filter(({ faults }) => faults.length > 0).length,
    },
  ];
}
