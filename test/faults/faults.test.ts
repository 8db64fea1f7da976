import { describe, expect, test } from '@jest/globals';
import { type Play, playRound, plays } from './play-round.js';

const seed = Number(process.env['FAULT_SEED'] ?? 20_261_122);

describe('nobody twice, nobody missed', () => {
  test.each(Object.keys(plays) as Play[])(
    '%s',
    async (play) => {
      const report = await playRound(seed, play);
      expect(report.faults).toEqual([]);
      expect(report.accepted + report.unknown).toBe(report.readers);
    },
    120_000,
  );
});
