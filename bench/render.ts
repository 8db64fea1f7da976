import { compileSkeleton } from '#src/mail/compile-skeleton';
import type { DigestEmail } from '#src/mail/digest-email';
import { createRenderer } from '#src/mail/render';
import { sampleDigest, type Sample } from './digest.js';
import type { Figure, Findings, Round } from './figure.js';
import { openStage } from './stage.js';

const languages: Record<string, Sample> = { en: 'english-twelve-no-image', he: 'hebrew-twelve-no-image' };

/**
 * A digest of twelve articles through the render process, as the digest worker has it done: the first of a process (which loads MJML), one of a new
 * shape in a warm process (MJML compiles it), the same shape with other words (MJML does not run), and its encoding for the wire.
 */
export async function measureRender({ rounds }: { rounds: number }): Promise<Findings> {
  const stage = await openStage();
  const figures = new Map<string, Figure>();
  const note = (name: string, unit: Figure['unit'], round: Round) => {
    const figure = figures.get(name) ?? { name, unit, rounds: [] };
    figure.rounds.push(round);
    figures.set(name, figure);
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [language, sample] of Object.entries(languages)) {
        const { result, otherCores } = await stage.watch(() => renderOnce(sampleDigest(sample), round));
        for (const [name, value] of Object.entries(result.ms)) note(`${language}: ${name}`, 'ms', { value, otherCores });
        for (const [name, value] of Object.entries(result.bytes)) note(`${language}: ${name}`, 'bytes', { value, otherCores });
      }
    }
    return { figures: [...figures.values()], notRun: [] };
  } finally {
    await stage.close();
  }
}

async function renderOnce(digest: DigestEmail, round: number) {
  const renderer = createRenderer();
  const render = (variables: DigestEmail) => renderer.render({ email: 'digest', variables });
  try {
    const first = await timed(() => render(digest));
    await render(withOtherShape(digest, 0)); // the compiler has met both shapes of an article before it is measured
    const warm = await timed(() => render(withOtherShape(digest, 1 + (round % 10))));
    const again = await timed(() => render({ ...digest, subject: `${digest.subject} (${round})` }));
    const encoded = await timed(async () => compileSkeleton(first.result));
    return {
      ms: {
        'first render of a process': first.ms,
        'warm render, MJML compiles': warm.ms,
        'warm render of a known shape': again.ms,
        'encoding for the wire': encoded.ms,
      },
      bytes: {
        HTML: Buffer.byteLength(first.result.html),
        'plain text': Buffer.byteLength(first.result.text),
        'body on the wire': encoded.result.wire.length,
      },
    };
  } finally {
    await renderer.close();
  }
}

/** MJML sees shapes, not words: an article more or less with a "why it matters" makes a new one. */
function withOtherShape(digest: DigestEmail, place: number): DigestEmail {
  const articles = digest.articles.map((article, index) =>
    index === place ? { ...article, whyItMatters: article.whyItMatters === null ? 'It decides what summer will cost.' : null } : article,
  );
  return { ...digest, articles };
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; ms: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, ms: performance.now() - startedAt };
}
