import { assetPath } from '#src/http/pages/asset-path';
import { escapeHtml } from '#src/http/pages/escape-html';

/** A page for developers around `body`, which is HTML: in English, with the public pages' stylesheet. `title` is plain text. Search engines leave out what is not public. */
export function developerPage(title: string, body: string, { isPublic }: { isPublic: boolean }): string {
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)} – Israel Briefing</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${isPublic ? '' : '<meta name="robots" content="noindex">\n'}<link rel="stylesheet" href="${assetPath('style.css')}">
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
</head>
<body>
<main class="page page-wide stack" id="main">
${body}
</main>
</body>
</html>
`;
}
