/** A link to one of our own pages: `/u/…` under the public address, with or without its last slash. */
export function publicLink(publicUrl: string, path: `/${string}`): string {
  return publicUrl.replace(/\/$/, '') + path;
}
