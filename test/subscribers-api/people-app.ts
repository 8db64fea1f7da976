import { type Answer, type AppOptions } from '../support/app.js';
import { type ReaderApp, startReaderApp } from '../pages/reader-app.js';

export interface PeopleApp extends ReaderApp {
  /** Uploads a list; the query may say more or otherwise. */
  importList(csv: string | Buffer, query?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Adds somebody with a consent of 2025; returns the answer. */
  add(email: string, more?: Record<string, unknown>): Promise<Answer>;
  /** The state of the person with this address; undefined when there is none. */
  stateOf(email: string): Promise<string | undefined>;
}

export const consent = { source: 'event of May 2025', wording: 'Yes, send me the briefing.', at: '2025-05-01T10:00:00Z' };

export async function startPeopleApp(options: AppOptions = {}): Promise<PeopleApp> {
  const app = await startReaderApp(options);
  return {
    ...app,
    async importList(csv, query = {}, headers = {}) {
      const words = new URLSearchParams({ newsletter: 'israel-briefing', consentSource: 'fair of 2024', ...query });
      const response = await app.fetch(`/v1/imports?${words.toString()}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${app.key}`, 'content-type': 'text/csv', ...headers },
        body: typeof csv === 'string' ? csv : new Uint8Array(csv),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    add: (email, more = {}) => app.api('POST', '/v1/subscribers', { email, newsletter: 'israel-briefing', consent, ...more }),
    async stateOf(email) {
      const answer = await app.api('GET', `/v1/subscribers?q=${encodeURIComponent(email)}`);
      return (answer.body.items as { email: string; state: string }[]).find((one) => one.email === email)?.state;
    },
  };
}
