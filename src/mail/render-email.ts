import { directionOf, languageFor, type Direction, type Language } from '#src/locales';
import { compileMjml } from '#src/mail/compile-mjml';
import { digestText } from '#src/mail/digest-text';
import { digestView } from '#src/mail/digest-view';
import { emails, type RenderRequest } from '#src/mail/emails';
import type { FrameView } from '#src/mail/frame-view';
import { messageText } from '#src/mail/message-text';
import { noticeView } from '#src/mail/notice-view';
import { fillTemplate } from '#src/mail/template';

/** A message without its reader: personal slots still hold their markers. The same request gives the same bytes. */
export interface RenderedEmail {
  subject: string;
  preheader: string;
  html: string;
  text: string;
  language: Language;
  direction: Direction;
}

/** Renders in this process, which then holds MJML: a child process of `createRenderer` does it, or a test. Throws a ZodError for wrong variables. */
export async function renderEmail(request: RenderRequest): Promise<RenderedEmail> {
  if (request.email === 'digest') {
    const email = emails.digest.variables.parse(request.variables);
    const view = digestView(email);
    return finish('digest', view, digestText(email));
  }
  const view = noticeView(emails[request.email].write(request.variables));
  return finish('notice', view, messageText(view));
}

async function finish(template: string, view: FrameView, text: string): Promise<RenderedEmail> {
  const language = languageFor(view.language.word);
  const direction = directionOf(language);
  const { source, insertValues } = fillTemplate(template, view);
  const html = insertValues(await compileMjml(source, { language, direction }));
  return { subject: view.subject, preheader: view.preheader, html, text, language, direction };
}
