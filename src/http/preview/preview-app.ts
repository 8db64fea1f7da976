import express, { type Express, type Request } from 'express';
import { escapeHtml } from '#src/http/pages/escape-html';
import { chooseView, type View } from '#src/http/preview/view';
import { errorPage, previewPage } from '#src/http/preview/preview-page';
import { previewHeaders } from '#src/http/preview-headers';
import { showAs } from '#src/http/studio/preview-modes';
import type { RenderRequest } from '#src/mail/emails';
import { fillPart, inertValues } from '#src/mail/inert-values';
import type { RenderedEmail } from '#src/mail/render-email';
import { noticeSamples, readDigestSample, readNoticeSample, sampleHosts } from '#src/mail/samples';
import { checkEmail } from '#src/rules/check-email';

export interface PreviewParts {
  render: (request: RenderRequest) => Promise<RenderedEmail>;
  /** Calls `tell` at each change until the function that it returns is called. */
  onChange: (tell: () => void) => () => void;
}

const joinedAt = new Date('2026-01-05T10:00:00Z');

/** Sample × language × view: a page around the email with what the rules say of it, the email itself, and the news of changes. */
export function previewApp({ render, onChange }: PreviewParts): Express {
  const app = express();

  app.get('/', async (request, response) => {
    const view = chooseView(request.query);
    response.type('html').send(await show(view).catch((error: unknown) => errorPage(view, error)));
  });

  app.get('/email', async (request, response) => {
    const view = chooseView(request.query);
    const rendered = await render(requestOf(view));
    response
      .set(previewHeaders)
      .type('html')
      .send(view.mode === 'text' ? asText(filled(rendered.text)) : showAs(filled(rendered.html), view.mode));
  });

  app.get('/changes', (request: Request, response) => {
    response.set({ 'Cache-Control': 'no-store' }).type('text/event-stream').flushHeaders();
    response.write(': open\n\n');
    request.once(
      'close',
      onChange(() => void response.write('data: changed\n\n')),
    );
  });

  async function show(view: View): Promise<string> {
    const rendered = await render(requestOf(view));
    const email = view.sample.startsWith(digestPrefix) ? readDigestSample(view.sample.slice(digestPrefix.length), view.language) : null;
    const { items } = await checkEmail({ rendered, email, allowedHosts: sampleHosts });
    return previewPage(view, rendered, items);
  }
  return app;
}

const digestPrefix = 'digests/';

function requestOf({ sample, language }: View): RenderRequest {
  const notice = noticeSamples.find((name) => name === sample);
  if (notice) return readNoticeSample(notice, language);
  return { email: 'digest', variables: readDigestSample(sample.slice(digestPrefix.length), language) };
}

function filled(part: string): string {
  return fillPart(part, inertValues(joinedAt));
}

function asText(text: string): string {
  return `<!doctype html><meta charset="utf-8"><pre dir="auto" style="white-space:pre-wrap;unicode-bidi:plaintext;font:14px/1.5 monospace">${escapeHtml(text)}</pre>`;
}
