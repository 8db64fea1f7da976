import { directionOf, languageFor, type Direction, type Language } from '#src/locales';
import { breakMarkers } from '#src/mail/break-markers';
import { compileMjml } from '#src/mail/compile-mjml';
import { digestText } from '#src/mail/digest-text';
import { digestSubject, digestView } from '#src/mail/digest-view';
import { emails, type RenderRequest } from '#src/mail/emails';
import type { FrameView } from '#src/mail/frame-view';
import { messageText } from '#src/mail/message-text';
import { noticeSubject, noticeView } from '#src/mail/notice-view';
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
    const email = breakMarkers(emails.digest.variables.parse(request.variables));
    return { ...digestSubject(email), ...(await finish('digest', digestView(email))), text: digestText(email) };
  }
  const notice = emails[request.email].write(breakMarkers(request.variables));
  const view = noticeView(notice);
  return { ...noticeSubject(notice), ...(await finish('notice', view)), text: messageText(view) };
}

async function finish(template: string, view: FrameView): Promise<Pick<RenderedEmail, 'html' | 'language' | 'direction'>> {
  const language = languageFor(view.language.word);
  const direction = directionOf(language);
  const { source, insertValues } = fillTemplate(template, view);
  return { html: insertValues(await compileMjml(source, { language, direction })), language, direction };
}
