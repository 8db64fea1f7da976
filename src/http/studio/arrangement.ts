import type { DigestArticle } from '#src/digests/digest';

type List = readonly DigestArticle[];

/** Behind the others, but before what closes the digest. One that is there already stays where it is. */
export function withArticles(list: List, articleIds: readonly string[]): DigestArticle[] {
  const fresh = articleIds.filter((id) => !list.some(({ articleId }) => articleId === id));
  const added = fresh.map((articleId) => ({ articleId, slot: 'brief' as const, headline: null, description: null, whyItMatters: null }));
  const end = list.findIndex(({ slot }) => slot === 'more');
  return seat(end === -1 ? [...list, ...added] : [...list.slice(0, end), ...added, ...list.slice(end)]);
}

export function withoutArticle(list: List, articleId: string): DigestArticle[] {
  return seat(list.filter((article) => article.articleId !== articleId));
}

/** `to` is "up", "down", or a place counted from 1. */
export function moveArticle(list: List, articleId: string, to: string): DigestArticle[] {
  const from = list.findIndex((article) => article.articleId === articleId);
  const article = list[from];
  if (!article) return [...list];
  const target = to === 'up' ? from - 1 : to === 'down' ? from + 1 : /^\d{1,3}$/.test(to) ? Number(to) - 1 : from;
  const others = list.toSpliced(from, 1);
  const place = Math.min(Math.max(target, 0), others.length);
  return seat(others.toSpliced(place, 0, article));
}

export function editArticle(list: List, changed: DigestArticle): DigestArticle[] {
  const edited = list.map((article) => (article.articleId === changed.articleId ? changed : article));
  if (changed.slot !== 'more') return seat(edited);
  return seat([...edited.filter(({ articleId }) => articleId !== changed.articleId), changed]); // what closes the digest stands last
}

/** The order decides: the first is the top article, and only what stands at the end can close the digest. */
export function seat(list: List): DigestArticle[] {
  const lastBrief = list.findLastIndex(({ slot }, place) => place === 0 || slot !== 'more');
  return list.map((article, place) => ({ ...article, slot: place === 0 ? 'top' : place > lastBrief ? 'more' : 'brief' }));
}
