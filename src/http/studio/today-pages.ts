import { Router } from 'express';
import { listArticles } from '#src/articles/list-articles';
import type { Context } from '#src/context';
import { blockingChecks, checkDigest } from '#src/digests/check-digest';
import { comingHours } from '#src/digests/coming-hours';
import type { Digest } from '#src/digests/digest';
import { listDigests } from '#src/digests/list-digests';
import { progressOf } from '#src/digests/progress';
import { showStudio } from '#src/http/studio/show-studio';
import type { Coming, TodayCard } from '#src/http/studio/studio-variables';
import { listNewsletters } from '#src/newsletters/list-newsletters';
import type { Newsletter } from '#src/newsletters/newsletter';
import { countAudience } from '#src/outbox/count-audience';

/** `/studio`: what to do today, what is coming, what became of the last ones. */
export function todayPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/studio', async (request, response) => {
    const newsletters = await listNewsletters(ctx, { limit: 20 });
    const [coming, last, newest] = await Promise.all([
      comingUp(ctx),
      listDigests(ctx, { states: ['finished', 'cancelled', 'skipped'], limit: 5 }),
      listArticles(ctx, { limit: 1 }),
    ]);
    const cards = await Promise.all(newsletters.map((newsletter) => cardOf(ctx, newsletter, coming)));
    const newestArticleAt = newest[0]?.datePublished ?? null;
    showStudio(ctx, request, response, { page: 'today', variables: { cards, coming, last, newestArticleAt } });
  });
  return router;
}

async function comingUp(ctx: Context): Promise<Coming[]> {
  const scheduled = await listDigests(ctx, { states: ['scheduled'], limit: 20 });
  const digests = scheduled.flatMap((digest) => (digest.sendAt === null ? [] : [ofDigest(digest, digest.sendAt)]));
  const hours = (await comingHours(ctx, { days: 7 })).map((hour) => ({ ...hour, digest: null }));
  return [...digests, ...hours].toSorted((one, other) => one.at.getTime() - other.at.getTime()).slice(0, 10);
}

function ofDigest(digest: Digest, at: Date): Coming {
  return { at, zone: digest.sendZone ?? digest.newsletter.zone, newsletter: digest.newsletter.name, digest, cadence: digest.cadence };
}

/** What is on its way comes before what is scheduled, and that before a draft. */
const byUrgency = ['sending', 'paused', 'holding', 'frozen', 'scheduled', 'draft'] as const;

async function cardOf(ctx: Context, newsletter: Newsletter, coming: readonly Coming[]): Promise<TodayCard> {
  const open = await listDigests(ctx, { newsletter: newsletter.slug, states: byUrgency, limit: 50 });
  const digest = byUrgency.flatMap((state) => open.filter((each) => each.state === state))[0] ?? null;
  const isDraft = digest?.state === 'draft';
  return {
    newsletter,
    digest,
    progress: digest && !isDraft && digest.state !== 'scheduled' ? await progressOf(ctx, digest.id) : null,
    blocking: isDraft ? blockingChecks(await checkDigest(ctx, digest.id)) : [],
    readers: await countAudience(ctx.db, { newsletterId: newsletter.id, cadence: digest?.cadence ?? 'daily', now: ctx.now() }),
    nextAt: coming.find((each) => each.newsletter === newsletter.name)?.at ?? null,
  };
}
