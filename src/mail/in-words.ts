import { t, type Language } from '#src/locales';

/** "once a day and once a week". */
export function cadencesInWords(cadences: readonly string[], language: Language): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(cadences.map((cadence) => t(language, `email.cadence.${cadence}`)));
}

/** "22 November 2026 at 06:30", on the newsletter's clock. */
export function timeInWords(moment: string, zone: string, language: Language): string {
  const format = {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'longGeneric',
  } as const;
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, format).format(new Date(moment));
}
