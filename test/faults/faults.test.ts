import { afterAll, describe, expect, test } from '@jest/globals';
import { closeOwnPostgres } from '../support/own-postgres.js';
import { buildOlderVersion, commitBefore } from '../support/older-version.js';
import { faultNames, playOne, playRound } from './play-round.js';
import { plays } from './plays.js';
import { besideOlder } from './plays/versions.js';
import type { RoundReport } from './judge.js';

const seed = Number(process.env['FAULT_SEED'] ?? 20_261_122);
const readers = 300;
const patienceMs = 120_000;
const older = await commitBefore();

/** Variants of others, which `npm run faults` plays: two minutes are enough. */
const variants = new Set([
  'kill -9 and cut',
  'relay drops, STARTTLS',
  'line reset',
  'line cut, TLS',
  'Postgres stopped at once',
  'Postgres killed',
]);

describe('nobody twice, nobody missed', () => {
  afterAll(closeOwnPostgres);

  // one after another: they kill one and the same Postgres
  const short = faultNames.filter((fault) => !variants.has(fault));
  const alone = short.filter((fault) => plays[fault]?.postgres);
  const beside = short.filter((fault) => !alone.includes(fault));
  test.concurrent.each(beside)('%s', play, patienceMs);
  test.each(alone)('%s', play, patienceMs);

  // a copy without history has no older version to stand beside
  if (older !== null)
    test('two versions on one digest', async () => {
      const version = await buildOlderVersion(older);
      try {
        await judge((n) => playOne(besideOlder(version), { seed: seed + n, fault: 'beside an older version', readers }));
      } finally {
        await version.remove();
      }
    }, 120_000);
});

function play(fault: string): Promise<void> {
  return judge((n) => playRound(seed + n, fault, readers), fault !== 'nothing');
}

/** A round that was over before its fault came proves nothing: then the next seed. */
async function judge(round: (n: number) => Promise<RoundReport>, mustStrike = true): Promise<void> {
  let struck = 0;
  for (let n = 0; n < 3 && (n === 0 || (mustStrike && struck === 0)); n += 1) {
    const report = await round(n);
    expect(report.faults).toEqual([]);
    struck += report.struck;
  }
  if (mustStrike) expect(struck).toBeGreaterThan(0);
}
