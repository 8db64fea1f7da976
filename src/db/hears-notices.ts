import { randomBytes } from 'node:crypto';
import pg from 'pg';

const patienceMs = 5_000;

/**
 * Whether LISTEN works here: a notice of another connection must arrive. A pooler in transaction mode takes LISTEN and delivers nothing, and then
 * no sender would hear that a reader left.
 */
export async function hearsNotices(databaseUrl: string): Promise<boolean> {
  const [listener, speaker] = [open(databaseUrl), open(databaseUrl)];
  const channel = `briefing_${randomBytes(8).toString('hex')}`;
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.all([listener.connect(), speaker.connect()]);
    const heard = new Promise<boolean>((resolve) => {
      listener.on('notification', () => resolve(true));
      timer = setTimeout(() => resolve(false), patienceMs);
    });
    await listener.query(`LISTEN ${channel}`);
    await speaker.query('SELECT pg_notify($1, $2)', [channel, '']);
    return await heard;
  } finally {
    clearTimeout(timer);
    await Promise.allSettled([listener.end(), speaker.end()]);
  }
}

function open(databaseUrl: string): pg.Client {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'briefing start', connectionTimeoutMillis: patienceMs });
  client.on('error', () => undefined); // the query under way fails too
  return client;
}
