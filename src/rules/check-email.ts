import { readMessage, type CheckRequest } from '#src/rules/checked-message';
import type { Finding, Level, Part, Rule } from '#src/rules/rule';
import { rules } from '#src/rules/rules';

export interface CheckItem {
  id: string;
  level: Level;
  ok: boolean;
  part: Part;
  place: string;
  message: string;
  remedy: string;
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

function itemsOf(rule: Rule, findings: Finding[]): CheckItem[] {
  const { id, level, part } = rule;
  if (findings.length === 0) return [{ id, level, ok: true, part, place: '', message: rule.promise, remedy: '' }];
  const rest = findings.length - mostFindings;
  return findings.slice(0, mostFindings).map((finding, index) => ({
    id,
    ok: false,
    level,
    part,
    ...finding,
    message: index === mostFindings - 1 && rest > 0 ? `${finding.message} (and ${rest} more)` : finding.message,
  }));
}
