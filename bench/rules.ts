import { createRenderer } from '#src/mail/render';
import { digestSamples, readDigestSample, sampleHosts } from '#src/mail/samples';
import { checkEmail } from '#src/rules/check-email';
import type { CheckRequest } from '#src/rules/checked-message';
import type { Figure, Findings } from './figure.js';
import { openStage } from './stage.js';

const goal = { atMost: 150 };

/** All rules over each sample digest, parsing included, on one core. The first check of a process also reads the table of clients. */
export async function measureRules({ rounds }: { rounds: number }): Promise<Findings> {
  const stage = await openStage();
  const renderer = createRenderer();
  const figures: Figure[] = [{ name: 'the first check of a process', unit: 'ms', rounds: [], goal }];
  try {
    for (const sample of digestSamples) {
      const email = readDigestSample(sample);
      const request = { rendered: await renderer.render({ email: 'digest', variables: email }), email, allowedHosts: sampleHosts };
      if (sample === digestSamples[0]) figures[0]?.rounds.push(await checkOnce(request));
      const figure: Figure = { name: sample, unit: 'ms', rounds: [], goal };
      for (let round = 0; round < rounds; round += 1) figure.rounds.push(await checkOnce(request));
      figures.push(figure);
    }
    return { figures, notRun: [] };
  } finally {
    await renderer.close();
    await stage.close();
  }

  async function checkOnce(request: CheckRequest) {
    const { result: value, otherCores } = await stage.watch(async () => {
      const startedAt = performance.now();
      await checkEmail(request);
      return performance.now() - startedAt;
    });
    return { value, otherCores };
  }
}
