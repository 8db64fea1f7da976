import type { Request } from 'express';
import type { Actor } from '#src/accounts/actor';
import { readKey } from '#src/accounts/read-key';
import type { Scope } from '#src/accounts/scopes';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { callerNetwork } from '#src/http/pages/caller-ip';
import { createFailureLimit } from '#src/http/failure-limit';

export interface Access {
  /** The holder of the Bearer key, who must have `scope`. */
  actorOf(request: Request, scope: Scope): Promise<Actor>;
}

export function createAccess(ctx: Context): Access {
  const countFailure = createFailureLimit();
  return {
    async actorOf(request, scope) {
      const key = bearerOf(request);
      const actor = await readKey(ctx, key);
      if (!actor) {
        if (key !== '') countFailure(callerNetwork(request), ctx.now());
        throw new Refusal('not-signed-in', 'Send a living key: Authorization: Bearer ib_live_…');
      }
      if (!actor.scopes.has(scope)) throw new Refusal('not-allowed', `The key lacks the scope ${scope}.`, { extra: { scope } });
      return actor;
    },
  };
}

/** RFC 6750 §2.1; the scheme's name in any case (RFC 9110 §11.1). A key in the query is not looked at: it would stand in logs. */
function bearerOf(request: Request): string {
  return /^bearer +(\S{1,200})$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
}
