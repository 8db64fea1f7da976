import { articleWords, withoutMarks } from '#src/rules/own-words';
import { at, clip } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Part, Rule } from '#src/rules/rule';
import type { Saying } from '#src/rules/saying';

const mergeField = /\{\{[^{}]*\}\}|\{\{|\$\{[^{}]*\}|<%|%>|\{%|%\}|%[a-z_]+(?:\.[a-z_]+)*%|\*\|[^|*]*\|\*/gi;
const leftover = /\bundefined\b|\[object |\bNaN\b|\bhold\d+value\b/g;

/** What a template should have filled in. An article may quote such a word, and the subject an article; the note may not. */
export const placeholders: Rule = {
  id: 'D27',
  name: 'placeholders',
  level: 'block',
  part: 'html',
  check: (message) => {
    const articles = withoutMarks(articleWords(message.email));
    const quoted = {
      headers: articles,
      articles,
      html: `${articles} ${message.email?.note ?? ''}`,
      text: `${articles} ${message.email?.note ?? ''}`,
    };
    return partsOf(message).flatMap(([part, place, text]) =>
      [...new Set([...withoutMarks(text).matchAll(mergeField), ...withoutMarks(text).matchAll(leftover)].map(([found]) => found))]
        .filter((found) => !withoutBlanks(quoted[part]).includes(withoutBlanks(found)))
        .map((found): Finding => ({ part, place, fault: 'unfilled', values: { words: clip(found) } })),
    );
  },
};

function partsOf({ html, rendered, headers = {}, email }: CheckedMessage): [Part, Saying, string][] {
  const attributes = html.elements.flatMap((element) =>
    element.attrs.filter(({ name }) => /^(href|src|alt|aria-label)$/.test(name)).map(({ value }) => value),
  );
  return [
    ['headers', at('subject'), rendered.subject],
    ['headers', at('preheader'), rendered.preheader],
    ['headers', at('note'), mergeFieldsOf(email?.note ?? '')],
    ...Object.entries(headers).map(([name, value]): [Part, Saying, string] => ['headers', at('named', { name }), value]),
    ['html', at('html'), html.texts.map(({ text }) => text).join(' ')],
    ['html', at('attribute'), attributes.join('\n')],
    ['text', at('text'), rendered.text],
  ];
}

/** Runs of text that a change of direction parts are joined by blanks. */
function withoutBlanks(text: string): string {
  return text.replaceAll(' ', '');
}

/** A note may use a word like "undefined"; it may not hold a merge field. */
function mergeFieldsOf(note: string): string {
  return (note.match(mergeField) ?? []).join(' ');
}
