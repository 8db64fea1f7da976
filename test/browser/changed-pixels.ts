import type { Page } from 'playwright-core';

/** Processors round the sums of a filter differently, by less than anybody sees. */
const roundingOf = 6;

/** How many pixels of two PNGs differ in any channel by more than rounding; all, when the sizes differ. Decoded by the browser itself. */
export async function countChangedPixels(page: Page, expected: Buffer, actual: Buffer): Promise<number> {
  if (expected.equals(actual)) return 0;
  const pictures = [expected, actual].map((png) => `data:image/png;base64,${png.toString('base64')}`);
  return (await page.evaluate(`(${compare})(${JSON.stringify(pictures)}, ${roundingOf})`)) as number;
}

/** Runs in the browser. */
const compare = `async function (pictures, rounding) {
  const [one, other] = await Promise.all(pictures.map(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  }));
  if (one.width !== other.width || one.height !== other.height) return one.width * one.height;
  let changed = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    if ([0, 1, 2].some((channel) => Math.abs(one.data[at + channel] - other.data[at + channel]) > rounding)) changed += 1;
  }
  return changed;
}`;
