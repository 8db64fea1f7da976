import { attribute, type Element } from '#src/rules/document';
import { isAllowedHost, isLoopback, isOwnHost, isSecure } from '#src/rules/hosts';
import { articlePlace, elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import type { Saying } from '#src/rules/saying';

const soundLinks: Rule = {
  id: 'D26',
  name: 'soundLinks',
  level: 'block',
  part: 'html',
  check: (message) => linksOf(message).flatMap((link) => linkFindings(message, link)),
};

/** A warning only: a site may be down for a minute, and some refuse HEAD. */
const livingLinks: Rule = {
  id: 'D26',
  name: 'livingLinks',
  level: 'warn',
  part: 'html',
  check: async (message) => (message.resolve ? lookUp(message) : []),
};

export const linkRules: Rule[] = [soundLinks, livingLinks];

function linksOf({ html }: CheckedMessage): Element[] {
  return html.elements.filter((element) => element.tagName === 'a');
}

function linkFindings(message: CheckedMessage, link: Element): Finding[] {
  const address = attribute(link, 'href') ?? '';
  const place = placeOf(message, link);
  if (address.startsWith('mailto:')) return [];
  if (!URL.canParse(address)) return [{ place, fault: 'relative' }];
  if (!isSecure(address)) return [{ place, fault: 'insecure' }];
  if (isAllowedHost(message, address)) return [];
  return [{ place, fault: 'host', values: { host: new URL(address).host } }];
}

async function lookUp(message: CheckedMessage): Promise<Finding[]> {
  const { resolve } = message;
  const foreign = linksOf(message).filter((link) => isForeign(message, attribute(link, 'href') ?? ''));
  const answers = await Promise.all(
    foreign.map(
      (link) =>
        resolve?.(attribute(link, 'href') ?? '').catch(() => ({ ok: false, status: 0 })) ?? Promise.resolve({ ok: true, status: 200 }),
    ),
  );
  return foreign.flatMap((link, index) => {
    const answer = answers[index];
    if (!answer || answer.ok) return [];
    const { status } = answer;
    return [{ place: placeOf(message, link), ...(status === 0 ? { fault: 'mute' } : { fault: 'refused', values: { status } }) }];
  });
}

function isForeign(message: CheckedMessage, address: string): boolean {
  return /^https?:/.test(address) && !isLoopback(address) && !isOwnHost(message, address);
}

function placeOf({ email }: CheckedMessage, link: Element): Saying {
  const index = email?.articles.findIndex((article) => new URL(article.url).href === attribute(link, 'href')) ?? -1;
  return email && index >= 0 ? articlePlace(email, index) : elementPlace(link);
}
