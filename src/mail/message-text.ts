import { footerText } from '#src/mail/footer-text';
import type { FooterLink } from '#src/mail/footer-view';
import type { NoticeView } from '#src/mail/notice-view';
import { textParagraph } from '#src/mail/text-paragraph';

/** The text part of a one-off mail. */
export function messageText(notice: NoticeView): string {
  const language = notice.language.word;
  const paragraph = (text: string) => textParagraph(text, language);
  const link = ({ label, url }: FooterLink) => `${paragraph(`${label}:`)}\n${url}`;
  const blocks = [
    paragraph(notice.newsletter.name),
    paragraph(notice.title),
    ...notice.paragraphs.map(paragraph),
    ...(notice.button ? [link(notice.button)] : []),
    ...notice.after.map(paragraph),
    ...notice.links.map(link),
    '* * *',
    footerText(notice.footer, language),
  ];
  return `${blocks.join('\n\n')}\n`;
}
