/** A finished piece of HTML: a template prints it as it is. */
export class Markup {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

/** A word of our own choosing, such as `rtl`, that MJML itself must read: it may stand in the source. */
export class Keyword {
  readonly word: string;
  constructor(word: string) {
    if (!/^[\w\s,.#'-]+$/.test(word)) throw new Error(`Not a keyword: ${word}`);
    this.word = word;
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '{': '&#123;',
  '}': '&#125;',
  '%': '&#37;',
};

/**
 * Text for an element or an attribute. Braces and percent signs are written as entities too, so that no relay's own
 * template language (`{{name}}`, `%recipient%`) finds anything to replace.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'{}]|%(?=[a-z_][\w.]{2,40}%)|(?<=%[a-z_][\w.]{2,40})%/gi, (character) => entities[character] ?? character);
}
