import type { Request, RequestHandler, Response } from 'express';
import type { Actor } from '#src/accounts/actor';
import { actorOf, type Editor } from '#src/accounts/editor';
import { readSession } from '#src/accounts/read-session';
import type { Scope } from '#src/accounts/scopes';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { readSessionCookie } from '#src/http/studio/session-cookie';

/** Everything behind it is for people with an account; others are shown where to sign in. */
export function signedInOnly(ctx: Context): RequestHandler {
  return async (request, response, next) => {
    const editor = await readSession(ctx, readSessionCookie(ctx, request) ?? '');
    if (!editor) return response.redirect(303, '/studio/sign-in');
    response.locals['editor'] = editor;
    next();
  };
}

export function editorOf(response: Response): Editor {
  const editor = response.locals['editor'] as Editor | undefined;
  if (!editor) throw new Error('a studio page is served before the editor is known');
  return editor;
}

/** Who acts, if their role may. */
export function actorWith(response: Response, scope: Scope): Actor {
  const actor = actorOf(editorOf(response));
  if (!actor.scopes.has(scope)) throw new Refusal('not-allowed', 'Your role may not do this.');
  return actor;
}

export function mayDo(response: Response, scope: Scope): boolean {
  return actorOf(editorOf(response)).scopes.has(scope);
}

/** The part of a route's path, as text. */
export function pathPart(request: Request, name: string): string {
  return String(request.params[name] ?? '');
}
