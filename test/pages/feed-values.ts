export function repeated(values: string[]): string[] {
  return values.filter((value, place) => values.indexOf(value) !== place);
}

export function isDateTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}

export function isAbsolute(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && /^[a-z][a-z\d+.-]*:[^\s<>"]+$/i.test(text);
}

export function languageIsKnown(tag: string | undefined): boolean {
  return tag === undefined || (/^[a-z]{2,3}(-[A-Za-z\d]{2,8})*$/.test(tag) && Intl.getCanonicalLocales(tag).length === 1);
}
