import type { RenderedEmail } from '#src/mail/render-email';
import { parseHtml } from '#src/rules/document';

/** A line of an inbox: what a client shows of a mail that nobody has opened. */
export interface InboxRow {
  client: string;
  subject: string;
  preview: string;
}

/** TABLE: how many characters each client shows of the subject, and of what follows it; `together` is the room that both share. Approximate: it depends on window and font. */
const clients: readonly { client: string; subject: number; preview: number; together?: number }[] = [
  { client: 'Gmail, desktop', subject: 88, preview: 110, together: 116 },
  { client: 'Gmail, phone', subject: 40, preview: 46 },
  { client: 'Apple Mail, phone', subject: 41, preview: 90 },
  { client: 'Outlook, desktop', subject: 55, preview: 52 },
];

/** The mail in the inboxes of its readers. After a short preheader, and in a letter without one, the first visible words follow. */
export function inboxRows({ subject, preheader, html }: Pick<RenderedEmail, 'subject' | 'preheader' | 'html'>): InboxRow[] {
  const words = parseHtml(html)
    .texts.map(({ text }) => text)
    .join(' ');
  const following = `${preheader} ${words}`.replace(/\s+/g, ' ').trim();
  return clients.map(({ client, subject: room, preview, together = room + preview }) => {
    const shown = cut(subject, room);
    return { client, subject: shown, preview: cut(following, Math.min(preview, together - charactersOf(shown).length)) };
  });
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function cut(text: string, limit: number): string {
  const characters = charactersOf(text);
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
}

/** As a reader counts them. */
function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}
