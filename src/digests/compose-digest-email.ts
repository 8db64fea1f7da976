import type { Context } from '#src/context';
import { chosenArticles, type ChosenArticle } from '#src/digests/find-digest';
import type { Digest } from '#src/digests/digest';
import { freeSlug } from '#src/digests/free-slug';
import { writeDigestEmail } from '#src/digests/write-digest-email';
import type { DigestEmail } from '#src/mail/digest-email';
import { senderOf } from '#src/newsletters/sender-of';

export interface ComposedDigest {
  digest: Digest;
  /** When it would leave. */
  at: Date;
  chosen: readonly ChosenArticle[];
  slug: string;
  /** Null without articles. */
  email: DigestEmail | null;
  unavailable: readonly UnavailableArticle[];
}

/** An article that may not go out at that moment, though it stands in the digest. `place` counts from 0. */
export interface UnavailableArticle {
  articleId: string;
  headline: string;
  place: number;
  because: 'withdrawn' | 'embargoed';
}

/** The digest's email as data, as it would leave at `at`: what is approved, previewed, tested and frozen all begins here. */
export async function composeDigestEmail(ctx: Context, digest: Digest, at: Date): Promise<ComposedDigest> {
  const [chosen, sender, slug] = await Promise.all([
    chosenArticles(ctx.db, digest.id),
    senderOf(ctx, digest.newsletter.id),
    freeSlug(ctx.db, digest, at),
  ]);
  return {
    digest,
    at,
    chosen,
    slug,
    email: writeDigestEmail({ digest, chosen, sender, at, slug }, ctx.config),
    unavailable: unavailableAt(chosen, at),
  };
}

function unavailableAt(chosen: readonly ChosenArticle[], at: Date): UnavailableArticle[] {
  return chosen.flatMap(({ articleId, headline, article }, place) => {
    const because = whyUnavailable(article, at);
    return because === null ? [] : [{ articleId, headline: headline ?? article.headline, place, because }];
  });
}

function whyUnavailable({ withdrawn_at, embargoed_until }: ChosenArticle['article'], at: Date): UnavailableArticle['because'] | null {
  if (withdrawn_at !== null) return 'withdrawn';
  return embargoed_until !== null && embargoed_until > at ? 'embargoed' : null;
}
