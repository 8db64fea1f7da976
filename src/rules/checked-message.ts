import { breakMarkers } from '#src/mail/break-markers';
import type { DigestEmail } from '#src/mail/digest-email';
import type { RenderedEmail } from '#src/mail/render-email';
import { parseHtml, type ParsedHtml } from '#src/rules/document';
import { parseStyleSheet, type StyleRule } from '#src/rules/style-sheet';

/** What a link answered: the status of a HEAD request. */
export type Resolve = (url: string) => Promise<{ ok: boolean; status: number; bytes?: number | null }>;

export interface CheckRequest {
  rendered: RenderedEmail;
  /** The digest it was rendered from; null for a one-off mail. */
  email: DigestEmail | null;
  /** Hosts that links may lead to, beside our own and the newsletter's: `news.example.org`, `*.example.org`. */
  allowedHosts: readonly string[];
  headers?: Readonly<Record<string, string>>;
  previousSubjects?: readonly string[];
  /** The same request rendered once more: the bytes must not differ. */
  again?: RenderedEmail;
  /** Looks links up; must guard against private addresses itself. Without it nothing is fetched. */
  resolve?: Resolve;
}

/** The request with its HTML parsed once for all rules. */
export interface CheckedMessage extends CheckRequest {
  html: ParsedHtml;
  styleRules: StyleRule[];
}

export function readMessage(request: CheckRequest): CheckedMessage {
  const html = parseHtml(request.rendered.html);
  return { ...request, email: breakMarkers(request.email), html, styleRules: html.styleSheets.flatMap(parseStyleSheet) };
}
