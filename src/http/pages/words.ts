import { directionOf, t, type Language, wordOf } from '#src/locales';
import { escapeHtml } from '#src/http/pages/escape-html';
import { dateline } from '#src/mail/dateline';

type Values = Record<string, string | number | Date>;

/** The text functions a template sees, bound to its language; keys are below `page.` in `templates/locales/`. */
export interface Words {
  direction: 'ltr' | 'rtl';
  /** Plain text. */
  t(key: string, values?: Values): string;
  /** A word of a closed list, such as an article's kind, that may come from a newer version: its text, or the bare word. */
  word(list: string, word: string): string;
  /** HTML: the text escaped, each value escaped, bold and isolated, so that an address keeps its direction inside Hebrew. */
  rich(key: string, values: Record<string, string>): string;
  /** The name of a language in that language. */
  languageName(code: Language): string;
  /** By the page's clock, or another. */
  date(value: Date | string, zone?: string): string;
  dateTime(value: Date | string): string;
  month(value: Date | string): string;
  time(value: Date | string): string;
  /** The name of the page's clock at that moment: "Israel Time". */
  clock(value: Date): string;
  /** The masthead's line, as in the mails: weekday and day, Gregorian and Hebrew. */
  dateline(value: Date): string;
  number(value: number): string;
}

/** `zone`: the clock by which the page tells the time, its newsletter's. */
export function wordsIn(language: Language, zone: string): Words {
  const format =
    (options: Intl.DateTimeFormatOptions) =>
    (value: Date | string, timeZone = zone): string =>
      new Intl.DateTimeFormat(regionOf(language), { timeZone, ...options }).format(new Date(value));
  return {
    direction: directionOf(language),
    t: (key, values) => t(language, `page.${key}`, values),
    word: (list, word) => wordOf(language, `page.${list}`, word),
    rich: (key, values) => richText(t(language, `page.${key}`, marked(values)), values),
    languageName: (code) => t(code, 'page.languageName'),
    date: format({ day: 'numeric', month: 'long', year: 'numeric' }),
    dateTime: format({ weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    month: format({ month: 'long', year: 'numeric' }),
    time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    clock: (value) => clockName(language, zone, value),
    dateline: (value) => Object.values(dateline(value.toISOString(), zone, language)).join(' · '),
    number: (value) => new Intl.NumberFormat(regionOf(language)).format(value),
  };
}

function clockName(language: Language, timeZone: string, value: Date): string {
  const parts = new Intl.DateTimeFormat(regionOf(language), { timeZone, timeZoneName: 'longGeneric' }).formatToParts(value);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

function regionOf(language: Language): string {
  return language === 'en' ? 'en-GB' : language;
}

/** Private-use characters stand around a value's name while the sentence is escaped. */
function marked(values: Record<string, string>): Values {
  return Object.fromEntries(Object.keys(values).map((name) => [name, `\u{E000}${name}\u{E001}`]));
}

function richText(sentence: string, values: Record<string, string>): string {
  return escapeHtml(sentence).replace(
    /\u{E000}(\w+)\u{E001}/gu,
    (_, name: string) => `<bdi class="value">${escapeHtml(values[name] ?? '')}</bdi>`,
  );
}
