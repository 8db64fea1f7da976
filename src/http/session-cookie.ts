import type { CookieOptions, Request, Response } from 'express';
import type { Editor } from '#src/accounts/editor';
import { readSession } from '#src/accounts/read-session';
import { sessionMs } from '#src/accounts/sign-in';
import type { Context } from '#src/context';
import { readCookie } from '#src/http/read-cookie';

/** The editor who is signed in with this request's cookie, and the session itself. */
export async function sessionOf(ctx: Context, request: Request): Promise<{ editor: Editor; session: string } | undefined> {
  const session = readCookie(request, cookieName(ctx)) ?? '';
  const editor = await readSession(ctx, session);
  return editor && { editor, session };
}

export function setSession(ctx: Context, response: Response, session: string): void {
  response.cookie(cookieName(ctx), session, { ...cookieOptions(ctx), maxAge: sessionMs });
}

export function clearSession(ctx: Context, response: Response): void {
  response.clearCookie(cookieName(ctx), cookieOptions(ctx));
}

/** `__Host-` binds the cookie to this host and to https (RFC 6265bis §4.1.3.2); on http a browser would refuse it. */
function cookieName({ config }: Context): string {
  return config.publicUrl.startsWith('https:') ? '__Host-session' : 'session';
}

function cookieOptions({ config }: Context): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: config.publicUrl.startsWith('https:') };
}
