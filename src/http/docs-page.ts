import { developerPage } from '#src/http/developer-page';
import type { Endpoint } from '#src/http/endpoint';
import { operationId } from '#src/http/openapi';
import { escapeHtml } from '#src/http/pages/escape-html';
import { problemTitles } from '#src/http/problem';

/** The API for people: the table, the answers that say no, and how to call. The whole detail is in /openapi.json. */
export function docsPage(endpoints: readonly Endpoint[]): string {
  const parts = [...new Set(endpoints.map(partOf))];
  return developerPage(
    'API',
    `<h1>The API</h1>
<p>JSON over HTTP, below <code>/v1</code>. Send your key with each request: <code>Authorization: Bearer ib_live_…</code>.
Lists come in pages: pass <code>nextCursor</code> back as <code>cursor</code>. Times are UTC. The whole description: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav class="row" aria-label="On this page">${[...parts, 'problems'].map((part) => `<a href="#${part}">${part}</a>`).join('\n')}</nav>
${parts.map((part) => sectionOf(part, endpoints)).join('\n')}
<h2 id="problems">Problems</h2>
<p>Every refusal is <code>application/problem+json</code> (RFC 9457): <code>code</code> says why, <code>errors</code> points at the fields.</p>
<ul class="list">
${problemTitles.map(([code, status, title]) => `<li id="${code}"><code>${code}</code> <span class="muted">${status}</span><br>${escapeHtml(title)}</li>`).join('\n')}
</ul>`,
    { isPublic: true },
  );
}

function sectionOf(part: string, endpoints: readonly Endpoint[]): string {
  const items = endpoints.filter((endpoint) => partOf(endpoint) === part).map(itemOf);
  return `<h2 id="${part}">${part}</h2>\n<ul class="list">\n${items.join('\n')}\n</ul>`;
}

/** What the endpoint is about: the part of its path that follows the version. */
function partOf({ path }: Endpoint): string {
  return /^\/(?:v1\/)?([a-z-]+)/.exec(path)?.[1] ?? 'others';
}

function itemOf(endpoint: Endpoint): string {
  const call = `${endpoint.method.toUpperCase()} ${endpoint.path}`;
  const statuses = Object.keys(endpoint.answers).join(', ');
  return `<li id="${operationId(endpoint)}"><code>${escapeHtml(call)}</code><br>${escapeHtml(endpoint.summary)}<br>
<span class="small muted">Needs <code>${endpoint.scope}</code>, answers ${statuses}</span></li>`;
}
