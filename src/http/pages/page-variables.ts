import type { Language } from '#src/locales';

/** A wrong field: `code` is a key below `page.fault` in the locales; `values` fill it. */
export interface FieldFault {
  field: string;
  code: string;
}

export interface DigestLink {
  href: string;
  subject: string;
  publishedAt: Date;
  /** The clock of its newsletter. */
  zone: string;
}

export interface NewsletterChoice {
  slug: string;
  name: string;
  language: Language;
}

export interface Cadences {
  breaking: boolean;
  daily: boolean;
  weekly: boolean;
}

/** What each page needs beside the frame. One entry a template in `templates/pages/`. */
export interface PageVariables {
  subscribe: {
    newsletter: NewsletterChoice;
    otherNewsletters: NewsletterChoice[];
    latest?: DigestLink | undefined;
    /** Kept input; empty at first. */
    email: string;
    source: string;
    /** Proves when the form was shown. */
    stamp: string;
    faults: FieldFault[];
    /** "Did you mean …?": the whole address with the likelier domain. */
    suggestion?: string | undefined;
    /** A mailbox that lasts for minutes: a word of warning. */
    disposable?: boolean;
    /** The days on which it comes, in words; undefined without a daily schedule. */
    days?: string | undefined;
    /** The sum that a browser must do, when the operator wants one. */
    challenge?: string | undefined;
    /** The sum was not done: the page does it and presses its own button, or the visitor waits. */
    robots?: { patience: string; seconds: number; pressesItself: boolean } | undefined;
    /** The form came back faster than a person types, or filled the trap: press once more. */
    pressAgain?: boolean;
    /** Too many from this network, or the database is away; the address is kept. */
    trouble?: { kind: 'tooMany'; minutes: number } | { kind: 'unavailable' } | undefined;
  };
  'subscribe-closed': { newsletterName: string };
  'check-inbox': {
    /** Known from the sign-up cookie only. */
    email?: string | undefined;
    newsletterName?: string | undefined;
    sender?: string | undefined;
    subject?: string | undefined;
    inbox?: { name: string; href: string } | undefined;
    sentAgainAt?: Date | undefined;
    /** From when on "send again" is honoured. */
    againFrom?: Date | undefined;
    tooSoon?: boolean;
  };
  confirm: { action: string; maskedAddress: string; newsletterName: string; pressesItself: boolean };
  welcome: {
    newsletterName: string;
    maskedAddress: string;
    sender: string;
    nextAt?: Date | undefined;
    latest?: DigestLink | undefined;
    latestAction: string;
    latestAsked: boolean;
    preferencesPath: string;
  };
  unsubscribe: {
    action: string;
    maskedAddress: string;
    newsletterName: string;
    preferencesPath: string;
    after?: 'undone' | 'paused' | undefined;
    pausedUntil?: Date | undefined;
  };
  unsubscribed: {
    action: string;
    maskedAddress: string;
    newsletterName: string;
    /** True right after the press, false when the page is opened again later. */
    fresh: boolean;
    undoable: boolean;
    reasonThanked: boolean;
    subscribePath: string;
    faults: FieldFault[];
  };
  preferences: {
    action: string;
    maskedAddress: string;
    version: string;
    newsletters: (NewsletterChoice & { subscribed: boolean; cadences: Cadences })[];
    pausedUntil: string;
    pauseFrom: string;
    pauseTo: string;
    readerLanguage: Language;
    languages: readonly Language[];
    /** Whether the link is fresh enough to name a new address; else a mail with a fresh one is offered. */
    mayMove: boolean;
    newEmail: string;
    unsubscribePath: string;
    saved: boolean;
    changeAsked: boolean;
    dataAsked: boolean;
    stale: boolean;
    faults: FieldFault[];
  };
  'address-changed': { maskedAddress: string };
  'change-address': { action: string; maskedAddress: string };
  archive: {
    months: { startsAt: Date; digests: DigestLink[] }[];
    search: string;
    firstAt?: Date | undefined;
    olderPath?: string | undefined;
    newestPath?: string | undefined;
  };
  article: {
    headline: string;
    description: string;
    articleLanguage: string;
    articleDirection: 'ltr' | 'rtl';
    section: string | null;
    kind: 'editorial' | 'sponsored' | 'appeal';
    author: string;
    publishedAt: Date;
    paragraphs: string[];
    subscribePath: string;
  };
  'digest-missing': { withdrawn: boolean; latest: DigestLink[] };
  data: { email: string; asked: boolean; faults: FieldFault[] };
  'data-link': { action: string; maskedAddress: string; preferencesPath: string; unsubscribePath: string; faults: FieldFault[] };
  erased: object;
  'not-me': { action: string; maskedAddress: string; done: boolean };
  'link-expired': { action: string; purpose: 'confirm' | 'preferences' | 'data' | 'undo'; sent: boolean };
  'link-unknown': { faults: FieldFault[]; email: string };
  'link-inert': object;
  embed: { publicUrl: string; newsletter: NewsletterChoice };
  error: { status: ErrorStatus; requestId: string; retryMinutes?: number | undefined; latest: DigestLink[] };
}

export const errorStatuses = [403, 404, 410, 413, 422, 429, 503] as const;
export type ErrorStatus = (typeof errorStatuses)[number];
export type PageName = keyof PageVariables;
