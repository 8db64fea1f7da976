import { ArticleId } from '#src/articles/article';
import { Refusal } from '#src/errors';

/** The file's name without folders and extension; what an id cannot hold becomes a hyphen. */
export function idFromFileName(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? '';
  const wished = name
    .normalize('NFC')
    .replace(/(?<=.)\.[^.]*$/u, '')
    .replace(/[^\p{L}\p{M}\p{N}\p{Pd}._~]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 200);
  const id = ArticleId.safeParse(wished);
  if (id.success) return id.data;
  throw new Refusal('invalid', `"${name}" gives no id: name the file with letters or digits.`, {
    faults: [{ pointer: '/id', detail: 'is empty' }],
  });
}
