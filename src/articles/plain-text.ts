import { parseFragment } from 'parse5';
import { textOf } from '#src/articles/html-tree';
import { cleanText } from '#src/mail/clean-text';

// elements that a newsroom's fields have been seen to hold; anything else between angle brackets is somebody's text
const tag =
  /<(?:!--|!doctype|\/?(?:a|abbr|article|b|base|blockquote|body|br|button|cite|code|div|em|embed|figcaption|figure|font|form|frame|h[1-6]|head|hr|html|i|iframe|img|input|li|link|math|meta|noscript|object|ol|p|pre|q|s|script|section|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|template|textarea|th|title|tr|u|ul|video|xmp)(?=[\s/>]))/i;

/** One line of plain text: markup becomes the words that a reader would see, scripts and controls vanish, `a < b` stays. */
export function plainText(text: string): string {
  return cleanText(tag.test(text) ? textOf(parseFragment(text)) : text);
}

/** Text that is known to be HTML, such as a JSON-LD value: its character references are read too. */
export function plainTextOfHtml(html: string): string {
  return cleanText(/[<&]/.test(html) ? textOf(parseFragment(html)) : html);
}
