import { readMessage, type CheckRequest } from '#src/rules/checked-message';
import type { Finding, Level, Part, Rule } from '#src/rules/rule';
import { rules } from '#src/rules/rules';
import { type Saying, saying } from '#src/rules/saying';

/** `spellOut` makes sentences of the three that say something. */
export interface CheckItem {
  id: string;
  level: Level;
  ok: boolean;
  part: Part;
  place: Saying | null;
  message: Saying;
  remedy: Saying | null;
}

export interface Checks {
  canSend: boolean;
  items: CheckItem[];
}

const mostFindings = 5;

/** Holds a message against every rule. One item for a rule that it keeps, one for each place that breaks it (the first five). Fetches nothing without `resolve`. */
export async function checkEmail(request: CheckRequest): Promise<Checks> {
  const message = readMessage(request);
  const items: CheckItem[] = [];
  for (const rule of rules) items.push(...itemsOf(rule, await rule.check(message)));
  return { canSend: items.every((item) => item.ok || item.level === 'warn'), items };
}

function itemsOf({ id, name, level, part }: Rule, findings: Finding[]): CheckItem[] {
  if (findings.length === 0) return [{ id, level, ok: true, part, place: null, message: saying(`${name}.promise`), remedy: null }];
  const rest = findings.length - mostFindings;
  return findings.slice(0, mostFindings).map(({ fault, values, ...found }, index) => {
    const message = saying(`${name}.${fault}.message`, values);
    return {
      id,
      ok: false,
      level,
      part,
      ...found,
      message: index === mostFindings - 1 && rest > 0 ? saying('more', { message, count: rest }) : message,
      remedy: saying(`${name}.${fault}.remedy`, values),
    };
  });
}
