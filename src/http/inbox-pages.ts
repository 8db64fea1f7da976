import type { CaughtMail } from '#src/catcher/read-inbox';
import { assetPath } from '#src/http/pages/asset-path';
import { escapeHtml } from '#src/http/pages/escape-html';

/** The mail catcher's pages: for developers, in English, with the public pages' stylesheet. */
export function inboxPage(mails: readonly CaughtMail[]): string {
  const rows = mails.map(
    (mail) => `<tr><td><a href="/inbox/${mail.id}"><bdi>${escapeHtml(mail.subject || '(no subject)')}</bdi></a></td>
<td><bdi>${escapeHtml(mail.envelope.to.join(', '))}</bdi></td><td><time datetime="${mail.receivedAt}">${mail.receivedAt.slice(0, 19).replace('T', ' ')}</time></td></tr>`,
  );
  const table = `<table><thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Received (UTC)</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
  return frame('Inbox', `<h1>Inbox</h1>\n${mails.length === 0 ? '<p>No message yet.</p>' : table}`);
}

export function mailPage(mail: CaughtMail): string {
  const subject = escapeHtml(mail.subject || '(no subject)');
  const headers = Object.entries(mail.headers).map(([name, value]) => `${name}: ${value}`);
  return frame(
    subject,
    `<p><a href="/inbox">All messages</a> · <a href="/inbox/${mail.id}.eml">As .eml</a></p>
<h1><bdi>${subject}</bdi></h1>
<p>From <bdi>${escapeHtml(mail.envelope.from || '(null path)')}</bdi> to <bdi>${escapeHtml(mail.envelope.to.join(', '))}</bdi></p>
<h2>HTML</h2>
<iframe class="mail" title="The message as HTML" src="/inbox/${mail.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox" width="640" height="800"></iframe>
<h2>Text</h2>
<pre dir="auto">${escapeHtml(mail.text)}</pre>
<h2>Headers</h2>
<pre>${escapeHtml(headers.join('\n'))}</pre>`,
  );
}

function frame(title: string, body: string): string {
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<title>${title} – Israel Briefing</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${assetPath('style.css')}">
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
</head>
<body>
<main class="page page-wide" id="main">
${body}
</main>
</body>
</html>
`;
}
