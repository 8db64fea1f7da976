import { z } from 'zod';
import { t } from '#src/locales';
import { EmailSender, FrameLanguage } from '#src/mail/digest-email';
import type { FooterLink } from '#src/mail/footer-view';
import { publicLink } from '#src/mail/public-link';
import { slotMarker, type Slot } from '#src/mail/slots';

/** What every one-off mail is given. Nothing that a visitor typed is among it. */
export const Letter = z.object({ newsletter: EmailSender, publicUrl: z.url({ protocol: /^https?$/ }), language: FrameLanguage });
export type Letter = z.infer<typeof Letter>;

/** A one-off mail in words; HTML and text are made from the same. */
export interface Notice extends Letter {
  subject: string;
  title: string;
  paragraphs: string[];
  button: FooterLink | null;
  after: string[];
  links: FooterLink[];
  /** Its footer says why it came and how to leave. */
  subscribed: boolean;
}

/** A link with a reader's own token: the page's path, the slot where the token will stand, and the key of its label. */
interface PersonalLink {
  label: string;
  path: string;
  slot: Slot;
}

export interface NoticeWords<Variables extends Letter> {
  /** Namespace of its texts: `email.<key>.subject`, `.title` and those named below. */
  key: string;
  variables: z.ZodType<Variables>;
  subscribed: boolean;
  values?: (variables: Variables) => Record<string, string>;
  paragraphs: (variables: Variables) => string[];
  button?: PersonalLink;
  after?: string[];
  links?: PersonalLink[];
  /** Links that are the same for everybody, such as the latest digest. */
  pages?: (variables: Variables) => FooterLink[];
}

export interface NoticeEmail<Variables extends Letter> {
  template: 'notice';
  transactional: true;
  variables: z.ZodType<Variables>;
  /** Throws a ZodError for wrong variables. */
  write: (variables: unknown) => Notice;
}

/** A row of the table of emails: a mail made of a title, a few paragraphs and at most one button. */
export function noticeEmail<Variables extends Letter>(words: NoticeWords<Variables>): NoticeEmail<Variables> {
  return {
    template: 'notice',
    transactional: true,
    variables: words.variables,
    write: (variables) => writeNotice(words, words.variables.parse(variables)),
  };
}

function writeNotice<Variables extends Letter>(words: NoticeWords<Variables>, variables: Variables): Notice {
  const { newsletter, publicUrl, language } = variables;
  const site = new URL(newsletter.websiteUrl ?? publicUrl).host;
  const values = { newsletter: newsletter.name, site, contact: newsletter.contactAddress, ...words.values?.(variables) };
  const text = (name: string) => t(language, `email.${words.key}.${name}`, values);
  const personal = (link: PersonalLink) => ({
    label: text(link.label),
    url: publicLink(publicUrl, `/${link.path}/${slotMarker(link.slot)}`),
  });
  return {
    newsletter,
    publicUrl,
    language,
    subject: text('subject'),
    title: text('title'),
    paragraphs: words.paragraphs(variables).map(text),
    button: words.button ? personal(words.button) : null,
    after: (words.after ?? []).map(text),
    links: [...(words.pages?.(variables) ?? []), ...(words.links ?? []).map(personal)],
    subscribed: words.subscribed,
  };
}
