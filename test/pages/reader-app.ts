import { openMessageSender } from '#src/outbox/message-sender';
import { answerRequests } from '#src/subscribers/answer-requests';
import { type AppOptions, startApp, type TestApp } from '../support/app.js';
import { linksIn } from '../support/inbox.js';

export interface ReaderApp extends TestApp {
  /** Sends fields as a browser's form does; a list of pairs may repeat a name. */
  post(path: string, fields: Record<string, string> | [string, string][], headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** The workers' turn: answers requests, sends the one-off messages. */
  drain(): Promise<void>;
  /** The path behind a link of the latest mail to `address`, such as `/confirm/`. */
  mailedPath(address: string, start: string): Promise<string>;
  /** Signs up and confirms; returns the unsubscribe path of the welcome mail. */
  join(address: string, fields?: Record<string, string>): Promise<string>;
  /** Everything that is stored, by table: equal before and after when nothing was changed. */
  rows(): Promise<string>;
}

const headersFor = (headers: Record<string, string>) => ({ accept: 'text/html', 'accept-language': 'en', ...headers });

export async function startReaderApp(options: AppOptions = {}): Promise<ReaderApp> {
  const app = await startApp(options);
  const reader: ReaderApp = {
    ...app,
    get: (path, headers = {}) => app.fetch(path, { headers: headersFor(headers) }),
    post: (path, fields, headers = {}) =>
      app.fetch(path, { method: 'POST', body: new URLSearchParams(fields), headers: headersFor(headers) }),
    async drain() {
      const sender = openMessageSender(app.ctx);
      await answerRequests(app.ctx);
      await sender.drain();
      await sender.stop(2_000);
    },
    async mailedPath(address, start) {
      const mail = (await app.inbox.messages(address)).at(-1);
      const link = mail && linksIn(mail, `${app.url}${start}`)[0];
      if (!link) throw new Error(`the latest mail to ${address} has no link to ${start}`);
      return link.slice(app.url.length);
    },
    async join(address, fields = {}) {
      await reader.post('/subscribe', { email: address, ...fields });
      await reader.drain();
      await reader.post(await reader.mailedPath(address, '/confirm/'), {});
      await reader.drain();
      return reader.mailedPath(address, '/u/');
    },
    rows: () => storedRows(app),
  };
  return reader;
}

async function storedRows({ ctx }: TestApp): Promise<string> {
  const tables = [
    'subscriber',
    'subscription',
    'signup_request',
    'consent',
    'consent_payload',
    'suppression',
    'message',
    'confirmation_sent',
    'digest',
  ];
  const parts = [];
  for (const table of tables) {
    const { rows } = await ctx.pool.query(
      `SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS sum, count(*) FROM ${table} AS t`,
    );
    parts.push(`${table} ${JSON.stringify(rows[0])}`);
  }
  return parts.join('\n');
}
