import { attributeOf, type Element, elementsOf, textOf } from '#src/articles/html-tree';
import { cleanText } from '#src/mail/clean-text';

const notText = new Set([
  'nav',
  'aside',
  'footer',
  'header',
  'form',
  'figure',
  'figcaption',
  'script',
  'style',
  'noscript',
  'template',
  'dialog',
  'menu',
]);

/** The article's paragraphs: the `p` elements of its marked body, else of the article element that holds most text, else of main, else of the page. */
export function paragraphsOf(elements: Element[]): string[] {
  const places = [
    elements.filter((element) => attributeOf(element, 'itemprop') === 'articleBody'),
    elements.filter(({ tagName }) => tagName === 'article'),
    elements.filter(({ tagName }) => tagName === 'main'),
    elements.filter(({ tagName }) => tagName === 'body'),
  ];
  for (const place of places) {
    const [longest = []] = place
      .slice(0, 20)
      .map(paragraphsIn)
      .toSorted((one, other) => lengthOf(other) - lengthOf(one));
    if (longest.length > 0) return longest;
  }
  return [];
}

function paragraphsIn(place: Element): string[] {
  const paragraphs: string[] = [];
  for (const element of elementsOf(place, ({ tagName }) => notText.has(tagName))) {
    if (element.tagName === 'p') paragraphs.push(cleanText(textOf(element)));
  }
  return paragraphs.filter((paragraph) => paragraph !== '');
}

function lengthOf(paragraphs: string[]): number {
  return paragraphs.reduce((sum, paragraph) => sum + paragraph.length, 0);
}
