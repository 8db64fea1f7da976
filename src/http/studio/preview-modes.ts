export const previewModes = ['light', 'dark', 'inverted', 'no-images', 'no-styles'] as const;
export type PreviewMode = (typeof previewModes)[number];
export const previewWidths = [600, 375, 320] as const;

/** A copy of the email as a client of that kind would show it. The email itself stays as it is. */
export function showAs(html: string, mode: PreviewMode): string {
  return inNewTab(modes[mode](html));
}

const darkQuery = /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/g;

const modes: Record<PreviewMode, (html: string) => string> = {
  light: (html) => html.replace(darkQuery, '(max-width:0)'),
  dark: (html) => html.replace(darkQuery, '(min-width:0)'),
  inverted: (html) =>
    withStyle(modes.light(html), 'html{background:#fff;filter:invert(1) hue-rotate(180deg)}img{filter:invert(1) hue-rotate(180deg)}'),
  'no-images': (html) => modes.light(html).replace(/(<img\b[^>]*?)\ssrc="[^"]*"/gi, '$1'),
  'no-styles': (html) => html.replace(/<style\b[^>]*>[\s\S]*?<\/style>/gi, ''),
};

/** A link in the frame opens beside the studio. */
function inNewTab(html: string): string {
  return html.replace(/<head\b[^>]*>/i, (head) => `${head}<base target="_blank">`);
}

function withStyle(html: string, rules: string): string {
  return html.replace(/<\/head>/i, (end) => `<style>${rules}</style>${end}`);
}
