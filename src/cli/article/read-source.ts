import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ArticleInput } from '#src/articles/article';
import { maxArticleBytes, readArticleFile, tooLarge } from '#src/articles/read-article-file';
import { readPage } from '#src/articles/read-page';
import { Refusal } from '#src/errors';

/** A page has no id of its own. */
export interface SourceArticle {
  id: string | null;
  input: ArticleInput;
}

/** Reads what the command line named: an address, or a file. */
export async function readSource(source: string, zone: string): Promise<SourceArticle> {
  if (/^https?:\/\//i.test(source)) {
    if (!URL.canParse(source)) throw new Refusal('invalid', 'This is no address.');
    return { id: null, input: await readPage(source, zone) };
  }
  return readArticleFile(basename(source), await readBytes(source), zone);
}

/** A file that is too large is not read at all. */
async function readBytes(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path); // a pipe would block for ever once opened
    if (!stats.isFile()) throw new Refusal('invalid', 'This is no file.');
    if (stats.size > maxArticleBytes) throw tooLarge(stats.size);
    return await readFile(path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('invalid', `The file cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
}
