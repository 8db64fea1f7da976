import { t } from '#src/locales';
import { dateline } from '#src/mail/dateline';
import type { DigestArticle, DigestEmail } from '#src/mail/digest-email';
import { articleSource, digestLength } from '#src/mail/digest-view';
import { footerText } from '#src/mail/footer-text';
import { footerView } from '#src/mail/footer-view';
import { textHeading, textParagraph } from '#src/mail/text-paragraph';

/** The digest's text part, from the articles and not from the HTML: numbered, every address on a line of its own. */
export function digestText(email: DigestEmail): string {
  const language = email.frameLanguage;
  const { newsletter, publicUrl, webUrl } = email;
  const dates = dateline(email.date, newsletter.zone, language);
  const blocks = [
    textParagraph(newsletter.name, language),
    [`${dates.gregorian} | ${dates.hebrew}`, digestLength(email)].map((line) => textParagraph(line, language)).join('\n'),
    ...(email.note ? [textParagraph(email.note, newsletter.language)] : []),
    ...articleBlocks(email),
    '* * *',
    textParagraph(t(language, 'email.end'), language),
    footerText(footerView({ newsletter, publicUrl, language, webUrl }), language),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function articleBlocks(email: DigestEmail): string[] {
  let number = 0;
  return (['top', 'brief', 'more'] as const).flatMap((slot) => {
    const articles = email.articles.filter((article) => article.slot === slot);
    if (articles.length === 0) return [];
    const heading = textHeading(t(email.frameLanguage, `email.${slot}`, { count: articles.length }), email.frameLanguage);
    return [heading, ...articles.map((article) => articleText(article, (number += 1)))];
  });
}

function articleText(article: DigestArticle, number: number): string {
  const paragraph = (text: string) => textParagraph(text, article.language);
  const label = article.kind === 'editorial' ? [] : [paragraph(`[${t(article.language, `email.${article.kind}`)}]`)];
  const why = article.whyItMatters ? [paragraph(`${t(article.language, 'email.whyItMatters')} ${article.whyItMatters}`)] : [];
  return [
    ...label,
    paragraph(`${number}. ${article.headline}`),
    ...(article.description.trim() === '' ? [] : [paragraph(article.description)]),
    ...why,
    paragraph(articleSource(article)),
    new URL(article.url).href,
  ].join('\n');
}
