import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { ChecksBlocked } from '#src/digests/approve-digest';
import { seatArticles } from '#src/digests/arrange-digest';
import { blockingChecks, checkComposed } from '#src/digests/check-digest';
import { composeDigestEmail } from '#src/digests/compose-digest-email';
import type { ArrangedArticle, Digest, DigestWords } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { prepareContent } from '#src/digests/prepare-content';
import { putContent, updateDraft } from '#src/digests/queries';
import { renderVariant } from '#src/digests/render-variant';
import { resumeDigest } from '#src/digests/resume-digest';
import { Refusal } from '#src/errors';

export interface Correction extends DigestWords {
  articles?: readonly ArrangedArticle[] | undefined;
  /** Goes on at once for those who have not had it. */
  resume: boolean;
  ifMatch?: number | null;
}

/**
 * Corrects a digest in mid-send, while it is paused: whoever has not had it yet gets the corrected one, as a further version of its content.
 * Whoever had the one before can be written to by a digest of its own that `corrects` it. Articles that were patched since are taken as they are.
 *
 * @throws Refusal wrong-state unless paused, version-changed, checks-blocked; then nothing has changed
 */
export async function correctDigest(ctx: Context, digestId: string, { resume, ...correction }: Correction): Promise<Digest> {
  await findDigest(ctx.db, digestId);
  await ctx.db.transaction().execute((tx) => storeVersion({ ...ctx, db: tx }, tx, digestId, correction));
  return resume ? resumeDigest(ctx, digestId) : findDigest(ctx.db, digestId);
}

async function storeVersion(ctx: Context, tx: Tx, digestId: string, correction: Omit<Correction, 'resume'>): Promise<void> {
  const { articles, ifMatch = null, ...words } = correction;
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
  if (!(await updateDraft(tx, digestId, ifMatch, given, 'paused'))) await refuse(tx, digestId, ifMatch);
  if (articles) await seatArticles(tx, digestId, articles, '/items');
  const digest = await findDigest(tx, digestId);
  const composed = await composeDigestEmail(ctx, digest, digest.sendAt ?? ctx.now());
  const { checks, recipients } = await checkComposed(ctx, composed);
  const blocking = blockingChecks(checks).filter(({ id }) => id !== 'recipients'); // they were frozen long ago
  const { email } = composed;
  if (blocking.length > 0 || email === null) throw new ChecksBlocked(blocking, recipients);
  const variants = await Promise.all((await frameLanguages(tx, digest)).map((language) => renderVariant(ctx, email, language)));
  const version = digest.contentVersion + 1;
  await putContent(tx, prepareContent(digestId, version, variants));
  await updateDraft(
    tx,
    digestId,
    null,
    { content_version: version, approved_hash: variants[0]?.hash ?? null, subject: email.subject, preheader: email.preheader },
    'paused',
  );
}

/** The same variants as before, in their order: a reader's lot names one. */
async function frameLanguages(tx: Tx, { id, contentVersion }: Digest): Promise<string[]> {
  const rows = await tx
    .selectFrom('content')
    .select('language')
    .where('digest_id', '=', id)
    .where('version', '=', contentVersion)
    .orderBy('variant')
    .execute();
  return rows.map(({ language }) => language);
}

async function refuse(tx: Tx, digestId: string, ifMatch: number | null): Promise<never> {
  const { state, version } = await findDigest(tx, digestId);
  if (state === 'paused' && ifMatch !== null && version !== ifMatch)
    throw new Refusal('version-changed', 'The digest was changed since it was read.', { extra: { version } });
  const how = state === 'sending' ? ' Pause it first.' : '';
  throw new Refusal('wrong-state', `A digest that is ${state} cannot be corrected.${how}`, { extra: { state } });
}
