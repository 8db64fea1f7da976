import type { Context } from '#src/context';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import type { RenderRequest } from '#src/mail/emails';
import { unpackSkeleton } from '#src/mail/pack-skeleton';
import type { Skeleton } from '#src/mail/skeleton';
import type { LeasedMessage } from '#src/outbox/message';
import { nextDigestAt } from '#src/newsletters/next-digest-at';
import { senderOf } from '#src/newsletters/sender-of';

/** A one-off message without its reader. */
export interface PreparedMessage {
  subject: string;
  fromName: string;
  skeleton: Skeleton;
  /** Digests sent one by one carry the list's headers, letters do not (they are no mail of a list). */
  list: { name: string; slug: string } | null;
  writtenAt: Date;
}

/** Prepares each kind once for all who get the same: a digest's is in its content, a letter is rendered and kept for a while. */
export function openMessageTemplates(ctx: Context): (message: LeasedMessage) => Promise<PreparedMessage> {
  const letters = new Map<string, Promise<PreparedMessage>>();
  return async (message) => {
    if (message.kind === 'test' || message.kind === 'latest' || message.kind === 'resend') return digestAlone(ctx, message);
    const request = await letterRequest(ctx, message);
    const key = JSON.stringify(request);
    const letter = letters.get(key) ?? render(ctx, request);
    letter.catch(() => letters.delete(key));
    letters.set(key, letter);
    if (letters.size > 100) letters.delete([...letters.keys()][0] as string);
    return letter;
  };
}

/** The frozen content, or, for a test of a draft, what was prepared for the test (version 0). */
async function digestAlone({ db }: Context, { digestId, language, kind }: LeasedMessage): Promise<PreparedMessage> {
  const contents = await db
    .selectFrom('content')
    .selectAll()
    .where('digest_id', '=', digestId)
    .orderBy('version', 'desc')
    .orderBy('variant')
    .execute();
  const wanted =
    kind === 'test' ? contents.filter(({ version }) => version === 0) : contents.filter(({ version }) => version === contents[0]?.version);
  const content = wanted.find((candidate) => candidate.language === language) ?? wanted[0];
  if (!content) throw new Error(`digest ${digestId} has no content for a message of kind ${kind}`);
  const { newsletter } = content.email;
  return {
    subject: kind === 'test' ? `[Test] ${content.rendered.subject}` : content.rendered.subject,
    fromName: newsletter.fromName,
    skeleton: unpackSkeleton(content.skeleton),
    list: { name: newsletter.name, slug: newsletter.slug },
    writtenAt: content.created_at,
  };
}

async function render(ctx: Context, { fromName, ...request }: LetterRequest): Promise<PreparedMessage> {
  const rendered = await ctx.renderer.render(request);
  return {
    subject: rendered.subject,
    fromName,
    skeleton: compileSkeleton(rendered),
    list: null,
    writtenAt: ctx.now(),
  };
}

type LetterRequest = RenderRequest & { fromName: string };

async function letterRequest(ctx: Context, message: LeasedMessage): Promise<LetterRequest> {
  const newsletterId = message.newsletterId ?? (await firstNewsletter(ctx));
  const newsletter = await senderOf(ctx, newsletterId);
  const { fromName } = newsletter;
  const letter = { newsletter, publicUrl: ctx.config.publicUrl, language: message.language };
  const cadences = message.cadences?.length ? message.cadences : (['daily'] as const).slice();
  switch (message.kind) {
    case 'confirmation':
      return { fromName, email: 'confirmation', variables: { ...letter, cadences, askedAt: message.createdAt.toISOString() } };
    case 'reminder':
      return { fromName, email: 'reminder', variables: { ...letter, cadences } };
    case 'welcome': {
      const next = await nextDigestAt(ctx.db, newsletterId, cadences, ctx.now());
      const latest = await latestDigest(ctx, newsletterId);
      return { fromName, email: 'welcome', variables: { ...letter, cadences, nextDigestAt: next?.toISOString() ?? null, latest } };
    }
    case 'already-subscribed':
    case 'goodbye':
    case 'sign-in':
    case 'data-request':
    case 'change-address':
    case 'address-changed':
      return { fromName, email: message.kind, variables: letter };
    case 'test':
    case 'latest':
    case 'resend':
      throw new Error(`${message.kind} is no letter`);
  }
}

async function firstNewsletter({ db }: Context): Promise<string> {
  return (await db.selectFrom('newsletter').select('id').orderBy('id').executeTakeFirstOrThrow()).id;
}

async function latestDigest({ db, config }: Context, newsletterId: string): Promise<{ subject: string; url: string } | null> {
  const digest = await db
    .selectFrom('digest')
    .select(['subject', 'slug'])
    .where('newsletter_id', '=', newsletterId)
    .where('state', 'in', ['sending', 'paused', 'finished'])
    .where('withdrawn_at', 'is', null)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return digest?.slug ? { subject: digest.subject, url: `${config.publicUrl}/digests/${digest.slug}` } : null;
}
