import type { Endpoint } from '#src/http/endpoint';
import { operationId } from '#src/http/openapi';
import { assetPath } from '#src/http/pages/asset-path';
import { escapeHtml } from '#src/http/pages/escape-html';
import { problemTitles } from '#src/http/problem';

/** The API for people: the table, the answers that say no, and how to call. The whole detail is in /openapi.json. */
export function docsPage(endpoints: readonly Endpoint[]): string {
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<title>API – Israel Briefing</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${assetPath('style.css')}">
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
</head>
<body>
<main class="page page-wide" id="main">
<h1>The API</h1>
<p>JSON over HTTP, below <code>/v1</code>. Send your key with each request: <code>Authorization: Bearer ib_live_…</code>.
Lists come in pages: pass <code>nextCursor</code> back as <code>cursor</code>. Times are UTC. The whole description: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<h2 id="operations">Operations</h2>
<div class="table-scroll" tabindex="0" role="region" aria-labelledby="operations">
<table><thead><tr><th scope="col">Call</th><th scope="col">Does</th><th scope="col">Scope</th><th scope="col">Answers</th></tr></thead>
<tbody>
${endpoints.map(rowOf).join('\n')}
</tbody></table>
</div>
<h2 id="problems">Problems</h2>
<p>Every refusal is <code>application/problem+json</code> (RFC 9457): <code>code</code> says why, <code>errors</code> points at the fields.</p>
<div class="table-scroll" tabindex="0" role="region" aria-labelledby="problems">
<table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Means</th></tr></thead>
<tbody>
${problemTitles.map(([code, status, title]) => `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`).join('\n')}
</tbody></table>
</div>
</main>
</body>
</html>
`;
}

function rowOf(endpoint: Endpoint): string {
  const call = `${endpoint.method.toUpperCase()} ${endpoint.path}`;
  const statuses = Object.keys(endpoint.answers).join(', ');
  return `<tr id="${operationId(endpoint)}"><td><code>${escapeHtml(call)}</code></td><td>${escapeHtml(endpoint.summary)}</td><td><code>${endpoint.scope}</code></td><td>${statuses}</td></tr>`;
}
