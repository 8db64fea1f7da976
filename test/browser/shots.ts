import type { RenderRequest } from '#src/mail/emails';
import { digestSamples, readDigestSample, readNoticeSample } from '#src/mail/samples';
import type { PreviewMode } from '#src/http/studio/preview-modes';

export interface Shot {
  name: string;
  request: RenderRequest;
  mode: PreviewMode;
  width: number;
}

/** What a reader may meet: three widths, dark colours, a client that inverts, no images, no styles. */
const views: Record<string, Pick<Shot, 'mode' | 'width'>> = {
  desk: { mode: 'light', width: 640 },
  phone: { mode: 'light', width: 375 },
  'small-phone': { mode: 'light', width: 320 },
  dark: { mode: 'dark', width: 640 },
  inverted: { mode: 'inverted', width: 375 },
  'no-images': { mode: 'no-images', width: 375 },
  'no-styles': { mode: 'no-styles', width: 320 },
};
const everyView = Object.keys(views);

/** The two usual digests in every view, each other sample in one, so that the views come round; the letters light and dark. */
export const shots: Shot[] = [
  ...['english-eight', 'hebrew-eight'].flatMap((sample) => everyView.map((view) => digestShot(sample, view))),
  ...digestSamples
    .filter((sample) => !/^(english|hebrew)-eight$/.test(sample))
    .map((sample, index) => digestShot(sample, everyView[index % everyView.length] ?? 'desk')),
  ...(['confirmation', 'welcome', 'goodbye'] as const).flatMap((letter) => [
    letterShot(letter, 'en', 'phone'),
    letterShot(letter, 'he', 'dark'),
  ]),
];

function digestShot(sample: string, view: string): Shot {
  return { name: `${sample}.${view}`, request: { email: 'digest', variables: readDigestSample(sample) }, ...viewOf(view) };
}

function letterShot(letter: 'confirmation' | 'welcome' | 'goodbye', language: string, view: string): Shot {
  return { name: `${letter}.${language}.${view}`, request: readNoticeSample(letter, language), ...viewOf(view) };
}

function viewOf(name: string): Pick<Shot, 'mode' | 'width'> {
  const view = views[name];
  if (!view) throw new Error(`No view ${name}`);
  return view;
}
