/** The masthead's date in the newsletter's zone: weekday with the Gregorian date, and the Hebrew date. Needs no calendar library. */
export function dateline(date: string, zone: string, language: string): { gregorian: string; hebrew: string } {
  const day = new Date(date);
  const gregorian = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'full', timeZone: zone });
  const hebrew = new Intl.DateTimeFormat(`${language}-u-ca-hebrew`, { dateStyle: 'long', timeZone: zone });
  return { gregorian: withoutWeekdayComma(gregorian.format(day), language), hebrew: hebrew.format(day) };
}

/** ICU versions differ here for English: "Sunday 22 November" and "Sunday, 22 November". */
function withoutWeekdayComma(text: string, language: string): string {
  return language === 'en' ? text.replace(/^(\w+),? /, '$1 ') : text;
}
