import { escapeHtml } from '#src/http/pages/escape-html';
import { inboxRows, type InboxRow } from '#src/http/preview/inbox-rows';
import { addressOf, modes, samples, type View, widths } from '#src/http/preview/view';
import { languages } from '#src/locales';
import type { RenderedEmail } from '#src/mail/render-email';
import type { CheckItem } from '#src/rules/check-email';
import { spellOut } from '#src/rules/spell-out';

/** The page around an email: choices, its rows in four inboxes, weight, what the rules found, and the email in a frame of its own. */
export function previewPage(view: View, rendered: RenderedEmail, items: readonly CheckItem[]): string {
  const found = items.filter(({ ok }) => !ok);
  const kilobytes = (Buffer.byteLength(rendered.html) / 1024).toFixed(1);
  return frame(
    view,
    `${inboxRows(rendered)
      .map((row) => inboxRow(row, rendered.direction))
      .join('')}
<p>${kilobytes} KB · ${found.length === 0 ? 'every rule is kept' : `${found.length} findings`}</p>
<ul>${found.map(finding).join('')}</ul>
<iframe title="The email" src="${escapeHtml(addressOf('/email', view))}" style="width:${view.width}px"></iframe>`,
  );
}

/** What stands there while a template is broken; the next change may mend it. */
export function errorPage(view: View, error: unknown): string {
  return frame(view, `<pre role="alert">${escapeHtml(error instanceof Error ? error.message : String(error))}</pre>`);
}

function inboxRow({ client, subject, preview }: InboxRow, direction: string): string {
  return `<p class="row"><i>${client}</i><bdi dir="${direction}"><b>${escapeHtml(subject)}</b> ${escapeHtml(preview)}</bdi></p>`;
}

function finding(item: CheckItem): string {
  const { id, level, place, message, remedy } = spellOut(item, 'en');
  return `<li class="${level}"><b>${id}</b> ${escapeHtml([place, message, remedy].filter(Boolean).join(' · '))}</li>`;
}

function frame(view: View, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(view.sample)}</title>
<style>${style}</style></head>
<body><nav>
${choices('Language', languages, (language) => ({ ...view, language }), view)}
${choices('View', modes, (mode) => ({ ...view, mode }), view)}
${choices('Width', widths, (width) => ({ ...view, width }), view)}
${choices('Sample', samples, (sample) => ({ ...view, sample }), view)}
</nav><main>${content}</main>
<script>new EventSource('/changes').onmessage = () => location.reload();</script></body></html>`;
}

function choices<Choice extends string | number>(
  label: string,
  all: readonly Choice[],
  choose: (choice: Choice) => View,
  view: View,
): string {
  const here = addressOf('/', view);
  const links = all.map((choice) => {
    const address = addressOf('/', choose(choice));
    return `<a href="${escapeHtml(address)}"${address === here ? ' aria-current="page"' : ''}>${escapeHtml(String(choice))}</a>`;
  });
  return `<p><b>${label}</b> ${links.join(' ')}</p>`;
}

const style = `
body{margin:0;display:flex;font:15px/1.5 system-ui,sans-serif;color:#1b1b1a;background:#e9e9e4}
nav{flex:0 0 220px;padding:16px;background:#fdfdfb;min-height:100vh;box-sizing:border-box}
nav b{display:block}nav a{display:inline-block;margin:0 8px 2px 0;color:#0a4a8f}
nav a[aria-current]{color:#1b1b1a;font-weight:bold;text-decoration:none}
main{flex:1;padding:16px;min-width:0}
.row{background:#fdfdfb;margin:0 0 4px;padding:6px 12px;max-width:900px;color:#595955}
.row i{display:block;font-size:12px}.row b{color:#1b1b1a}.row bdi{display:block}.block{color:#a11}.warn{color:#7a5200}
iframe{display:block;height:calc(100vh - 32px);max-width:100%;border:1px solid #c9c9c0;background:#fff}
pre{white-space:pre-wrap}`;
