import { attribute, type Element } from '#src/rules/document';
import { isAllowedHost, isSecure } from '#src/rules/hosts';
import { articlePlace, quote } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

const heroBytes = 120 * 1024;
const allBytes = 300 * 1024;

const describedImages: Rule = {
  id: 'D06',
  level: 'block',
  part: 'html',
  promise: 'Every image has its size and words that take its place.',
  check: (message) => [
    ...imagesOf(message).flatMap((image) => {
      const missing = ['alt', 'width', 'height'].filter((name) => (attribute(image, name) ?? '').trim() === '');
      if (missing.length === 0) return [];
      return [
        { place: imagePlace(image), message: `An image lacks ${missing.join(', ')}.`, remedy: 'Give every image alt, width and height.' },
      ];
    }),
    ...repeatedHeadlines(message),
  ],
};

const lightImages: Rule = {
  id: 'D22',
  level: 'warn',
  part: 'html',
  promise: 'Images are few, light, over https and in a format that every client shows.',
  check: async (message) => {
    const images = imagesOf(message);
    const findings = images.flatMap((image) => imageFindings(message, image));
    if (images.length > 1)
      findings.push({ place: 'the whole mail', message: 'There is more than one image.', remedy: 'Keep the lead’s image only.' });
    return [...findings, ...(await weighed(message, images))];
  },
};

export const imageRules: Rule[] = [describedImages, lightImages];

function imagesOf({ html }: CheckedMessage): Element[] {
  return html.elements.filter((element) => element.tagName === 'img');
}

function imagePlace(image: Element): string {
  return `image ${quote(attribute(image, 'src') ?? '')}`;
}

function repeatedHeadlines({ email }: CheckedMessage): Finding[] {
  return (email?.articles ?? []).flatMap((article, index) => {
    if (!email || !article.image || article.image.alt.trim().toLowerCase() !== article.headline.trim().toLowerCase()) return [];
    return [
      {
        part: 'articles',
        place: articlePlace(email, index),
        message: 'The image’s alternative text repeats the headline.',
        remedy: 'Say what the picture shows.',
      },
    ];
  });
}

function imageFindings(message: CheckedMessage, image: Element): Finding[] {
  const source = attribute(image, 'src') ?? '';
  const place = imagePlace(image);
  const findings: Finding[] = [];
  if (!isSecure(source)) findings.push({ place, message: 'The image is not fetched over https.', remedy: 'Use an https address.' });
  if (!isAllowedHost(message, source))
    findings.push({ place, message: 'The image is on a host that is not on the list.', remedy: 'Host it yourself, or allow its host.' });
  if (!/\.(jpe?g|png|gif)$/i.test(pathOf(source)))
    findings.push({ place, message: 'The image does not look like JPEG or PNG.', remedy: 'Use JPEG or PNG.' });
  return findings;
}

async function weighed({ resolve }: CheckedMessage, images: Element[]): Promise<Finding[]> {
  if (!resolve) return [];
  const sizes = await Promise.all(
    images.map(async (image) => (await resolve(attribute(image, 'src') ?? '').catch(() => null))?.bytes ?? 0),
  );
  const heavy = images.filter((_, index) => (sizes[index] ?? 0) > heroBytes).map(imagePlace);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const findings = heavy.map((place) => ({ place, message: 'The image is heavier than 120 KB.', remedy: 'Compress it.' }));
  if (total > allBytes)
    findings.push({ place: 'the whole mail', message: 'The images weigh more than 300 KB.', remedy: 'Use fewer or smaller images.' });
  return findings;
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : '';
}
