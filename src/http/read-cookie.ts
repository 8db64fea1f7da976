import type { Request } from 'express';

/** The value of a cookie, as it was sent (RFC 6265 §4.2.1); the first, if a name comes twice. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
