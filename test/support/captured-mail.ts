import { generateKeyPairSync } from 'node:crypto';
import { operator } from '#src/accounts/actor';
import { inviteEditor } from '#src/accounts/invite-editor';
import { ArticleInput } from '#src/articles/article';
import { storeArticle } from '#src/articles/store-article';
import { readMailBytes } from '#src/catcher/read-inbox';
import type { MessageKind } from '#src/db/tables';
import { testDigest } from '#src/digests/test-digest';
import { dkimRecord } from '#src/mail/dkim-record';
import { readDigestSample } from '#src/mail/samples';
import { type MessageOrder, putMessage } from '#src/outbox/put-message';
import { openNewsroom } from '../digests/newsroom.js';
import { startApp, type TestApp } from './app.js';
import { drain } from './drain.js';

/** A message as the SMTP server took it. */
export interface Captured {
  kind: MessageKind | 'digest';
  language: 'en' | 'he';
  to: string;
  bytes: Buffer;
}

export interface CapturedMail {
  messages: Captured[];
  /** What the sender's zone must say for them: name → TXT. */
  records: Record<string, string>;
}

const domain = 'news.example.org';
const letters = [
  'confirmation',
  'already-subscribed',
  'welcome',
  'goodbye',
  'data-request',
  'change-address',
  'address-changed',
  'reminder',
] as const satisfies MessageKind[];

/** Sends every kind of mail there is, in both languages and signed by both keys, the whole way from the rows to an SMTP server of another make. */
export async function captureEveryKind(): Promise<CapturedMail> {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;
  const app = await startApp({
    settings: {
      PUBLIC_URL: `https://briefing.${domain}`,
      DKIM_DOMAIN: domain,
      DKIM_SELECTOR: 'rsa1',
      DKIM_PRIVATE_KEY: rsa.export({ type: 'pkcs8', format: 'pem' }).toString(),
      DKIM_ED25519_SELECTOR: 'ed1',
      DKIM_ED25519_PRIVATE_KEY: ed25519.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  });
  try {
    await sendDigest(app, 'en', 'israel-briefing', 'english-eight');
    await sendDigest(app, 'he', 'israel-briefing-he', 'hebrew-eight');
    return {
      messages: await caught(app),
      records: { [`rsa1._domainkey.${domain}`]: dkimRecord(rsa), [`ed1._domainkey.${domain}`]: dkimRecord(ed25519) },
    };
  } finally {
    await app.close();
  }
}

/** A digest to its readers, then everything else that one of them can get. */
async function sendDigest(app: TestApp, language: 'en' | 'he', newsletter: string, sample: string): Promise<void> {
  const { ctx } = app;
  const newsroom = openNewsroom(ctx);
  const subscriberId = await newsroom.reader({ newsletter, language, address: addressOf('digest', language) });
  const subscription = await ctx.db
    .selectFrom('subscription')
    .selectAll()
    .where('subscriber_id', '=', subscriberId)
    .executeTakeFirstOrThrow();
  const articles = await storeSample(app, sample);
  const { body: digest } = await app.api('POST', '/v1/digests', { newsletter, articles });
  const sent = await app.api('PUT', `/v1/digests/${digest.id}/send`, { holdSeconds: 0 });
  if (sent.status !== 202) throw new Error(`The digest was refused: ${JSON.stringify(sent.body)}`);
  await drain(ctx);

  const order = { language, newsletter_id: subscription.newsletter_id, subscription_id: subscription.id };
  for (const kind of letters) await put(app, { ...order, kind });
  for (const kind of ['latest', 'resend'] as const) await put(app, { ...order, kind, digest_id: digest.id, subscriber_id: subscriberId });
  await testDigest(ctx, digest.id, { to: [addressOf('test', language)], subscriberId });
  await inviteEditor(ctx, operator, { address: addressOf('sign-in', language), role: 'editor', language });
  await drain(ctx);
}

async function storeSample({ ctx }: TestApp, sample: string): Promise<string[]> {
  const { articles } = readDigestSample(sample);
  for (const { id, headline, description, url, language, section, image } of articles) {
    const datePublished = new Date(ctx.now().getTime() - 60_000).toISOString();
    const fields = { headline, description, url, inLanguage: language, articleSection: section, image, datePublished };
    await storeArticle(ctx, id, ArticleInput.parse({ ...fields, articleBody: [description] }));
  }
  return articles.map(({ id }) => id);
}

function put({ ctx }: TestApp, order: MessageOrder & { kind: MessageKind; language: string }): Promise<string> {
  return ctx.db.transaction().execute((tx) => putMessage(tx, { ...order, address: addressOf(order.kind, order.language) }));
}

/** An address for each kind and language, by which a message is known again. */
function addressOf(kind: Captured['kind'], language: string): string {
  return `${kind}.${language}@mail.example.net`;
}

async function caught({ ctx, inbox }: TestApp): Promise<Captured[]> {
  const mails = await inbox.messages();
  return Promise.all(
    mails.map(async ({ id, envelope }) => {
      const to = envelope.to[0] ?? '';
      const [kind, language] = to.replace(/@.*/, '').split('.') as [Captured['kind'], Captured['language']];
      const bytes = await readMailBytes(ctx.config.dataDir, id);
      if (!bytes) throw new Error(`The bytes of ${id} are gone`);
      return { kind, language, to, bytes };
    }),
  );
}
