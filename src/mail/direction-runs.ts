import type { Direction } from '#src/locales';

export interface DirectionRun {
  text: string;
  /** The run's own direction when it differs from its surroundings, else null. */
  foreign: Direction | null;
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const letter = /\p{L}/u;
const opensRun = /[\p{N}#$€£₪@.,'’/_]*$/u;
const longestOpening = 24;
const closesRun = /^(?:[-–.,:/_'’+&]?[\p{N}\p{M}%+°]+)+/u;

/** Cuts a text where its direction changes. A run in the other direction takes the digits and signs that hang on it: `F-35`, `30kg`. */
export function directionRuns(text: string, direction: Direction): DirectionRun[] {
  const runs: DirectionRun[] = [];
  let done = 0;
  for (const [start, end] of foreignRanges(text, direction)) {
    if (start > done) runs.push({ text: text.slice(done, start), foreign: null });
    runs.push({ text: text.slice(start, end), foreign: direction === 'rtl' ? 'ltr' : 'rtl' });
    done = end;
  }
  if (done < text.length) runs.push({ text: text.slice(done), foreign: null });
  return runs;
}

/** The direction of the first letter that has one: what a mail client guesses a line's direction from. */
export function firstStrongDirection(text: string): Direction | null {
  for (const character of text) {
    const direction = strongDirection(character);
    if (direction) return direction;
  }
  return null;
}

function foreignRanges(text: string, direction: Direction): [number, number][] {
  const ranges: [number, number][] = [];
  let open: [number, number] | null = null;
  let position = 0;
  for (const character of text) {
    const strong = strongDirection(character);
    const next = position + character.length;
    if (strong === direction) open = null;
    else if (strong && open) open[1] = next;
    else if (strong) ranges.push((open = [position, next]));
    position = next;
  }
  return ranges.map(([start, end]) => [reachBack(text, start), reachOn(text, end)]);
}

function strongDirection(character: string): Direction | null {
  if (rightToLeft.test(character)) return letter.test(character) ? 'rtl' : null;
  if (character === '\u200f') return 'rtl';
  if (character === '\u200e') return 'ltr';
  return letter.test(character) ? 'ltr' : null;
}

function reachBack(text: string, start: number): number {
  const hanging = text.slice(Math.max(0, start - longestOpening), start).match(opensRun)?.[0] ?? '';
  return /[\p{N}#@]/u.test(hanging) ? start - hanging.length : start;
}

function reachOn(text: string, end: number): number {
  return end + (text.slice(end).match(closesRun)?.[0].length ?? 0);
}
