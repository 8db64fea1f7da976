import { articleWords, withoutMarks } from '#src/rules/own-words';
import { quote } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Part, Rule } from '#src/rules/rule';

const mergeField = /\{\{[^{}]*\}\}|\{\{|\$\{[^{}]*\}|<%|%>|\{%|%\}|%[a-z_]+(?:\.[a-z_]+)*%|\*\|[^|*]*\|\*/gi;
const leftover = /\bundefined\b|\[object |\bNaN\b|\bhold\d+value\b/g;

/** What a template should have filled in. An article may quote such a word, and the subject an article; the note may not. */
export const placeholders: Rule = {
  id: 'D27',
  level: 'block',
  part: 'html',
  promise: 'Nothing is left that a template should have filled in.',
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
        .map((found): Finding => ({
          part,
          place,
          message: `${quote(found)} was not filled in.`,
          remedy: 'Write the words themselves; a reader’s name is never printed.',
        })),
    );
  },
};

function partsOf({ html, rendered, headers = {}, email }: CheckedMessage): [Part, string, string][] {
  const attributes = html.elements.flatMap((element) =>
    element.attrs.filter(({ name }) => /^(href|src|alt|aria-label)$/.test(name)).map(({ value }) => value),
  );
  return [
    ['headers', 'Subject', rendered.subject],
    ['headers', 'Preheader', rendered.preheader],
    ['headers', 'the editor’s note', mergeFieldsOf(email?.note ?? '')],
    ...Object.entries(headers).map(([name, value]): [Part, string, string] => ['headers', name, value]),
    ['html', 'the HTML', html.texts.map(({ text }) => text).join(' ')],
    ['html', 'an attribute', attributes.join('\n')],
    ['text', 'the text', rendered.text],
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
