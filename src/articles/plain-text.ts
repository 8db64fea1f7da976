import { parseFragment } from 'parse5';
import { textOf } from '#src/articles/html-tree';
import { cleanText } from '#src/mail/clean-text';

// what a newsroom's fields have been seen to hold: an element that is closed, one that needs no closing, one that shows no text. Anything else
// between angle brackets is somebody's text: `profit <b 5 percent`, `a<b>c`
const closed =
  /<\/(?:a|abbr|article|b|blockquote|body|button|cite|code|div|em|figcaption|figure|font|form|h[1-6]|head|html|i|li|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td|th|tr|u|ul)\s*>/i;
const alone =
  /<(?:!--[^]*?-->|!doctype[^<>]*>|(?:base|br|embed|frame|hr|iframe|img|input|link|math|meta|noscript|object|script|style|svg|template|textarea|title|video|xmp)(?:[\s/][^<>]*)?>)/i;

/** One line of plain text: markup becomes the words that a reader would see, scripts and controls vanish, `a < b` stays. */
export function plainText(text: string): string {
  return cleanText(closed.test(text) || alone.test(text) ? textOf(parseFragment(text)) : text);
}

/** Text that is known to be HTML, such as a JSON-LD value: its character references are read too. */
export function plainTextOfHtml(html: string): string {
  return cleanText(/[<&]/.test(html) ? textOf(parseFragment(html)) : html);
}
