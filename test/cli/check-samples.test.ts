import { PassThrough } from 'node:stream';
import { expect, jest, test } from '@jest/globals';
import { runCli } from '#src/cli/run-cli';
import { languages } from '#src/locales';
import { digestSamples, noticeSamples } from '#src/mail/samples';

const count = (digestSamples.length + noticeSamples.length) * languages.length;

async function run(...words: string[]) {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await runCli(words, { ...streams, environment: {} });
  return { code, out: String(streams.stdout.read() ?? ''), talk: String(streams.stderr.read() ?? '') };
}

jest.setTimeout(180_000); // each run renders every sample twice

test('digest check --samples holds all samples against all rules, with neither settings nor a database', async () => {
  const { code, out, talk } = await run('digest', 'check', '--samples');
  expect(code).toBe(0);
  expect(talk).toBe(`All ${count} can be sent.\n`);
  expect(out).toMatch(/^ok {5}english-eight \(he\)/m);
  expect(out).not.toContain('BLOCK');
});

test('digest check --samples --json says each rule of each', async () => {
  const { code, out } = await run('digest', 'check', '--samples', '--json', '--quiet');
  const { canSend, samples } = JSON.parse(out) as { canSend: boolean; samples: { items: { id: string }[] }[] };
  expect([code, canSend, samples.length]).toEqual([0, true, count]);
  for (const { items } of samples) expect(new Set(items.map(({ id }) => id)).size).toBe(31);
});

test('an ID and --samples are not both', async () => {
  expect(await run('digest', 'check', '7', '--samples')).toMatchObject({ code: 2, out: '' });
});
