/** One measurement: its value, and how many cores other programs used meanwhile. */
export interface Round {
  value: number;
  otherCores: number;
}

/** `share`: a ratio near one, told to the thousandth. */
export type Unit = 'ratio' | 'share' | '/s' | 's' | 'ms' | 'µs' | 'MB' | 'bytes' | 'jobs';
export type Goal = { atLeast: number } | { atMost: number } | { within: readonly [number, number] };

/** A line of the report: what was measured, once a round. */
export interface Figure {
  name: string;
  unit: Unit;
  rounds: Round[];
  goal?: Goal;
}

/** What a benchmark found, and what it could not measure here, each with the reason. */
export interface Findings {
  figures: Figure[];
  notRun: string[];
}

export interface Spread {
  minimum: number;
  median: number;
  maximum: number;
}

/** Above it a round says more about the other programs than about us. */
const quietCores = 0.2;

export function isNoisy({ otherCores }: Round): boolean {
  return otherCores > quietCores;
}

export function spreadOf(rounds: readonly Round[]): Spread {
  const values = rounds.map(({ value }) => value).toSorted((one, other) => one - other);
  const middle = values.length / 2;
  const median = ((values[Math.ceil(middle) - 1] ?? NaN) + (values[Math.floor(middle)] ?? NaN)) / 2;
  return { minimum: values[0] ?? NaN, median, maximum: values.at(-1) ?? NaN };
}

export function reaches(goal: Goal, value: number): boolean {
  if ('atLeast' in goal) return value >= goal.atLeast;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.within[0] && value <= goal.within[1];
}

/** One side by the other, round by round: as noisy as the noisier of the two. */
export function ratioOf(sides: readonly Round[], others: readonly Round[]): Round[] {
  return sides.map(({ value, otherCores }, round) => ({
    value: value / (others[round]?.value ?? NaN),
    otherCores: Math.max(otherCores, others[round]?.otherCores ?? 0),
  }));
}
