/** An email in a browser: its own styles, no script, no form, and an origin of its own. Only pages of ours may frame it. */
export const previewHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; script-src 'none'; frame-ancestors 'self'; sandbox allow-popups",
  'X-Frame-Options': 'SAMEORIGIN',
} as const;
