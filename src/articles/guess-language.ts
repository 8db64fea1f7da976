const longestSample = 5_000;

/** Hebrew when most letters are; else English. For articles that do not say. */
export function guessLanguage(...texts: string[]): 'en' | 'he' {
  const sample = texts.join(' ').slice(0, longestSample);
  const hebrew = sample.match(/\p{Script=Hebrew}/gu)?.length ?? 0;
  const latin = sample.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return hebrew > latin ? 'he' : 'en';
}
