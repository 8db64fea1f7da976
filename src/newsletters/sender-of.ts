import type { Context } from '#src/context';
import type { EmailSender } from '#src/mail/digest-email';

/** What a newsletter's mail says about its sender. */
export async function senderOf({ db, config }: Context, newsletterId: string): Promise<EmailSender> {
  const row = await db.selectFrom('newsletter').selectAll().where('id', '=', newsletterId).executeTakeFirstOrThrow();
  return {
    slug: row.slug,
    name: row.name,
    language: row.language,
    zone: row.zone,
    fromName: row.from_name,
    postalAddress: config.mail.postalAddress,
    contactAddress: row.contact_address ?? config.mail.from,
    websiteUrl: row.website_url,
    israelProfile: row.israel_profile,
  };
}
