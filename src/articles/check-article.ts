import { ArticleInput } from '#src/articles/article';
import { type Fault, Refusal } from '#src/errors';

/** What a file or a page gave, as what may be stored; else a refusal that names every fault. */
export function checkArticle(raw: unknown): ArticleInput {
  const parsed = ArticleInput.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults: Fault[] = parsed.error.issues.map(({ path, message }) => ({
    pointer: path.map((step) => `/${String(step)}`).join(''),
    detail: message,
  }));
  const told = faults.map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer.slice(1)}: ${detail}`));
  throw new Refusal('invalid', `The article has a fault: ${told.join('; ')}`, { faults });
}
