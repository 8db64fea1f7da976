import type { CaughtMail } from '#src/catcher/read-inbox';
import { developerPage } from '#src/http/developer-page';
import { escapeHtml } from '#src/http/pages/escape-html';

/** The mail catcher's pages. */
export function inboxPage(mails: readonly CaughtMail[]): string {
  const items = mails.map(
    (mail) => `<li><p class="list-title"><a href="/inbox/${mail.id}">${subjectOf(mail)}</a></p>
<p class="small muted"><bdi>${escapeHtml(mail.envelope.to.join(', '))}</bdi> · ${received(mail)}</p></li>`,
  );
  const list = mails.length === 0 ? '<p>No message yet.</p>' : `<ul class="list">\n${items.join('\n')}\n</ul>`;
  return developerPage('Inbox', `<h1>Inbox</h1>\n${list}`, { isPublic: false });
}

export function mailPage(mail: CaughtMail): string {
  const headers = Object.entries(mail.headers).map(([name, value]) => `${escapeHtml(name)}: <bdi>${escapeHtml(value)}</bdi>`);
  return developerPage(
    mail.subject || noSubject,
    `<p class="row"><a href="/inbox">All messages</a> <a href="/inbox/${mail.id}.eml">As .eml</a></p>
<h1>${subjectOf(mail)}</h1>
<dl class="definition">
<dt>Envelope from</dt><dd><bdi>${escapeHtml(mail.envelope.from || '(null path)')}</bdi></dd>
<dt>Envelope to</dt><dd><bdi>${escapeHtml(mail.envelope.to.join(', '))}</bdi></dd>
<dt>Received</dt><dd>${received(mail)}</dd>
</dl>
<h2>HTML</h2>
${mail.html === '' ? '<p class="muted">The message has none.</p>' : frameOf(mail)}
<h2>Text</h2>
${mail.text === '' ? '<p class="muted">The message has none.</p>' : `<pre dir="auto"${languageOf(mail)}>${escapeHtml(mail.text)}</pre>`}
<h2>Headers</h2>
<pre>${headers.join('\n')}</pre>`,
    { isPublic: false },
  );
}

const noSubject = '(no subject)';

/** Its own direction and language inside an English page. */
function subjectOf(mail: CaughtMail): string {
  return mail.subject === '' ? noSubject : `<bdi${languageOf(mail)}>${escapeHtml(mail.subject)}</bdi>`;
}

function languageOf({ headers }: CaughtMail): string {
  const named = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.exec(headers['content-language'] ?? '')?.[0];
  return named === undefined ? '' : ` lang="${named}"`;
}

function received({ receivedAt }: CaughtMail): string {
  return `<time datetime="${receivedAt}">${receivedAt.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function frameOf({ id }: CaughtMail): string {
  return `<iframe class="mail" title="The message as HTML" src="/inbox/${id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
}
