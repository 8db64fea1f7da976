import { describe, expect, test } from '@jest/globals';
import { measureConfirmation } from '../../bench/confirmation.js';
import { measureDelivery } from '../../bench/delivery.js';
import { measureEnumeration } from '../../bench/enumeration.js';
import { type Findings, ratioOf, reaches, spreadOf } from '../../bench/figure.js';
import { measureFreeze } from '../../bench/freeze.js';
import { measurePace } from '../../bench/pace.js';
import { measureQueue } from '../../bench/queue.js';
import { measureRender } from '../../bench/render.js';
import { asJson, asText } from '../../bench/report.js';
import { measureSignUp } from '../../bench/sign-up.js';
import { measureSignUpFlood } from '../../bench/sign-up-flood.js';
import { signedRankTest } from '../../bench/signed-rank-test.js';

/** Whether the benchmarks run; never how fast. */
describe('a benchmark of a moment', () => {
  test('delivery sends every message on each side', async () => {
    const findings = await measureDelivery({ rounds: 1, messages: 20, signedByPool: 20, samples: ['english-twelve-no-image'] });
    expect(namesOf(findings)).toContain('28 KB: ours ÷ pool');
    expectNumbers(findings);
  });

  test('sign-up writes its rows under load', async () => {
    expectNumbers(await measureSignUp({ rounds: 1, seconds: 1, queues: ['postgres'] }));
  });

  test('a flood for one mailbox makes one message', async () => {
    const { figures } = await measureSignUpFlood({ requests: 500 });
    expect(figures[0]?.rounds[0]?.value).toBe(1);
  });

  test('the times of known and unknown addresses are compared by pairs', async () => {
    expectNumbers(await measureEnumeration({ rounds: 1, pairs: 20 }));
  });

  test('a freeze and its bare sides write as many rows', async () => {
    expectNumbers(await measureFreeze({ rounds: 1, readers: 300 }));
  });

  test('a pace is watched at the sink', async () => {
    const { figures } = await measurePace({ rounds: 1, seconds: 1, rates: [20], senders: [1] });
    expect(figures.map(({ rounds }) => rounds[0]?.value ?? 0).every((share) => share > 0.5)).toBe(true);
  });

  test('a confirmation comes while nothing else happens and while a digest leaves', async () => {
    expectNumbers(await measureConfirmation({ readers: 1_000, visitors: 3 }));
  });

  test('a digest is a few jobs, and its queue has a price', async () => {
    const findings = await measureQueue({ rounds: 1, few: 5, many: 20, queues: ['postgres'] });
    expect(findings.figures[0]?.rounds[0]?.value).toBeGreaterThan(0);
    expectNumbers(findings);
  });

  test('a digest is rendered in each language', async () => {
    const findings = await measureRender({ rounds: 1 });
    expect(namesOf(findings)).toEqual(expect.arrayContaining(['en: body on the wire', 'he: body on the wire']));
    expectNumbers(findings);
  });
});

test('the signed-rank test tells a shift from chance', () => {
  const wave = Array.from({ length: 400 }, (_, n) => Math.sin(n * 1.7));
  expect(signedRankTest(wave)).toBeGreaterThan(0.5);
  expect(signedRankTest(wave.map((value) => value + 0.3))).toBeLessThan(0.001);
});

describe('figures', () => {
  const rounds = [3, 1, 8, 2].map((value, n) => ({ value, otherCores: n / 10 }));

  test('their middle is the median, of an even number the mean of the two in the middle', () => {
    expect(spreadOf(rounds)).toEqual({ minimum: 1, median: 2.5, maximum: 8 });
    expect(spreadOf(rounds.slice(0, 3))).toEqual({ minimum: 1, median: 3, maximum: 8 });
  });

  test('a ratio is taken round by round and is as noisy as its noisier side', () => {
    const doubled = rounds.map(({ value }) => ({ value: value * 2, otherCores: 0.15 }));
    expect(ratioOf(doubled, rounds)).toEqual([0.15, 0.15, 0.2, 0.3].map((otherCores) => ({ value: 2, otherCores })));
  });

  test.each([
    [{ atLeast: 0.9 }, 0.9, true],
    [{ atLeast: 0.9 }, 0.89, false],
    [{ atMost: 2.5 }, 2.6, false],
    [{ within: [0.9, 1.1] as const }, 1.1, true],
    [{ within: [0.9, 1.1] as const }, 0.5, false],
  ])('%j with %f: %s', (goal, value, isReached) => {
    expect(reaches(goal, value)).toBe(isReached);
  });

  test('a report tells goals, noise and what was not run, as text and as JSON', () => {
    const findings: Findings = { figures: [{ name: 'ours ÷ theirs', unit: 'ratio', rounds, goal: { atLeast: 4 } }], notRun: ['the moon'] };
    const report = { conditions: { node: 'v20' } as never, benches: { delivery: findings } };
    expect(asText(report)).toMatch(
      /ours ÷ theirs +1\.00 +2\.50 +8\.00 {2}goal ≥ 4: MISSED {2}\(1 of 4 rounds noisy\)\n {2}NOT RUN: the moon/,
    );
    expect(JSON.parse(asJson(report))).toMatchObject({
      benches: {
        delivery: { figures: [{ minimum: 1, median: 2.5, maximum: 8, isReached: false, noisyRounds: 1, rounds }], notRun: ['the moon'] },
      },
    });
  });
});

function namesOf({ figures }: Findings): string[] {
  return figures.map(({ name }) => name);
}

function expectNumbers({ figures }: Findings): void {
  const strange = figures.flatMap(({ name, rounds }) => rounds.filter(({ value }) => !(value >= 0 && value < Infinity)).map(() => name));
  expect(strange).toEqual([]);
}
