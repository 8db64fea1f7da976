import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { readCookie } from '#src/http/read-cookie';
import { sessionMs } from '#src/accounts/sign-in';

/** The prefix binds the cookie to this host and to https (RFC 6265bis §4.1.3); on a loopback without TLS browsers would refuse it. */
export function readSessionCookie(ctx: Context, request: Request): string | undefined {
  return readCookie(request, nameOf(ctx));
}

export function setSessionCookie(ctx: Context, response: Response, session: string): void {
  response.cookie(nameOf(ctx), session, { ...attributes(ctx), maxAge: sessionMs });
}

export function clearSessionCookie(ctx: Context, response: Response): void {
  response.clearCookie(nameOf(ctx), attributes(ctx));
}

function nameOf(ctx: Context): string {
  return isHttps(ctx) ? '__Host-studio' : 'studio';
}

function attributes(ctx: Context) {
  return { httpOnly: true, sameSite: 'strict', secure: isHttps(ctx), path: '/' } as const;
}

function isHttps({ config }: Context): boolean {
  return config.publicUrl.startsWith('https:');
}
