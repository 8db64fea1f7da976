import { operator } from '#src/accounts/actor';
import type { Role } from '#src/accounts/editor';
import { inviteEditor } from '#src/accounts/invite-editor';
import { drain } from '../support/drain.js';
import { linksIn } from '../support/inbox.js';
import type { TestApp } from '../support/app.js';

type Fields = Record<string, string> | [string, string][];

/** An editor at a browser without JavaScript: links, forms and a cookie. */
export interface Desk {
  get(path: string, headers?: Record<string, string>): Promise<Page>;
  /** Posts a form and follows where it leads. */
  post(path: string, fields?: Fields, headers?: Record<string, string>): Promise<Page>;
}

export interface Page {
  status: number;
  path: string;
  html: string;
  headers: Headers;
}

/** Invites an editor, follows the mailed link and presses its button. */
export async function openDesk(app: TestApp, { role = 'editor', language = 'en' }: { role?: Role; language?: string } = {}): Promise<Desk> {
  const address = `${role}-${language}@desk.example.org`;
  await inviteEditor(app.ctx, operator, { address, role, language });
  await drain(app.ctx);
  const [mail] = await app.inbox.waitFor(address);
  const [link = ''] = mail ? linksIn(mail, `${app.url}/studio/sign-in/`) : [];
  const answer = await app.fetch(link.slice(app.url.length), { method: 'POST', headers: { origin: app.url } });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

  const request = async (path: string, init: RequestInit): Promise<Page> => {
    const response = await app.fetch(path, {
      ...init,
      headers: { cookie, accept: 'text/html', ...(init.headers as Record<string, string>) },
    });
    const location = response.headers.get('location');
    if (response.status === 303 && location) return request(location, {});
    return { status: response.status, path, html: await response.text(), headers: response.headers };
  };
  return {
    get: (path, headers = {}) => request(path, { headers }),
    post: (path, fields = {}, headers = { origin: app.url }) =>
      request(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
  };
}
