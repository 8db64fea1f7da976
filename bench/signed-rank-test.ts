/** Wilcoxon's signed-rank test: the two-sided p of differences of pairs that lie about nought as often above as below. By the normal approximation. */
export function signedRankTest(differences: readonly number[]): number {
  const ordered = differences.filter((difference) => difference !== 0).toSorted((one, other) => Math.abs(one) - Math.abs(other));
  const count = ordered.length;
  if (count < 10) return NaN;
  const positive = ordered.reduce((sum, difference, place) => (difference > 0 ? sum + place + 1 : sum), 0);
  const mean = (count * (count + 1)) / 4;
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24);
  return 2 * (1 - normal(Math.abs(positive - mean) / deviation));
}

/** The normal distribution's function; Abramowitz and Stegun 26.2.17, exact to 7.5e-8. */
function normal(z: number): number {
  const k = 1 / (1 + 0.2316419 * z);
  const series = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
