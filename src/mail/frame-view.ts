import { directionOf, languageFor, t, type Direction, type Language } from '#src/locales';
import type { EmailSender } from '#src/mail/digest-email';
import { inline } from '#src/mail/inline';
import { escapeHtml, Keyword, Markup } from '#src/mail/markup';
import { typefaces } from '#src/mail/typefaces';

/** What every template needs: language and direction as MJML keywords, typefaces, and the labels by their keys. */
export interface FrameView {
  language: Keyword;
  direction: Keyword;
  start: Keyword;
  end: Keyword;
  heading: Keyword;
  text: Keyword;
  rtl: boolean;
  inline: (text: string) => Markup;
  label: (key: string, values?: Record<string, string | number>) => Markup;
  newsletter: EmailSender;
  subject: Markup;
  /** Null: nothing is hidden above the masthead. */
  preheader: Markup | null;
}

export interface FrameInput {
  language: Language;
  newsletter: EmailSender;
  /** With their direction marks already in them. */
  subject: string;
  preheader: string;
}

export function frameView(input: FrameInput): FrameView {
  const language = languageFor(input.language);
  const direction: Direction = directionOf(language);
  return {
    language: new Keyword(language),
    direction: new Keyword(direction),
    start: new Keyword(direction === 'rtl' ? 'right' : 'left'),
    end: new Keyword(direction === 'rtl' ? 'left' : 'right'),
    ...typefaces(language),
    rtl: direction === 'rtl',
    inline: (text) => inline(text, language),
    label: (key, values) => inline(t(language, `email.${key}`, values), language),
    newsletter: input.newsletter,
    subject: new Markup(escapeHtml(input.subject)),
    preheader: input.preheader === '' ? null : new Markup(escapeHtml(input.preheader)),
  };
}
