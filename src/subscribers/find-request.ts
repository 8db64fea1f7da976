import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Cadence } from '#src/db/tables';

/** A sign-up, as the browser that made it may see it again. */
export interface SignUpRequest {
  id: string;
  address: string;
  newsletter: { slug: string; name: string; language: string; zone: string };
  cadences: Cadence[];
  language: string;
  source: string | null;
  wording: string;
  hasCookie: boolean;
  askedAt: Date;
}

export async function findRequest(db: Db, requestId: string): Promise<SignUpRequest | null> {
  const { rows } = await sql<SignUpRequest>`
    SELECT request.id, request.address, request.cadences, request.language, request.source, request.wording, request.has_cookie AS "hasCookie",
      request.asked_at AS "askedAt", json_build_object('slug', newsletter.slug, 'name', newsletter.name, 'language', newsletter.language,
        'zone', newsletter.zone) AS newsletter
    FROM signup_request AS request JOIN newsletter ON newsletter.id = request.newsletter_id
    WHERE request.id = ${requestId}`.execute(db);
  return rows[0] ?? null;
}
