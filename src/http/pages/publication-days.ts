import { type Language, t } from '#src/locales';

/** The days on which a newsletter comes, in words: "every day", "Sunday to Friday", "Monday and Thursday". `numbers`: 0 is Sunday. */
export function publicationDays(language: Language, numbers: readonly number[]): string {
  const days = [...new Set(numbers)].toSorted((one, other) => one - other);
  if (days.length === 7) return t(language, 'page.days.every');
  const first = days.find((day) => !days.includes((day + 6) % 7)) ?? 0;
  const run = Array.from(days, (_, n) => (first + n) % 7);
  if (days.length > 2 && run.every((day) => days.includes(day))) {
    return t(language, 'page.days.fromTo', { from: dayName(language, first), to: dayName(language, run.at(-1) ?? first) });
  }
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(days.map((day) => dayName(language, day)));
}

/** The first of January 2023 was a Sunday. */
function dayName(language: Language, day: number): string {
  return new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2023, 0, 1 + day)));
}
