import { ArticleId, type ArticleInput } from '#src/articles/article';
import { checkArticle } from '#src/articles/check-article';
import { idFromFileName } from '#src/articles/id-from-file-name';
import { parseHtml } from '#src/articles/parse-html';
import { parseJson } from '#src/articles/parse-json';
import { parseText } from '#src/articles/parse-text';
import { Refusal } from '#src/errors';

export interface FileArticle {
  id: string;
  input: ArticleInput;
}

export const maxArticleBytes = 5 * 1024 * 1024;

/** Reads a file by its extension, or by what it looks like: HTML, JSON, else text. Its times are `zone`'s unless they have an offset. */
export function readArticleFile(name: string, bytes: Uint8Array, zone: string): FileArticle {
  if (bytes.length > maxArticleBytes) throw tooLarge(bytes.length);
  const text = decode(bytes);
  const kind = kindOf(name, text);
  if (kind === 'json') {
    const { id, article } = parseJson(text, zone);
    return { id: id === undefined ? idFromFileName(name) : checkId(id), input: checkArticle(article) };
  }
  return { id: idFromFileName(name), input: checkArticle(kind === 'html' ? parseHtml(text, zone) : parseText(text, zone)) };
}

export function tooLarge(size: number): Refusal {
  return new Refusal(
    'too-large',
    `The file has ${Math.ceil(size / 1024 / 1024)} MB; an article has at most ${maxArticleBytes / 1024 / 1024}.`,
  );
}

/** UTF-8, or UTF-16 with a byte order mark. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal('invalid', 'The file is not UTF-8 text: save it as UTF-8.', {
      faults: [{ pointer: '', detail: 'is not UTF-8 text' }],
    });
  }
}

function kindOf(name: string, text: string): 'html' | 'json' | 'text' {
  if (/\.(html?|xhtml)$/i.test(name)) return 'html';
  if (/\.(json|jsonld)$/i.test(name)) return 'json';
  if (/\.(txt|text|md)$/i.test(name)) return 'text';
  if (/^\s*(<!doctype html|<html|<!--|<head|<article)/i.test(text)) return 'html';
  return /^\s*\{/.test(text) ? 'json' : 'text';
}

function checkId(id: unknown): string {
  const parsed = ArticleId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid', 'The id in the file is none.', {
    faults: [{ pointer: '/id', detail: parsed.error.issues[0]?.message ?? '' }],
  });
}
