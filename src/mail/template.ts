import { Eta } from 'eta';
import { projectFile } from '#src/project';
import { cleanText } from '#src/mail/clean-text';
import { escapeHtml, Keyword, Markup } from '#src/mail/markup';

/** A filled template: what MJML compiles, and the values that go in after it. */
export interface FilledTemplate {
  source: string;
  insertValues: (html: string) => string;
}

let held: string[] = [];
const eta = new Eta({
  views: projectFile('templates/email'),
  defaultExtension: '.mjml',
  cache: true,
  autoTrim: ['nl', 'nl'],
  escapeFunction: hold,
});

/**
 * Runs a template of ours. Of a value MJML sees only a number, so nobody's text can become MJML, and mails of one shape compile
 * to one source. The text itself, escaped, is inserted into the finished HTML and never read again.
 */
export function fillTemplate(name: string, view: object): FilledTemplate {
  held = [];
  const source = eta.render(`./${name}`, view);
  const values = held;
  return { source, insertValues: (html) => html.replace(/hold(\d+)value/g, (_, index: string) => values[Number(index)] ?? '') };
}

function hold(value: unknown): string {
  if (value instanceof Keyword) return value.word;
  if (typeof value === 'number') return String(value);
  if (!(value instanceof Markup) && typeof value !== 'string') throw new TypeError(`A template printed ${String(value)}`);
  held.push(value instanceof Markup ? value.html : escapeHtml(cleanText(value)));
  return `hold${held.length - 1}value`;
}
