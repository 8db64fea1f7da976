import { expect, test } from '@jest/globals';
import { playRound } from '../faults/play-round.js';

// The rounds look at the sums at every poll, and compare the ledger with a witness that writes down every message.

test('five thousand readers get one message each', async () => {
  const report = await playRound(1, 'nothing', 5_000);
  expect(report).toMatchObject({ faults: [], accepted: 5_000, unknown: 0, duplicates: 0, missed: 0 });
}, 180_000);

test('five thousand readers get one message each, whatever is killed in mid-send', async () => {
  const report = await playRound(2, 'kill -9 at random', 5_000);
  expect(report).toMatchObject({ faults: [], duplicates: 0, missed: 0 });
  expect(report.accepted + report.unknown).toBe(5_000);
  expect(report.killed).toBeGreaterThan(0);
}, 180_000);
