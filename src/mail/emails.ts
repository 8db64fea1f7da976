import { z } from 'zod';
import { t } from '#src/locales';
import { DigestEmail } from '#src/mail/digest-email';
import { cadencesInWords, timeInWords } from '#src/mail/in-words';
import { Letter, noticeEmail } from '#src/mail/notice';
import { publicLink } from '#src/mail/public-link';

const Cadences = z.array(z.enum(['breaking', 'daily', 'weekly'])).min(1);
const Asked = Letter.extend({ cadences: Cadences, askedAt: z.iso.datetime() });
const Welcome = Letter.extend({
  cadences: Cadences,
  nextDigestAt: z.iso.datetime().nullable(),
  latest: z.object({ subject: z.string().min(1).max(1_000), url: z.url({ protocol: /^https?$/ }) }).nullable(),
});

/** TABLE of the emails we send: template, subject (by locale), the variables that it takes, transactional or not. */
export const emails = {
  digest: { template: 'digest', transactional: false, variables: DigestEmail },

  confirmation: noticeEmail({
    key: 'confirmation',
    variables: Asked,
    subscribed: false,
    values: ({ cadences, askedAt, language, newsletter }) => ({
      cadences: cadencesInWords(cadences, language),
      time: timeInWords(askedAt, newsletter.zone, language),
    }),
    paragraphs: () => ['what', 'asked'],
    button: { label: 'button', path: 'confirm', slot: 'confirm' },
    after: ['lasts', 'notYou'],
    links: [{ label: 'block', path: 'not-me', slot: 'notMe' }],
  }),

  reminder: noticeEmail({
    key: 'reminder',
    variables: Letter.extend({ cadences: Cadences }),
    subscribed: false,
    values: ({ cadences, language }) => ({ cadences: cadencesInWords(cadences, language) }),
    paragraphs: () => ['what', 'missing'],
    button: { label: 'button', path: 'confirm', slot: 'confirm' },
    after: ['lasts', 'notYou'],
    links: [{ label: 'block', path: 'not-me', slot: 'notMe' }],
  }),

  'already-subscribed': noticeEmail({
    key: 'alreadySubscribed',
    variables: Letter,
    subscribed: true,
    paragraphs: () => ['what', 'missing'],
    links: [{ label: 'change', path: 'preferences', slot: 'preferences' }],
  }),

  welcome: noticeEmail({
    key: 'welcome',
    variables: Welcome,
    subscribed: true,
    values: ({ cadences, nextDigestAt, language, newsletter }) => ({
      cadences: cadencesInWords(cadences, language),
      time: nextDigestAt === null ? '' : timeInWords(nextDigestAt, newsletter.zone, language),
    }),
    paragraphs: ({ nextDigestAt }) => ['what', ...(nextDigestAt === null ? [] : ['next']), 'contacts'],
    button: { label: 'button', path: 'welcome', slot: 'welcome' },
    pages: ({ latest, language }) =>
      latest === null ? [] : [{ label: t(language, 'email.welcome.latest', { subject: latest.subject }), url: latest.url }],
    links: [{ label: 'change', path: 'preferences', slot: 'preferences' }],
  }),

  goodbye: noticeEmail({
    key: 'goodbye',
    variables: Letter,
    subscribed: false,
    paragraphs: () => ['what', 'thanks'],
    pages: ({ publicUrl, language }) => [{ label: t(language, 'email.goodbye.data'), url: publicLink(publicUrl, '/data') }],
    links: [{ label: 'undo', path: 'u', slot: 'unsubscribe' }],
  }),

  'sign-in': noticeEmail({
    key: 'signIn',
    variables: Letter,
    subscribed: false,
    paragraphs: () => ['what'],
    button: { label: 'button', path: 'studio/sign-in', slot: 'signIn' },
    after: ['lasts', 'notYou'],
  }),

  'data-request': noticeEmail({
    key: 'dataRequest',
    variables: Letter,
    subscribed: false,
    paragraphs: () => ['what'],
    button: { label: 'button', path: 'data', slot: 'data' },
    after: ['lasts', 'notYou'],
  }),

  'change-address': noticeEmail({
    key: 'changeAddress',
    variables: Letter,
    subscribed: false,
    paragraphs: () => ['what'],
    button: { label: 'button', path: 'confirm', slot: 'change' },
    after: ['lasts', 'notYou'],
  }),

  'address-changed': noticeEmail({
    key: 'addressChanged',
    variables: Letter,
    subscribed: false,
    paragraphs: () => ['what', 'notYou'],
  }),
} as const;

export type EmailName = keyof typeof emails;
export type NoticeName = Exclude<EmailName, 'digest'>;

/** An email to render: its name and exactly the variables that its row asks for. */
export type RenderRequest = { [Name in EmailName]: { email: Name; variables: z.input<(typeof emails)[Name]['variables']> } }[EmailName];
