import type { Context } from '#src/context';
import { composeDigestEmail } from '#src/digests/compose-digest-email';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { findReader } from '#src/digests/find-reader';
import { prepareContent } from '#src/digests/prepare-content';
import { putContent } from '#src/digests/queries';
import { renderVariant, type Variant } from '#src/digests/render-variant';
import { Refusal } from '#src/errors';
import { languages } from '#src/locales';
import { parseAddress } from '#src/mail/address';
import { deliverLater } from '#src/outbox/deliver-later';
import { putMessage } from '#src/outbox/put-message';

/** Content of this version is what the last test looked like; no reader ever gets it. */
const testVersion = 0;

export interface TestOrder {
  to: readonly string[];
  /** Whose language the frame has. */
  subscriberId?: string | undefined;
}

/**
 * Mails the digest as it is now to a few people, marked as a test, with links that do nothing. Counted nowhere.
 *
 * @returns how many messages were written
 */
export async function testDigest(ctx: Context, digestId: string, { to, subscriberId }: TestOrder): Promise<number> {
  const addresses = parseAll(to);
  const digest = await findDigest(ctx.db, digestId);
  const reader = subscriberId === undefined ? null : await findReader(ctx.db, digest.newsletter.id, subscriberId);
  const variant = await renderTest(ctx, digest, reader?.language ?? digest.newsletter.language);
  await ctx.db.transaction().execute(async (tx) => {
    const [row] = prepareContent(digest.id, testVersion, [variant]);
    if (row) await putContent(tx, [{ ...row, variant: languages.indexOf(variant.language) }]);
    const order = { kind: 'test', digest_id: digest.id, newsletter_id: digest.newsletter.id, language: variant.language } as const;
    for (const address of addresses) await putMessage(tx, { ...order, address });
  });
  await deliverLater(ctx, 'transactional');
  return addresses.length;
}

async function renderTest(ctx: Context, digest: Digest, language: string): Promise<Variant> {
  const { email } = await composeDigestEmail(ctx, digest, digest.sendAt ?? ctx.now());
  if (email === null) throw new Refusal('checks-blocked', 'The digest has no article.');
  return renderVariant(ctx, email, language);
}

function parseAll(to: readonly string[]): string[] {
  const read = to.map((given) => parseAddress(given));
  const faults = read.flatMap((address, index) =>
    typeof address === 'string' ? [{ pointer: `/to/${index}`, detail: 'is no email address' }] : [],
  );
  if (faults.length > 0) throw new Refusal('invalid', 'Some addresses are none.', { faults });
  return [...new Set(read.flatMap((address) => (typeof address === 'string' ? [] : [address.address])))];
}
