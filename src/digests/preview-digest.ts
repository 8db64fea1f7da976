import type { Context } from '#src/context';
import { composeDigestEmail } from '#src/digests/compose-digest-email';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { findReader } from '#src/digests/find-reader';
import { emptyPreview } from '#src/digests/empty-preview';
import { renderVariant } from '#src/digests/render-variant';
import { languageFor } from '#src/locales';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import type { DigestEmail } from '#src/mail/digest-email';
import { fillSkeleton } from '#src/mail/fill-skeleton';
import { prepareHeaders } from '#src/mail/headers';
import { messageIdFor } from '#src/mail/message-id';
import { fillPart, inertValues, type InertValues } from '#src/mail/inert-values';
import type { RenderedEmail } from '#src/mail/render-email';

export interface Preview {
  subject: string;
  preheader: string;
  html: string;
  text: string;
  language: string;
  direction: 'ltr' | 'rtl';
  /** The whole message, but for its signature. */
  eml: Buffer;
  /** Decoded, in bytes: over 102 KB Gmail clips. */
  htmlBytes: number;
}

/**
 * What a reader gets: the same renderer, encoding and headers as those of a delivery, with personal links that lead nowhere. A frozen
 * digest is shown as it was frozen, any other as it would leave now, whatever the checks say of it.
 *
 * @param subscriberId whose language and date of joining it shows; without one, the newsletter's language
 */
export async function previewDigest(
  ctx: Context,
  digestId: string,
  { subscriberId }: { subscriberId?: string | undefined } = {},
): Promise<Preview> {
  const digest = await findDigest(ctx.db, digestId);
  const reader = subscriberId === undefined ? null : await findReader(ctx.db, digest.newsletter.id, subscriberId);
  const { rendered, sender } = await render(ctx, digest, languageFor(reader?.language ?? digest.newsletter.language));
  const values = inertValues(reader?.joinedAt ?? ctx.now());
  const html = fillPart(rendered.html, values);
  const eml = writeMessage(ctx, { digest, rendered, sender, values });
  return { ...rendered, html, text: fillPart(rendered.text, values), eml, htmlBytes: Buffer.byteLength(html) };
}

interface Shown {
  rendered: RenderedEmail;
  sender: DigestEmail['newsletter'] | null;
}

async function render(ctx: Context, digest: Digest, language: string): Promise<Shown> {
  if (digest.contentVersion > 0) return frozen(ctx, digest, language);
  const { email } = await composeDigestEmail(ctx, digest, digest.sendAt ?? ctx.now());
  if (email === null) return { rendered: emptyPreview(digest, language), sender: null };
  return { rendered: (await renderVariant(ctx, email, language)).rendered, sender: email.newsletter };
}

async function frozen(ctx: Context, digest: Digest, language: string): Promise<Shown> {
  const rows = await ctx.db
    .selectFrom('content')
    .select(['language', 'rendered', 'email'])
    .where('digest_id', '=', digest.id)
    .where('version', '=', digest.contentVersion)
    .orderBy('variant')
    .execute();
  const row = rows.find((variant) => variant.language === language) ?? rows[0];
  if (!row) throw new Error(`digest ${digest.id} is frozen without content`);
  return { rendered: row.rendered, sender: row.email.newsletter };
}

interface Message extends Shown {
  digest: Digest;
  values: InertValues;
}

function writeMessage(ctx: Context, { digest, rendered, sender, values }: Message): Buffer {
  const { config } = ctx;
  const skeleton = compileSkeleton(rendered);
  const headers = prepareHeaders({
    from: { name: sender?.fromName ?? digest.newsletter.name, address: config.mail.from },
    subject: rendered.subject,
    contentType: skeleton.contentType,
    contentLanguage: skeleton.contentLanguage,
    list: { name: digest.newsletter.name, id: `${digest.newsletter.slug}.${config.mail.domain}` },
  });
  const head = headers({
    to: config.mail.from, // a preview names no reader
    messageId: messageIdFor(BigInt(digest.id), 0n, Buffer.from(config.keys.hash), config.mail.domain),
    date: ctx.now(),
    unsubscribe: { url: `${config.publicUrl}/u/${values.unsubscribe}`, mailto: `mailto:${config.mail.from}?subject=unsubscribe` },
  });
  return Buffer.concat([Buffer.from(`${head}\r\n`), fillSkeleton(skeleton, values)]);
}
