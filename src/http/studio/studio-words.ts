import type { Check } from '#src/digests/check-digest';
import { escapeHtml } from '#src/http/pages/escape-html';
import { directionOf, type Language, t, wordOf } from '#src/locales';
import { spellOut } from '#src/rules/spell-out';

type Values = Record<string, string | number>;

/** The text functions that a studio template sees, bound to the editor's language; keys are below `studio.` in the locales. */
export interface StudioWords {
  direction: 'ltr' | 'rtl';
  t(key: string, values?: Values): string;
  /** HTML: everything escaped, each value in bold and isolated, so that an address or a headline keeps its direction. */
  rich(key: string, values: Values): string;
  /** A word of a closed list, such as `state`, that may come from a newer version: its text, or the bare word. */
  word(list: string, word: string): string;
  /** What a check found, where, and what to do; what it quotes keeps its own direction. */
  spell(check: Check): Record<'place' | 'message' | 'remedy', string>;
  languageName(code: Language): string;
  directionOf(language: string): 'ltr' | 'rtl';
  number(value: number): string;
  /** Clocks of the zone that is said: an editor may sit in another. */
  day(at: Date, zone: string): string;
  time(at: Date, zone: string): string;
  moment(at: Date, zone: string): string;
  /** "in 9 h 12 min", "3 min ago". */
  fromNow(at: Date, now: Date): string;
}

export function studioWords(language: Language): StudioWords {
  const region = language === 'en' ? 'en-GB' : language;
  const clock = (options: Intl.DateTimeFormatOptions) => (at: Date, zone: string) =>
    new Intl.DateTimeFormat(region, { timeZone: zone, ...options }).format(at);
  const say = (key: string, values: Values = {}): string => t(language, `studio.${key}`, values);
  return {
    direction: directionOf(language),
    t: say,
    rich: (key, values) => enrich(say(key, marked(values)), values),
    word: (list, word) => wordOf(language, `studio.${list}`, word),
    spell: (check) => spellOut(check, language, isolate),
    languageName: (code) => t(code, 'page.languageName'),
    directionOf,
    number: (value) => new Intl.NumberFormat(region).format(value),
    day: clock({ weekday: 'long', day: 'numeric', month: 'long' }),
    time: clock({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    moment: clock({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    fromNow: (at, now) => {
      const minutes = Math.round((at.getTime() - now.getTime()) / 60_000);
      return say(minutes >= 0 ? 'inTime' : 'agoTime', { span: span(Math.abs(minutes), say) });
    },
  };
}

/** First strong isolate … pop directional isolate: text that a template escapes. */
function isolate(words: string): string {
  return `\u2068${words}\u2069`;
}

function span(minutes: number, say: StudioWords['t']): string {
  if (minutes < 60) return say('span.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say('span.hours', { hours, minutes: minutes % 60 });
  return say('span.days', { days: Math.round(hours / 24) });
}

/** Private-use characters stand around a value's name while the sentence is escaped. */
function marked(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value : `\u{E000}${name}\u{E001}`]),
  );
}

function enrich(sentence: string, values: Values): string {
  return escapeHtml(sentence).replace(
    /\u{E000}(\w+)\u{E001}/gu,
    (_, name: string) => `<bdi class="value">${escapeHtml(String(values[name] ?? ''))}</bdi>`,
  );
}
