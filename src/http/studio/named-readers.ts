import type { Request } from 'express';
import type { Context } from '#src/context';
import { asked } from '#src/http/studio/form';
import type { NamedReaders } from '#src/http/studio/studio-variables';
import { listDeliveries } from '#src/outbox/list-deliveries';

/** How many the page names of each kind at once. */
export const mostNamed = 100;

/** The readers in that state who follow the one whom the address names under the state: `?unknown=123`; from the first when nobody follows. */
export async function nameReaders(ctx: Context, request: Request, digestId: string, state: 'rejected' | 'unknown'): Promise<NamedReaders> {
  const after = lastNamed(request, state);
  const found = await listDeliveries(ctx.db, digestId, { state, after: after ?? undefined, limit: mostNamed + 1 });
  if (found.length > 0 || after === null) return pageOf(found, after);
  return pageOf(await listDeliveries(ctx.db, digestId, { state, limit: mostNamed + 1 }), null);
}

function pageOf(found: NamedReaders['rows'], after: string | null): NamedReaders {
  const rows = found.slice(0, mostNamed);
  return { rows, after, next: found.length > mostNamed ? (rows.at(-1)?.subscriberId ?? null) : null };
}

/** The last reader of the page before; null for the first page. */
export function lastNamed(request: Request, state: 'rejected' | 'unknown'): string | null {
  return /^\d{1,18}$/.exec(asked(request, state))?.[0] ?? null;
}
