import { attribute, classesOf, parentElement, withAncestors, type Element } from '#src/rules/document';

export type Declarations = Map<string, string>;

/** One selector of a style rule, and the at-rule that it stands in, if any. */
export interface StyleRule {
  media: string | null;
  selector: string;
  declarations: Declarations;
}

/** The rules of a style element, of the simple CSS that email can use: one level of at-rules, no strings with braces. */
export function parseStyleSheet(css: string): StyleRule[] {
  const rules: StyleRule[] = [];
  for (const { head, body } of blocks(css.replace(/\/\*[\s\S]*?\*\//g, ''))) {
    const inner = head.startsWith('@') ? blocks(body) : [{ head, body }];
    const media = head.startsWith('@') ? head : null;
    if (media && inner.length === 0) rules.push({ media, selector: '', declarations: parseDeclarations(body) });
    for (const rule of inner) {
      const declarations = parseDeclarations(rule.body);
      for (const selector of rule.head.split(',')) rules.push({ media, selector: selector.trim(), declarations });
    }
  }
  return rules;
}

function parseDeclarations(style: string): Declarations {
  const pairs = style.split(';').map((declaration) => {
    const colon = declaration.indexOf(':');
    return [declaration.slice(0, colon).trim().toLowerCase(), declaration.slice(colon + 1).trim()] as const;
  });
  return new Map(pairs.filter(([property, value]) => property !== '' && value !== ''));
}

const inlineStyles = new WeakMap<Element, Declarations>();

/** The element's own style attribute, read once. */
export function inlineStyle(element: Element): Declarations {
  const known = inlineStyles.get(element);
  if (known) return known;
  const style = parseDeclarations(attribute(element, 'style') ?? '');
  inlineStyles.set(element, style);
  return style;
}

/** Does `selector` (types, classes, attributes, descendants, children) fit the element? */
export function matches(element: Element, selector: string): boolean {
  const steps = selector
    .replace(/\s*>\s*/g, ' >')
    .trim()
    .split(/\s+/);
  const last = steps.pop() ?? '';
  if (!matchesStep(element, last.replace(/^>/, ''))) return false;
  if (steps.length === 0) return true;
  const parent = parentElement(element);
  if (!parent) return false;
  const rest = steps.join(' ');
  if (last.startsWith('>')) return matches(parent, rest);
  return [...withAncestors(parent)].some((ancestor) => matches(ancestor, rest));
}

function matchesStep(element: Element, step: string): boolean {
  const parts = step.match(/\[[^\]]*\]|[.#:]*[\w*-]+/g) ?? [];
  return parts.every((part) => {
    if (part.startsWith('.')) return classesOf(element).includes(part.slice(1));
    if (part.startsWith('#')) return attribute(element, 'id') === part.slice(1);
    if (part.startsWith('[')) return matchesAttribute(element, part.slice(1, -1));
    if (part.startsWith(':')) return part === ':root' && element.tagName === 'html';
    return part === '*' || element.tagName === part.toLowerCase();
  });
}

function matchesAttribute(element: Element, wanted: string): boolean {
  const [name = '', value] = wanted.split('=');
  const actual = attribute(element, name);
  return value === undefined ? actual !== null : actual === value.replace(/["']/g, '');
}

function blocks(css: string): { head: string; body: string }[] {
  const found: { head: string; body: string }[] = [];
  let depth = 0;
  let start = 0;
  let open = 0;
  for (let index = 0; index < css.length; index += 1) {
    if (css[index] === '{' && (depth += 1) === 1) open = index;
    if (css[index] !== '}' || (depth -= 1) !== 0) continue;
    found.push({ head: css.slice(start, open).trim(), body: css.slice(open + 1, index) });
    start = index + 1;
  }
  return found;
}
