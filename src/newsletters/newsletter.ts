import { z } from 'zod';
import { languages } from '#src/locales';
import { parseAddress } from '#src/mail/address';
import { cleanText } from '#src/mail/clean-text';
import { isZone } from '#src/zone-time';

const line = (limit: number) => z.string().max(limit).transform(cleanText);
const words = (limit: number) => line(limit).pipe(z.string().min(1, 'is empty'));
const address = z
  .string()
  .max(300)
  .transform(parseAddress)
  .refine((parsed) => typeof parsed !== 'string', 'is no email address')
  .transform((parsed) => (typeof parsed === 'string' ? '' : parsed.address));

/** What an editor may change. The slug and the id are for ever: links and occasions hold them. */
export const NewsletterChange = z
  .strictObject({
    name: words(200),
    description: line(1_000),
    /** Of its articles and of its frame for readers who did not choose; one that has a locale. */
    language: z.string().refine((language) => languages.includes(language), `is none of ${languages.join(', ')}`),
    /** IANA, such as Asia/Jerusalem: the clock of its schedules and dates. */
    zone: z.string().max(64).refine(isZone, 'is no zone such as Asia/Jerusalem'),
    fromName: words(100),
    websiteUrl: z
      .url({ protocol: /^https?$/, error: 'is no http or https address' })
      .max(2_000)
      .nullable(),
    /** Absent: the sender's own address. */
    contactAddress: address.nullable(),
    /** The checks of Israel's law on advertisements apply. */
    israelProfile: z.boolean(),
    /** Whether people can sign up. */
    isOpen: z.boolean(),
  })
  .partial();
export type NewsletterChange = z.infer<typeof NewsletterChange>;

/** What a person subscribes to. */
export interface Newsletter {
  id: string;
  slug: string;
  name: string;
  description: string;
  language: string;
  zone: string;
  fromName: string;
  websiteUrl: string | null;
  contactAddress: string | null;
  israelProfile: boolean;
  isOpen: boolean;
  version: number;
}
