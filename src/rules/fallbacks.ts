/**
 * TABLE of what our mail uses although some clients do not know it, and what their readers get instead.
 * A feature that is neither known everywhere nor here blocks a digest (D11).
 */
export const fallbacks: Record<string, string> = {
  '@media': 'the inline styles are already right for a phone and for light mode',
  '@media prefers-color-scheme': 'the light colours, which keep their contrast when a client inverts them',
  '<meta color-scheme>': 'the light colours',
  'color-scheme': 'the light colours',
  '!important': 'the inline styles',
  'selector attribute': 'the light colours: only Outlook’s marks are chosen by attribute',
  'selector id': 'nothing: MJML addresses one old web client by its id',
  'selector descendant': 'the light colours',
  'selector class': 'the light colours',
  'selector type': 'the inline styles',
  'selector grouping': 'the inline styles',
  'selector chaining': 'the inline styles',
  '<style>': 'the inline styles',
  '<link>': 'nothing: it is only named so that it can be refused',
  'border-radius': 'a button with square corners',
  'text-decoration-thickness': 'an ordinary underline',
  'text-underline-offset': 'an ordinary underline',
  'text-decoration': 'an underline of the client’s own',
  'word-break': 'a very long word that reaches over the edge',
  'word-spacing': 'ordinary spaces',
  'white-space': 'a date that may break',
  'max-height': 'a preheader that display:none hides anyway',
  overflow: 'a preheader that display:none hides anyway',
  'display:none': 'a preheader that is seen above the masthead, where it does no harm',
  outline: 'nothing: there are no framed images',
  cursor: 'the ordinary pointer',
  '[role]': 'tables are read as such: only the announcement is lost',
  '[aria-label]': 'the subject is not announced again',
  '[lang]': 'the reader’s own voice',
  '[dir]': 'CSS direction and alignment, which say the same',
  '[target]': 'the client’s own way to open a link',
  'href="mailto:"': 'the address stands in the text part',
  '<body>': 'the wrapper repeats what the body says',
  'html comments': 'nothing: they are for Outlook alone',
  'css comments': 'nothing',
  doctype: 'the client’s own page',
  'border-collapse': 'tables have no borders',
  'max-width': 'a wider column',
  height: 'the size that the image’s attributes give',
};

/** CSS that nobody has tested because every client has it, or that only one client reads. */
export const untested = /^(color|font-family|font-style|-ms-|-webkit-|mso-|supported-color-schemes|text-size-adjust)/;
