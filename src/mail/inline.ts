import { directionOf, type Direction } from '#src/locales';
import { cleanText } from '#src/mail/clean-text';
import { directionRuns } from '#src/mail/direction-runs';
import { escapeHtml, Markup } from '#src/mail/markup';

/** Somebody's text as HTML inside an element that reads in `language`: escaped, runs in the other direction in a `span dir` (`bdi` is unknown to most clients). */
export function inline(text: string, language: string): Markup {
  return new Markup(directionRuns(cleanText(text), directionOf(language)).map(asHtml).join(''));
}

function asHtml(run: { text: string; foreign: Direction | null }): string {
  const text = escapeHtml(run.text);
  return run.foreign ? `<span dir="${run.foreign}">${text}</span>` : text;
}
