import { previewModes, type PreviewMode } from '#src/http/studio/preview-modes';
import { languages } from '#src/locales';
import { digestSamples, noticeSamples } from '#src/mail/samples';

export const samples = [...digestSamples.map((name) => `digests/${name}`), ...noticeSamples];
export const modes = [...previewModes, 'text'] as const;
export const widths = [640, 375, 320] as const;

/** What the page shows; every part is one of a list, so that it may stand in an address. */
export interface View {
  sample: string;
  language: string;
  mode: PreviewMode | 'text';
  width: number;
}

/** From a query that may say anything. */
export function chooseView(query: Record<string, unknown>): View {
  const sample = samples.find((known) => known === query['sample']) ?? 'digests/english-eight';
  return {
    sample,
    language: languages.find((known) => known === query['language']) ?? (sample.includes('hebrew') ? 'he' : 'en'),
    mode: modes.find((known) => known === query['mode']) ?? 'light',
    width: widths.find((known) => String(known) === query['width']) ?? widths[0],
  };
}

/** The address of a view, as a page or as the email alone. */
export function addressOf(path: '/' | '/email', view: View): string {
  const { sample, language, mode, width } = view;
  return `${path}?${new URLSearchParams({ sample, language, mode, width: String(width) }).toString()}`;
}
