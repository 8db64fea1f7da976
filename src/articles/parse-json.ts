import { findArticle, fromJsonLd, isNode } from '#src/articles/json-ld';
import { readDateLine } from '#src/articles/date-line';
import { Refusal } from '#src/errors';

/** What a JSON file holds: our own article, whose fields are still to be checked, and its id if it has one. */
export interface JsonArticle {
  id: unknown;
  article: unknown;
}

/** Reads an article in the API's own shape, or JSON-LD (schema.org NewsArticle). Times of JSON-LD without an offset are `zone`'s. */
export function parseJson(text: string, zone: string): JsonArticle {
  const value = readJson(text);
  if (!isNode(value)) throw fault('The file holds no article: one JSON object is expected.');
  if ('@type' in value || '@graph' in value || '@context' in value) return { id: undefined, article: readLinkedData(value, zone) };
  const { id, ...article } = value;
  return { id, article };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault(`The file is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

function readLinkedData(value: unknown, zone: string): unknown {
  const node = findArticle(value);
  if (!node) throw fault('The JSON-LD holds no NewsArticle.');
  const { datePublished, dateModified, ...rest } = fromJsonLd(node);
  return { ...rest, datePublished: time(datePublished, zone), dateModified: time(dateModified, zone) ?? null };
}

function time(written: string | undefined, zone: string): string | undefined {
  const moment = written === undefined ? null : readDateLine(written, zone);
  return moment instanceof Date ? moment.toISOString() : written;
}

function fault(detail: string): Refusal {
  return new Refusal('invalid', detail, { faults: [{ pointer: '', detail }] });
}
