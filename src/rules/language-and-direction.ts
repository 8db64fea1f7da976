import { attribute, parentElement } from '#src/rules/document';
import { elementPlace } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

/** Clients strip the attributes of html and body, so whatever stands directly in the body repeats them. */
export const languageAndDirection: Rule = {
  id: 'D01',
  name: 'languageAndDirection',
  level: 'block',
  part: 'html',
  check: ({ html }) =>
    html.elements
      .filter((element) => element.tagName === 'html' || parentElement(element)?.tagName === 'body')
      .filter((element) => !attribute(element, 'lang') || !/^(ltr|rtl)$/.test(attribute(element, 'dir') ?? ''))
      .map((element) => ({ place: elementPlace(element), fault: 'unnamed' })),
};
