export type Colour = readonly [red: number, green: number, blue: number];

/** `#abc`, `#aabbcc` or `rgb(1, 2, 3)`, also with `!important` behind it; null for anything else. */
export function parseColour(text: string): Colour | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})\b/i.exec(text.trim())?.[1];
  if (hex) {
    const [red, green, blue] = hex.length === 3 ? Array.from(hex, (digit) => digit + digit) : (hex.match(/../g) ?? []);
    return [parseInt(red ?? '', 16), parseInt(green ?? '', 16), parseInt(blue ?? '', 16)];
  }
  const rgb = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/i.exec(text.trim());
  return rgb ? [Number(rgb[1]), Number(rgb[2]), Number(rgb[3])] : null;
}

/** Contrast ratio, WCAG 2.2: 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((first, second) => second - first) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

export function inverted([red, green, blue]: Colour): Colour {
  return [255 - red, 255 - green, 255 - blue];
}

export function hexOf(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
