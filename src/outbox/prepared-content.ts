import type { Config } from '#src/config';
import type { Db } from '#src/db/client';
import { type ReaderHeaders, prepareHeaders } from '#src/mail/headers';
import { unpackSkeleton } from '#src/mail/pack-skeleton';
import type { Skeleton } from '#src/mail/skeleton';
import type { Lease } from '#src/outbox/delivery';

/** What all readers of one variant share: the encoded body with its slots, and the headers but for the reader's own. */
export interface PreparedContent {
  skeleton: Skeleton;
  headersFor(reader: ReaderHeaders): string;
  publicUrl: string;
  /** The newsletter's slug. */
  list: string;
  frozenAt: Date;
}

/** Loads contents as slices need them and keeps the last few: a sender works on one or two digests at a time. */
export function openContents(db: Db, config: Config): (lease: Lease) => Promise<PreparedContent> {
  const known = new Map<string, Promise<PreparedContent>>();
  return (lease) => {
    const key = `${lease.digestId}/${lease.contentVersion}/${lease.lot}`;
    const content = known.get(key) ?? load(db, config, lease);
    content.catch(() => known.delete(key));
    known.delete(key);
    known.set(key, content);
    if (known.size > 6) known.delete([...known.keys()][0] as string);
    return content;
  };
}

async function load(db: Db, config: Config, lease: Lease): Promise<PreparedContent> {
  const row = await db
    .selectFrom('content')
    .select(['email', 'rendered', 'skeleton', 'created_at'])
    .where('digest_id', '=', lease.digestId)
    .where('version', '=', lease.contentVersion)
    .where('variant', '=', lease.lot)
    .executeTakeFirstOrThrow();
  const { newsletter } = row.email;
  const skeleton = unpackSkeleton(row.skeleton);
  return {
    skeleton,
    headersFor: prepareHeaders({
      from: { name: newsletter.fromName, address: config.mail.from },
      subject: row.rendered.subject,
      contentType: skeleton.contentType,
      contentLanguage: skeleton.contentLanguage,
      list: { name: newsletter.name, id: `${newsletter.slug}.${config.mail.domain}` },
    }),
    publicUrl: config.publicUrl,
    list: newsletter.slug,
    frozenAt: row.created_at,
  };
}
