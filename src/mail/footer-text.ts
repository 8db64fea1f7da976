import type { FooterView } from '#src/mail/footer-view';
import { textParagraph } from '#src/mail/text-paragraph';

/** The footer of the text part: each link as its label and, on the next line, its address. */
export function footerText(footer: FooterView, language: string): string {
  const lines = [
    ...(footer.reason === null ? [] : [textParagraph(footer.reason, language)]),
    ...footer.links.map(({ label, url }) => `${textParagraph(`${label}:`, language)}\n${url.replace(/^mailto:/, '')}`),
    textParagraph(footer.sender, language),
    textParagraph(footer.privacy, language),
  ];
  return lines.join('\n\n');
}
