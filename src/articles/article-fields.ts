import { z } from 'zod';
import { plainText } from '#src/articles/plain-text';

/** One line of plain text, possibly empty. The limit holds before and after markup is taken out. */
export function text(limit: number) {
  return z.string().max(limit).transform(plainText);
}

/** One line that says something. */
export function line(limit: number) {
  return text(limit).pipe(z.string().min(1, 'is empty'));
}

/** Lines without the empty ones. */
export function list(count: number, limit: number) {
  return z
    .array(text(limit))
    .max(count)
    .transform((lines) => lines.filter((each) => each !== ''));
}

const Person = z.strictObject({ '@type': z.string().max(100).optional(), name: z.string(), url: z.string().max(2_000).optional() });

/** Names as schema.org allows them: one or several, words or `{name}`; words separated by commas are several. */
export function names(count: number, limit: number) {
  const one = z.union([z.string(), Person]);
  return z
    .union([z.string(), Person, z.array(one)])
    .transform((given) => (Array.isArray(given) ? given.map(nameOf) : nameOf(given).split(',')))
    .pipe(list(count, limit));
}

function nameOf(given: string | z.infer<typeof Person>): string {
  return typeof given === 'string' ? given : given.name;
}

export const webUrl = address(/^https?$/, 'is no http or https address');
export const httpsUrl = address(/^https$/, 'is no https address');

function address(protocol: RegExp, error: string) {
  return z
    .string()
    .max(2_000)
    .pipe(z.url({ protocol, error }))
    .transform((url) => new URL(url))
    .refine((url) => url.username === '' && url.password === '', 'holds a password')
    .transform((url) => url.href)
    .pipe(z.string().max(2_000));
}

const rfc3339 = /^(19|20|21)\d\d-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/;

/** A moment, RFC 3339 with its offset, kept to the second. */
export const instant = z
  .string({ error: (issue) => (issue.input === undefined ? 'is missing: a time such as 2025-10-06T06:48:00Z' : undefined) })
  .max(40)
  .regex(rfc3339, 'is no time such as 2025-10-06T06:48:00Z')
  .transform((written) => new Date(written))
  .refine((moment) => !Number.isNaN(moment.getTime()), 'is no time that any calendar has')
  .transform((moment) => new Date(Math.floor(moment.getTime() / 1000) * 1000));

/** BCP 47, in its canonical spelling. */
export const language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z\d]{1,8})*$/, 'is no language such as en or he')
  .refine((tag) => isWellFormed(tag), 'is no language such as en or he')
  .transform((tag) => Intl.getCanonicalLocales(tag)[0] ?? tag);

function isWellFormed(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
