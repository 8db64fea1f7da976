import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { readCookie } from '#src/http/read-cookie';
import { readLink, writeLink } from '#src/links';
import { findRequest, type SignUpRequest } from '#src/subscribers/find-request';

const name = 'sign-up';
const maxAge = 3 * 24 * 3_600_000; // as long as a confirmation link lives

/** Names the request and nothing else: a browser that holds it asked, so it may see what it typed and confirm with one click less. */
export function setSignUpCookie(ctx: Context, response: Response, requestId: string): void {
  response.cookie(name, writeLink(ctx.config.keys, 'signUpCookie', requestId, ctx.now()), {
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.config.publicUrl.startsWith('https:'),
    path: '/',
    maxAge,
  });
}

export async function readSignUpCookie(ctx: Context, request: Request): Promise<SignUpRequest | null> {
  const reading = readLink(ctx.config.keys, 'signUpCookie', readCookie(request, name) ?? '', ctx.now());
  return reading.ok ? findRequest(ctx.db, reading.subject) : null;
}
