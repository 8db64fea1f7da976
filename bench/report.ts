import type { Conditions } from './conditions.js';
import { type Figure, type Findings, type Goal, isNoisy, reaches, spreadOf, type Unit } from './figure.js';

export interface Report {
  conditions: Conditions;
  benches: Record<string, Findings>;
}

/** For people: a line a figure, minimum, median, maximum. */
export function asText({ conditions, benches }: Report): string {
  const about = Object.entries(conditions).map(([name, value]) => `  ${name.padEnd(12)} ${value}`);
  const parts = Object.entries(benches).map(([name, { figures, notRun }]) =>
    [`\n${name}`, ...table(figures), ...notRun.map((what) => `  NOT RUN: ${what}`)].join('\n'),
  );
  return [`conditions`, ...about, ...parts, ''].join('\n');
}

/** For programs: the same with each round. */
export function asJson({ conditions, benches }: Report): string {
  const measured = Object.entries(benches).map(([name, { figures, notRun }]) => [name, { figures: figures.map(withSpread), notRun }]);
  return `${JSON.stringify({ conditions, benches: Object.fromEntries(measured) as object }, null, 2)}\n`;
}

function withSpread(figure: Figure) {
  const spread = spreadOf(figure.rounds);
  const isReached = figure.goal ? reaches(figure.goal, spread.median) : null;
  return { ...figure, ...spread, isReached, noisyRounds: figure.rounds.filter(isNoisy).length };
}

function table(figures: readonly Figure[]): string[] {
  const width = Math.max(...figures.map((figure) => titleOf(figure).length));
  const heads = ['minimum', 'median', 'maximum'].map((word) => word.padStart(9)).join(' ');
  return [`  ${''.padEnd(width)} ${heads}`, ...figures.map((figure) => line(figure, width))];
}

function titleOf({ name, unit }: Figure): string {
  return unit === 'ratio' || unit === 'share' ? name : `${name}, ${unit}`;
}

function line(figure: Figure, width: number): string {
  const { minimum, median, maximum, isReached, noisyRounds } = withSpread(figure);
  const values = [minimum, median, maximum].map((value) => inUnit(value, figure.unit).padStart(9)).join(' ');
  const goal = figure.goal ? `  goal ${inWords(figure.goal)}: ${isReached ? 'reached' : 'MISSED'}` : '';
  const noise = noisyRounds > 0 ? `  (${noisyRounds} of ${figure.rounds.length} rounds noisy)` : '';
  return `  ${titleOf(figure).padEnd(width)} ${values}${goal}${noise}`;
}

function inUnit(value: number, unit: Unit): string {
  if (unit === 'ratio') return value.toFixed(2);
  if (unit === 'share') return value.toFixed(3);
  return value >= 100 || unit === 'jobs' || unit === 'bytes' ? Math.round(value).toString() : value.toFixed(1);
}

function inWords(goal: Goal): string {
  if ('atLeast' in goal) return `≥ ${goal.atLeast}`;
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `${goal.within[0]}–${goal.within[1]}`;
}
