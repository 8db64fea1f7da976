import { sql } from 'kysely';
import { ArticleInput } from '#src/articles/article';
import { storeArticle } from '#src/articles/store-article';
import type { Context } from '#src/context';
import { until } from './play.js';
import type { Chance } from './random.js';

/** People who sign up, people who confirm, and editors who press "send": all at once, at either process of the API. */
export interface Visitors {
  comeAllAtOnce(digestId: string, pending: readonly string[]): Promise<void>;
  post(path: string, body: unknown, method?: 'POST' | 'PUT'): Promise<Response | null>;
  /** How many visits have had their answer. */
  answers(): number;
  /** What was answered with a yes, and is not in the database. */
  brokenPromises(ctx: Context): Promise<string[]>;
  digestState(ctx: Context, digestId: string): Promise<string | undefined>;
}

const signUps = 60;
const triggers = 100;
const atOnce = 10;

export function visitors(at: { ports: readonly number[]; key: string; chance: Chance; confirmLink(id: string): string }): Visitors {
  const { ports, key, chance } = at;
  const signedUp: string[] = [];
  const confirmed: string[] = [];
  const triggered: string[] = [];
  let count = 0;
  let answers = 0;

  /** Null: the process died before it answered. */
  async function post(path: string, body: unknown, method: 'POST' | 'PUT' = 'POST'): Promise<Response | null> {
    count += 1;
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      'x-forwarded-for': `198.51.${count >> 8}.${count & 255}`,
    };
    const url = `http://127.0.0.1:${chance.pick(ports)}${path}`;
    return fetch(url, { method, headers, body: JSON.stringify(body), redirect: 'manual' }).catch(() => null);
  }

  /** Whoever gets no answer tries again, as people do. */
  async function ask(...request: Parameters<Visitors['post']>): Promise<Response | null> {
    let answer: Response | null = null;
    await until(async () => (answer = await post(...request)) !== null, 60_000);
    answers += 1;
    return answer;
  }

  async function signUp(address: string): Promise<void> {
    const answer = await ask('/subscribe', { email: address });
    if (answer?.status === 202) signedUp.push(address);
  }

  async function confirm(id: string): Promise<void> {
    const answer = await ask(`/confirm/${at.confirmLink(id)}`, {});
    if (answer?.status === 303) confirmed.push(id);
  }

  async function trigger(digestId: string): Promise<void> {
    const answer = await ask(`/v1/digests/${digestId}/send`, { holdSeconds: 0 }, 'PUT');
    if (answer?.ok) triggered.push(digestId);
  }

  return {
    post,
    answers: () => answers,
    async comeAllAtOnce(digestId, pending) {
      const visits = [
        ...Array.from({ length: signUps }, (_, n) => () => signUp(`s${n}@example.net`)),
        ...pending.map((id) => () => confirm(id)),
        ...Array.from({ length: triggers }, () => () => trigger(digestId)),
      ];
      const inLine = async (): Promise<void> => {
        while (visits.length > 0) await visits.splice(chance.below(visits.length), 1)[0]?.();
      };
      await Promise.all(Array.from({ length: atOnce }, inLine));
    },
    async brokenPromises({ db }) {
      const asked = await sql<{ address: string }>`SELECT address FROM signup_request`.execute(db);
      const active = await sql<{ id: string }>`SELECT id FROM subscription WHERE state = 'active'`.execute(db);
      const { rows } = await sql<{ state: string }>`SELECT state FROM digest`.execute(db);
      const lostSignUps = signedUp.filter((address) => !asked.rows.some((row) => row.address === address));
      const lostConfirmations = confirmed.filter((id) => !active.rows.some((row) => row.id === id));
      return [
        signedUp.length === 0 && 'no sign-up was answered: the round proves nothing',
        confirmed.length === 0 && 'no confirmation was answered: the round proves nothing',
        lostSignUps.length > 0 && `I9: ${lostSignUps.length} sign-ups were answered and are not there`,
        lostConfirmations.length > 0 && `I9: ${lostConfirmations.length} confirmations were answered and are not there`,
        triggered.length === 0 && 'no trigger was answered: the round proves nothing',
        rows.length !== 1 && `I9: ${rows.length} digests`,
        rows[0]?.state === 'draft' && 'I9: the digest was triggered and is a draft',
      ].filter((fault) => fault !== false);
    },
    async digestState({ db }, digestId) {
      return (await db.selectFrom('digest').select('state').where('id', '=', digestId).executeTakeFirst())?.state;
    },
  };
}

/** Who has signed up and not confirmed yet: ids of their subscriptions. */
export async function pendingReaders({ db }: Context, count: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH person AS (INSERT INTO subscriber (address, state) SELECT 'c' || n || '@example.com', 'pending' FROM generate_series(1, ${count}) AS n RETURNING id)
    INSERT INTO subscription (subscriber_id, newsletter_id, state, language)
    SELECT id, (SELECT id FROM newsletter WHERE slug = 'israel-briefing'), 'pending', 'en' FROM person RETURNING id`.execute(db);
  return rows.map(({ id }) => id);
}

export async function draftDigest({ post }: Visitors, ctx: Context): Promise<string> {
  const article = {
    headline: 'Rain, at last, in the Arava',
    description: 'Forty millimetres fell in one night. The farmers of the valley had waited for it since the spring.',
    url: 'https://news.example.org/arava',
    datePublished: new Date(ctx.now().getTime() - 60_000).toISOString(),
    inLanguage: 'en',
    articleBody: ['Forty millimetres fell in one night.', 'The farmers of the valley had waited for it since the spring.'],
  };
  await storeArticle(ctx, 'arava', ArticleInput.parse(article));
  const digest = {
    newsletter: 'israel-briefing',
    subject: 'Rain, at last, in the Arava',
    preheader: 'What forty millimetres in one night mean for the valley and for its farmers',
    articles: ['arava'],
  };
  let id = '';
  await until(async () => {
    const answer = await post('/v1/digests', digest);
    if (answer?.status === 201) id = ((await answer.json()) as { id: string }).id;
    return id !== '';
  }, 40_000);
  return id;
}
