import { t } from '#src/locales';
import type { EmailSender } from '#src/mail/digest-email';
import { publicLink } from '#src/mail/public-link';
import { slotMarker } from '#src/mail/slots';

export interface FooterInput {
  newsletter: EmailSender;
  publicUrl: string;
  language: string;
  /** The digest's page; a one-off mail has none. */
  webUrl: string | null;
  /** False when the mail is not to a subscriber: then there is nothing to leave. Default true. */
  subscribed?: boolean;
}

export interface FooterLink {
  label: string;
  url: string;
}

export interface FooterView {
  reason: string | null;
  links: FooterLink[];
  sender: string;
  privacy: string;
}

/** Why this came, how to stop it, who sends it. The same words in HTML and in text. */
export function footerView({ newsletter, publicUrl, language, webUrl, subscribed = true }: FooterInput): FooterView {
  const label = (key: string, values = {}) => t(language, `email.${key}`, values);
  const site = new URL(newsletter.websiteUrl ?? publicUrl).host;
  const unsubscribe = { label: label('unsubscribe'), url: publicLink(publicUrl, `/u/${slotMarker('unsubscribe')}`) };
  const preferences = { label: label('preferences'), url: publicLink(publicUrl, `/preferences/${slotMarker('preferences')}`) };
  const web = webUrl === null ? [] : [{ label: label('viewOnWeb'), url: webUrl }];
  const contact = { label: label('contact'), url: `mailto:${newsletter.contactAddress}` };
  return {
    reason: subscribed
      ? label('reason', { newsletter: newsletter.name, site, joined: slotMarker(language === 'en' ? 'joined' : 'since') })
      : null,
    links: [...(subscribed ? [unsubscribe, preferences] : []), ...web, contact],
    sender: label('sender', { sender: newsletter.fromName, address: newsletter.postalAddress }),
    privacy: label(webUrl === null ? 'privacyNotice' : 'privacy'),
  };
}
