import { attribute, withAncestors, type Element } from '#src/rules/document';
import { parseColour, type Colour } from '#src/rules/colour';
import { matches, inlineStyle, type StyleRule } from '#src/rules/style-sheet';

/** How a client shows the mail: as written, by its dark media query, or by Outlook's own marks. */
export type Scheme = 'light' | 'dark' | 'outlook-dark';

const fallbackBackground: Record<Scheme, Colour> = { light: [255, 255, 255], dark: [0, 0, 0], 'outlook-dark': [0, 0, 0] };

/** Reads the colours that an element ends up with. Knows what email uses: inline styles, `!important` rules of one scheme, inheritance. */
export function styleReader(styleRules: StyleRule[]) {
  const important: Record<Scheme, StyleRule[]> = {
    light: [],
    dark: styleRules.filter(({ media }) => media !== null && /prefers-color-scheme:\s*dark/.test(media)),
    'outlook-dark': styleRules.filter(({ selector }) => selector.startsWith('[data-ogs')).map(withoutOutlookMark),
  };
  const remembered = new Map<string, Map<Element, string | null>>();

  function declared(element: Element, property: 'color' | 'background', scheme: Scheme): string | null {
    const key = `${scheme} ${property}`;
    const known = remembered.get(key) ?? new Map<Element, string | null>();
    remembered.set(key, known);
    const before = known.get(element);
    if (before !== undefined) return before;
    const value = strongest(
      important[scheme].filter((rule) => valueOf(rule.declarations, property) !== null && matches(element, rule.selector)),
    );
    const result = value ? valueOf(value.declarations, property) : inlineValue(element, property);
    known.set(element, result);
    return result;
  }

  function nearest(element: Element, property: 'color' | 'background', scheme: Scheme): Colour | null {
    for (const ancestor of withAncestors(element)) {
      const colour = parseColour(declared(ancestor, property, scheme) ?? '');
      if (colour) return colour;
    }
    return null;
  }

  return {
    colour: (element: Element, scheme: Scheme): Colour => nearest(element, 'color', scheme) ?? [0, 0, 0],
    background: (element: Element, scheme: Scheme): Colour => nearest(element, 'background', scheme) ?? fallbackBackground[scheme],
  };
}

/** The nearest inline value of an inherited property, such as `font-size`. */
export function inheritedValue(element: Element, property: string): string | null {
  for (const ancestor of withAncestors(element)) {
    const value = inlineStyle(ancestor).get(property);
    if (value !== undefined) return value;
  }
  return null;
}

function strongest(rules: StyleRule[]): StyleRule | undefined {
  return rules.toSorted((one, other) => specificity(one.selector) - specificity(other.selector)).at(-1);
}

function specificity(selector: string): number {
  const classes = selector.match(/[.[:]/g)?.length ?? 0;
  const types = selector.match(/(?:^|[\s>])[a-z]/gi)?.length ?? 0;
  return (selector.match(/#/g)?.length ?? 0) * 10_000 + classes * 100 + types;
}

function inlineValue(element: Element, property: 'color' | 'background'): string | null {
  const inline = valueOf(inlineStyle(element), property);
  return inline ?? (property === 'background' ? attribute(element, 'bgcolor') : null);
}

function valueOf(declarations: ReadonlyMap<string, string>, property: 'color' | 'background'): string | null {
  return declarations.get(property) ?? (property === 'background' ? (declarations.get('background-color') ?? null) : null);
}

function withoutOutlookMark(rule: StyleRule): StyleRule {
  return { ...rule, selector: rule.selector.replace(/^\[data-ogs[bc]\]\s*/, '') };
}
