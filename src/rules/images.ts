import { attribute, type Element } from '#src/rules/document';
import { isAllowedHost, isSecure } from '#src/rules/hosts';
import { articlePlace, at, clip } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import type { Saying } from '#src/rules/saying';

const heroBytes = 120 * 1024;
const allBytes = 300 * 1024;

const describedImages: Rule = {
  id: 'D06',
  name: 'describedImages',
  level: 'block',
  part: 'html',
  check: (message) => [
    ...imagesOf(message).flatMap((image) => {
      const missing = ['alt', 'width', 'height'].filter((name) => (attribute(image, name) ?? '').trim() === '');
      return missing.length === 0 ? [] : [{ place: imagePlace(image), fault: 'lacks', values: { attributes: missing.join(', ') } }];
    }),
    ...repeatedHeadlines(message),
  ],
};

const lightImages: Rule = {
  id: 'D22',
  name: 'lightImages',
  level: 'warn',
  part: 'html',
  check: async (message) => {
    const images = imagesOf(message);
    const findings = images.flatMap((image) => imageFindings(message, image));
    if (images.length > 1) findings.push({ place: at('wholeMail'), fault: 'several' });
    return [...findings, ...(await weighed(message, images))];
  },
};

export const imageRules: Rule[] = [describedImages, lightImages];

function imagesOf({ html }: CheckedMessage): Element[] {
  return html.elements.filter((element) => element.tagName === 'img');
}

function imagePlace(image: Element): Saying {
  return at('image', { address: clip(attribute(image, 'src') ?? '') });
}

function repeatedHeadlines({ email }: CheckedMessage): Finding[] {
  return (email?.articles ?? []).flatMap((article, index) => {
    if (!email || !article.image || article.image.alt.trim().toLowerCase() !== article.headline.trim().toLowerCase()) return [];
    return [{ part: 'articles', place: articlePlace(email, index), fault: 'repeated' }];
  });
}

function imageFindings(message: CheckedMessage, image: Element): Finding[] {
  const source = attribute(image, 'src') ?? '';
  const place = imagePlace(image);
  const findings: Finding[] = [];
  if (!isSecure(source)) findings.push({ place, fault: 'insecure' });
  if (!isAllowedHost(message, source)) findings.push({ place, fault: 'host' });
  if (!/\.(jpe?g|png|gif)$/i.test(pathOf(source))) findings.push({ place, fault: 'format' });
  return findings;
}

async function weighed({ resolve }: CheckedMessage, images: Element[]): Promise<Finding[]> {
  if (!resolve) return [];
  const sizes = await Promise.all(
    images.map(async (image) => (await resolve(attribute(image, 'src') ?? '').catch(() => null))?.bytes ?? 0),
  );
  const heavy = images.filter((_, index) => (sizes[index] ?? 0) > heroBytes).map(imagePlace);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const findings = heavy.map((place): Finding => ({ place, fault: 'heavy' }));
  if (total > allBytes) findings.push({ place: at('wholeMail'), fault: 'total' });
  return findings;
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : '';
}
