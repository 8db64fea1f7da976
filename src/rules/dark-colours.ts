import { attribute } from '#src/rules/document';
import { parseColour } from '#src/rules/colour';
import { at, elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import type { StyleRule } from '#src/rules/style-sheet';

/** Apple and Samsung honour the query, Outlook its own marks; Gmail inverts, and turns pure white and black worst of all. */
export const darkColours: Rule = {
  id: 'D13',
  name: 'darkColours',
  level: 'block',
  part: 'html',
  check: (message) => [...undeclared(message), ...unmarked(message), ...pure(message)],
};

function undeclared({ html, styleRules }: CheckedMessage): Finding[] {
  const meta = html.elements.some(
    (element) => attribute(element, 'name') === 'color-scheme' && attribute(element, 'content') === 'light dark',
  );
  const root = styleRules.some(({ selector, declarations }) => selector === ':root' && declarations.get('color-scheme') === 'light dark');
  const dark = styleRules.some((rule) => isDark(rule));
  return meta && root && dark ? [] : [{ place: at('named', { name: 'head' }), fault: 'undeclared' }];
}

/** Every dark colour has its copy under `[data-ogsc]` (text) or `[data-ogsb]` (ground). */
function unmarked({ styleRules }: CheckedMessage): Finding[] {
  const copies = new Set(styleRules.flatMap((rule) => colourKeys(rule, rule.selector.replace(/^(\[data-ogs[bc]\])\s*/, '$1 '))));
  return styleRules.filter(isDark).flatMap((rule) =>
    [...rule.declarations]
      .filter(([property]) => /^(color|background|background-color)$/.test(property))
      .filter(([property, value]) => !copies.has(`${property === 'color' ? '[data-ogsc]' : '[data-ogsb]'} ${rule.selector} ${value}`))
      .map(([property]) => ({ place: at('style', { selector: rule.selector }), fault: 'unmarked', values: { property } })),
  );
}

function pure({ html, styleRules }: CheckedMessage): Finding[] {
  const inline = html.elements
    .filter((element) => hasPureColour(`${attribute(element, 'style') ?? ''};bgcolor:${attribute(element, 'bgcolor') ?? ''}`))
    .map(elementPlace);
  const sheets = styleRules
    .filter(({ declarations }) => [...declarations].some(([property, value]) => hasPureColour(`${property}:${value}`)))
    .map(({ selector }) => at('style', { selector }));
  return [...inline, ...sheets].map((place) => ({ place, fault: 'pure' }));
}

function hasPureColour(style: string): boolean {
  return style.split(';').some((declaration) => {
    const [property = '', value = ''] = declaration.split(':');
    if (!/color|background|border/.test(property)) return false;
    const words = value.trim().split(/\s+/);
    return words.some((word) => /^(white|black)$/i.test(word) || /^(255,255,255|0,0,0)$/.test(parseColour(word)?.join() ?? ''));
  });
}

function isDark({ media }: StyleRule): boolean {
  return /prefers-color-scheme:\s*dark/.test(media ?? '');
}

function colourKeys(rule: StyleRule, selector: string): string[] {
  return [...rule.declarations.values()].map((value) => `${selector} ${value}`);
}
