import express, { type Request } from 'express';

/** The studio's forms: flat, and as long as a pasted article. */
export const readForm = express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 500 });

/** One field of the form, without control characters but for line ends; empty when absent. */
export function field(request: Request, name: string): string {
  return fields(request, name)[0] ?? '';
}

/** A field that may come several times, such as ticked boxes. */
export function fields(request: Request, name: string): string[] {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((each) => typeof each === 'string').map((each) => each.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n]/gu, ''));
}

/** A word of the query, cut to a sensible length. */
export function asked(request: Request, name: string): string {
  const value = request.query[name];
  return typeof value === 'string'
    ? value
        .replace(/\p{Cc}/gu, '')
        .trim()
        .slice(0, 200)
    : '';
}
