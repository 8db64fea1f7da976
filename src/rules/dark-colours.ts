import { attribute } from '#src/rules/document';
import { parseColour } from '#src/rules/colour';
import { elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import type { StyleRule } from '#src/rules/style-sheet';

/** Apple and Samsung honour the query, Outlook its own marks; Gmail inverts, and turns pure white and black worst of all. */
export const darkColours: Rule = {
  id: 'D13',
  level: 'block',
  part: 'html',
  promise: 'Dark colours are declared for every client that asks, and nothing is pure white or black.',
  check: (message) => [...undeclared(message), ...unmarked(message), ...pure(message)],
};

function undeclared({ html, styleRules }: CheckedMessage): Finding[] {
  const meta = html.elements.some(
    (element) => attribute(element, 'name') === 'color-scheme' && attribute(element, 'content') === 'light dark',
  );
  const root = styleRules.some(({ selector, declarations }) => selector === ':root' && declarations.get('color-scheme') === 'light dark');
  const dark = styleRules.some((rule) => isDark(rule));
  const message = 'The mail does not declare its dark colours.';
  const remedy = 'Include the head partial: meta color-scheme, :root and the dark media query.';
  return meta && root && dark ? [] : [{ place: 'head', message, remedy }];
}

/** Every dark colour has its copy under `[data-ogsc]` (text) or `[data-ogsb]` (ground). */
function unmarked({ styleRules }: CheckedMessage): Finding[] {
  const copies = new Set(styleRules.flatMap((rule) => colourKeys(rule, rule.selector.replace(/^(\[data-ogs[bc]\])\s*/, '$1 '))));
  return styleRules.filter(isDark).flatMap((rule) =>
    [...rule.declarations]
      .filter(([property]) => /^(color|background|background-color)$/.test(property))
      .filter(([property, value]) => !copies.has(`${property === 'color' ? '[data-ogsc]' : '[data-ogsb]'} ${rule.selector} ${value}`))
      .map(([property]) => ({
        place: `style ${rule.selector}`,
        message: `The dark ${property} has no copy for Outlook.`,
        remedy: 'Repeat it under [data-ogsc] or [data-ogsb].',
      })),
  );
}

function pure({ html, styleRules }: CheckedMessage): Finding[] {
  const inline = html.elements
    .filter((element) => hasPureColour(`${attribute(element, 'style') ?? ''};bgcolor:${attribute(element, 'bgcolor') ?? ''}`))
    .map(elementPlace);
  const sheets = styleRules
    .filter(({ declarations }) => [...declarations].some(([property, value]) => hasPureColour(`${property}:${value}`)))
    .map(({ selector }) => `style ${selector}`);
  return [...inline, ...sheets].map((place) => ({
    place,
    message: 'A colour is pure white or pure black.',
    remedy: 'Use the palette: #fdfdfb and #1b1b1a.',
  }));
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
