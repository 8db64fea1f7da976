import type { Language } from '#src/locales';
import type { Frame } from '#src/http/pages/view';
import type { DigestLink, PageName, PageVariables } from '#src/http/pages/page-variables';

/** Every page in every state that a reader can meet, by a name for screenshots and test titles. */
export interface PageState<Name extends PageName = PageName> {
  state: string;
  page: Name;
  variables: PageVariables[Name];
}

export function pageStates(language: Language): PageState[] {
  return [
    state('subscribe', 'subscribe', subscribe(language)),
    state('subscribe with a wrong address', 'subscribe', {
      ...subscribe(language),
      email: 'anna@',
      faults: [{ field: 'email', code: 'emailFormat' }],
    }),
    state('subscribe with a likely slip', 'subscribe', {
      ...subscribe(language),
      email: 'anna@homtail.com',
      suggestion: 'anna@hotmail.com',
    }),
    state('subscribe with a disposable address', 'subscribe', { ...subscribe(language), email: 'anna@mailinator.com', disposable: true }),
    state('subscribe, against robots', 'subscribe', {
      ...subscribe(language),
      email: 'anna@example.com',
      days: 'Sunday to Friday',
      challenge: '1-2-3-4',
      robots: { patience: '0-1-2', seconds: 20, pressesItself: false },
    }),
    state('subscribe, press again', 'subscribe', { ...subscribe(language), email: 'anna@example.com', pressAgain: true }),
    state('subscribe, too many', 'subscribe', {
      ...subscribe(language),
      email: 'anna@example.com',
      trouble: { kind: 'tooMany', minutes: 12 },
    }),
    state('subscribe, unavailable', 'subscribe', { ...subscribe(language), email: 'anna@example.com', trouble: { kind: 'unavailable' } }),
    state('subscribe, closed', 'subscribe-closed', { newsletterName: 'Israel Briefing' }),
    state('check the inbox', 'check-inbox', checkInbox),
    state('check the inbox, unknown browser', 'check-inbox', {}),
    state('check the inbox, sent again', 'check-inbox', { ...checkInbox, sentAgainAt: now }),
    state('check the inbox, too soon', 'check-inbox', { ...checkInbox, tooSoon: true, againFrom: now }),
    state('confirm', 'confirm', { action: '/confirm/token', maskedAddress, newsletterName, pressesItself: false }),
    state('welcome', 'welcome', welcome),
    state('welcome, latest asked for', 'welcome', { ...welcome, latestAsked: true }),
    state('welcome before the first digest', 'welcome', { ...welcome, latest: undefined, nextAt: undefined }),
    state('unsubscribe', 'unsubscribe', unsubscribe),
    state('unsubscribe, undone', 'unsubscribe', { ...unsubscribe, after: 'undone' }),
    state('unsubscribe, paused', 'unsubscribe', { ...unsubscribe, after: 'paused', pausedUntil: now }),
    state('unsubscribed', 'unsubscribed', unsubscribed),
    state('unsubscribed before', 'unsubscribed', { ...unsubscribed, fresh: false, undoable: false }),
    state('unsubscribed, thanked', 'unsubscribed', { ...unsubscribed, fresh: false, reasonThanked: true }),
    state('preferences', 'preferences', preferences(language)),
    state('preferences saved', 'preferences', { ...preferences(language), saved: true, changeAsked: true }),
    state('preferences with faults', 'preferences', {
      ...preferences(language),
      pausedUntil: '2020-01-01',
      newEmail: 'anna@',
      faults: [
        { field: 'newsletter-israel-briefing', code: 'nothingChosen' },
        { field: 'pausedUntil', code: 'pauseDate' },
        { field: 'newEmail', code: 'emailFormat' },
      ],
    }),
    state('preferences, stale', 'preferences', { ...preferences(language), stale: true, dataAsked: true }),
    state('preferences by an old link', 'preferences', {
      ...preferences(language),
      mayMove: false,
      faults: [{ field: 'newEmail', code: 'linkTooOld' }],
    }),
    state('change of address', 'change-address', { action: '/change/token', maskedAddress }),
    state('address changed', 'address-changed', { maskedAddress }),
    state('archive', 'archive', {
      months: [
        { startsAt: now, digests },
        { startsAt: new Date('2026-10-01'), digests },
      ],
      search: '',
      olderPath: '/digests?before=1-1',
      newestPath: '/digests',
    }),
    state('archive, nothing yet', 'archive', { months: [], search: '', firstAt: now }),
    state('archive, nothing found', 'archive', { months: [], search: 'tomatoes' }),
    state('article', 'article', article),
    state('article in the other language', 'article', { ...article, ...hebrewArticle }),
    state('no such digest', 'digest-missing', { withdrawn: false, latest: digests }),
    state('digest withdrawn', 'digest-missing', { withdrawn: true, latest: digests }),
    state('data', 'data', { email: '', asked: false, faults: [] }),
    state('data with a wrong address', 'data', { email: 'x', asked: false, faults: [{ field: 'email', code: 'emailFormat' }] }),
    state('data asked for', 'data', { email: '', asked: true, faults: [] }),
    state('data link', 'data-link', { ...dataLink, faults: [] }),
    state('data link, not sure', 'data-link', { ...dataLink, faults: [{ field: 'sure', code: 'sure' }] }),
    state('erased', 'erased', {}),
    state('not me', 'not-me', { action: '/not-me/token', maskedAddress, done: false }),
    state('not me, done', 'not-me', { action: '/not-me/token', maskedAddress, done: true }),
    ...(['confirm', 'preferences', 'data', 'undo'] as const).map((purpose) =>
      state(`expired ${purpose} link`, 'link-expired', { action: '/x/token', purpose, sent: false }),
    ),
    state('expired link, new one sent', 'link-expired', { action: '/x/token', purpose: 'confirm', sent: true }),
    state('unknown link', 'link-unknown', { faults: [], email: '' }),
    state('link of a test mail', 'link-inert', {}),
    state('embed', 'embed', { publicUrl: 'https://briefing.example.org', newsletter: newsletter(language) }),
    ...([403, 404, 410, 413, 422, 429, 503] as const).map((status) =>
      state(`error ${status}`, 'error', { status, requestId: 'req-4f2a9c', retryMinutes: 7, latest: status === 404 ? digests : [] }),
    ),
  ];
}

export const now = new Date('2026-11-22T04:30:00Z');

export function frame(language: Language): Frame {
  return { language, now, query: 'src=article-footer', postalAddress: 'Israel Briefing, 12 Example Street, Jerusalem' };
}

function state<Name extends PageName>(name: string, page: Name, variables: PageVariables[Name]): PageState {
  return { state: name, page, variables };
}

const maskedAddress = 'a•••@example.org';
const newsletterName = 'Israel Briefing';
const sender = 'Israel Briefing <briefing@example.org>';
const digests: DigestLink[] = [
  {
    href: '/digests/2026-11-22-daily',
    subject: 'Cabinet votes on the budget; rain at last in the Negev',
    publishedAt: new Date('2026-11-22T04:30:00Z'),
    zone: 'Asia/Jerusalem',
  },
  {
    href: '/digests/2026-11-20-daily',
    subject: 'הממשלה מצביעה על התקציב; סוף סוף גשם בנגב',
    publishedAt: new Date('2026-11-20T04:30:00Z'),
    zone: 'Asia/Jerusalem',
  },
];

const article: PageVariables['article'] = {
  headline: 'Rain fills the Sea of Galilee to its highest level in years',
  description: 'The lake rose by eleven centimetres in a week.',
  articleLanguage: 'en',
  articleDirection: 'ltr',
  section: 'Weather',
  kind: 'editorial',
  author: 'Rivka Azulay',
  publishedAt: now,
  paragraphs: ['It rained for six days.', 'On the seventh, the sun came out.'],
  subscribePath: '/subscribe?src=article',
};

const hebrewArticle: Partial<PageVariables['article']> = {
  headline: 'הגשם מילא את הכנרת עד למפלס הגבוה מזה שנים',
  articleLanguage: 'he',
  articleDirection: 'rtl',
  kind: 'sponsored',
  paragraphs: ['ירד גשם שישה ימים.'],
};

const newsletter = (language: Language) => ({ slug: 'israel-briefing', name: newsletterName, language });
const hebrewNewsletter = { slug: 'israel-briefing-he', name: 'Israel Briefing בעברית', language: 'he' };

const subscribe = (language: Language): PageVariables['subscribe'] => ({
  newsletter: newsletter(language),
  otherNewsletters: [hebrewNewsletter],
  latest: digests[0],
  email: '',
  source: 'article-footer',
  stamp: 'stamp',
  faults: [],
});

const checkInbox: PageVariables['check-inbox'] = {
  email: 'anna.levi@example.org',
  newsletterName,
  sender,
  subject: 'Confirm your Israel Briefing subscription',
  inbox: { name: 'Gmail', href: 'https://mail.google.com/mail/u/0/#inbox' },
};

const welcome: PageVariables['welcome'] = {
  newsletterName,
  maskedAddress,
  sender: 'briefing@example.org',
  nextAt: new Date('2026-11-23T04:30:00Z'),
  latest: digests[0],
  latestAction: '/welcome/token/latest',
  latestAsked: false,
  preferencesPath: '/preferences/token',
};

const dataLink = { action: '/data/token', maskedAddress, preferencesPath: '/preferences/token', unsubscribePath: '/u/token' };

const unsubscribe: PageVariables['unsubscribe'] = {
  action: '/u/token',
  maskedAddress,
  newsletterName,
  preferencesPath: '/preferences/token',
};

const unsubscribed: PageVariables['unsubscribed'] = {
  action: '/u/token',
  maskedAddress,
  newsletterName,
  fresh: true,
  undoable: true,
  reasonThanked: false,
  subscribePath: '/subscribe?newsletter=israel-briefing',
  faults: [],
};

const preferences = (language: Language): PageVariables['preferences'] => ({
  action: '/preferences/token',
  maskedAddress,
  version: '3',
  newsletters: [
    { ...newsletter(language), subscribed: true, cadences: { breaking: false, daily: true, weekly: false } },
    { ...hebrewNewsletter, subscribed: false, cadences: { breaking: false, daily: false, weekly: false } },
  ],
  pausedUntil: '',
  pauseFrom: '2026-11-23',
  pauseTo: '2027-11-22',
  readerLanguage: language,
  languages: ['en', 'he'],
  mayMove: true,
  newEmail: '',
  unsubscribePath: '/u/token',
  saved: false,
  changeAsked: false,
  dataAsked: false,
  stale: false,
  faults: [],
});
