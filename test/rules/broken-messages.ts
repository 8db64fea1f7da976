import type { DigestEmail } from '#src/mail/digest-email';
import type { CheckRequest } from '#src/rules/checked-message';

/** A way to break one rule: from a message that keeps them all. */
export interface Breakage {
  id: string;
  what: string;
  from?: string;
  spoil: (message: CheckRequest) => CheckRequest;
}

/** TABLE: at least one message that breaks each rule. `from` names the sample; `english-eight` when absent. */
export const breakages: Breakage[] = [
  { id: 'D01', what: 'html without lang', spoil: inHtml('<html lang="en"', '<html') },
  { id: 'D01', what: 'a wrapper without dir', spoil: inHtml('role="main" lang="en" dir="ltr"', 'role="main" lang="en"') },
  { id: 'D02', what: 'no announced wrapper', spoil: inHtml('aria-roledescription="email"', '') },
  { id: 'D03', what: 'a table of data', spoil: inHtml(' role="presentation"', '') },
  { id: 'D03', what: 'a ghost table of data', spoil: inHtml('</body>', '<!--[if mso]><table></table><![endif]--></body>') },
  { id: 'D04', what: 'two h1', spoil: inHtml('<h2 ', '<h1 ') },
  { id: 'D04', what: 'a skipped level', spoil: inHtml(/<h3 /, '<h4 ') },
  { id: 'D04', what: 'a headline that is no heading', spoil: inHtml(/<h3 ([^>]*)>(.*?)<\/h3>/, '<p $1>$2</p>') },
  { id: 'D05', what: 'a block in a link', spoil: inHtml(/(<h3[^>]*><a[^>]*>)(.*?)<\/a>/, '$1<div>$2</div></a>') },
  { id: 'D06', what: 'an image without alt', spoil: inHtml(/ alt="[^"]*"/, '') },
  { id: 'D06', what: 'an image without height', spoil: inHtml(/ height="\d+"/, '') },
  {
    id: 'D06',
    what: 'an alternative text that repeats the headline',
    spoil: inEmail((email) => (lead(email).image!.alt = lead(email).headline)),
  },
  { id: 'D07', what: 'pale text', spoil: inHtml('color:#1b1b1a;"', 'color:#b9b9b9;"') },
  { id: 'D07', what: 'text that is pale in dark mode', spoil: inHtml('.page .meta{color: #b5b5ad', '.page .meta{color: #454545') },
  {
    id: 'D07',
    what: 'text that is pale in Outlook’s dark mode',
    spoil: inHtml('[data-ogsc] .page .meta{color: #b5b5ad', '[data-ogsc] .page .meta{color: #454545'),
  },
  { id: 'D07', what: 'text that is pale when a client inverts it', spoil: inHtml('color:#1b1b1a;"', 'color:#767676;"') },
  {
    id: 'D07',
    what: 'a link without underline',
    spoil: inHtml('color:#0a4a8f;text-decoration:underline', 'color:#0a4a8f;text-decoration:none'),
  },
  { id: 'D08', what: 'a link that says nothing', spoil: inHtml('>View on the web</a>', '>here</a>') },
  { id: 'D08', what: 'a Hebrew link that says nothing', from: 'hebrew-eight', spoil: inHtml('>לצפייה בדפדפן</a>', '>קראו עוד</a>') },
  { id: 'D09', what: 'small body text', spoil: inHtml(/font-size:17px;line-height:27px/g, 'font-size:15px;line-height:27px') },
  { id: 'D09', what: 'tiny print', spoil: inHtml('font-size:14px', 'font-size:12px') },
  { id: 'D09', what: 'tight lines', spoil: inHtml(/font-size:17px;line-height:27px/g, 'font-size:17px;line-height:20px') },
  { id: 'D09', what: 'a size in rem', spoil: inHtml('font-size:14px', 'font-size:1rem') },
  { id: 'D10', what: 'a mail of 700 px', spoil: inHtml('max-width:600px', 'max-width:700px') },
  { id: 'D10', what: 'a fixed width', spoil: inHtml('margin:0 0 16px', 'margin:0;width:536px') },
  { id: 'D10', what: 'two columns', spoil: inHtml(/<\/td><\/tr>/, '</td><td>second</td></tr>') },
  { id: 'D10', what: 'an image that cannot shrink', spoil: inHtml('</body>', '<img src="x.jpg" style="width:300px"></body>') },
  {
    id: 'D10',
    what: 'a long line that may not break',
    spoil: inHtml('<p style="margin:10px 0 0"', '<p style="margin:10px 0 0;white-space:nowrap"'),
  },
  { id: 'D11', what: 'flex', spoil: inHtml('margin:0 0 16px', 'margin:0;display:flex') },
  { id: 'D11', what: 'a logical property', spoil: inHtml('margin:0 0 16px', 'margin-inline-start:4px') },
  { id: 'D11', what: 'a variable', spoil: inHtml('margin:0 0 16px', 'margin:var(--gap)') },
  { id: 'D11', what: 'a form', spoil: inHtml('</body>', '<form></form></body>') },
  { id: 'D11', what: 'a WebP image', spoil: inHtml('pipes-1072.jpg', 'pipes-1072.webp') },
  { id: 'D11', what: 'a link inside the mail', spoil: inHtml(/href="https:\/\/briefing[^"]*"/, 'href="#top"') },
  { id: 'D11', what: 'a property that clients do not know', spoil: inHtml('margin:0 0 16px', 'backdrop-filter:blur(2px)') },
  { id: 'D11', what: 'a property that nobody has tested', spoil: inHtml('margin:0 0 16px', 'anchor-name:here') },
  { id: 'D11', what: 'an element that clients do not know', spoil: inHtml('<h1 ', '<header></header><h1 ') },
  { id: 'D12', what: 'a font from elsewhere', spoil: inHtml('</head>', '<link href="https://fonts.example/css" rel="stylesheet"></head>') },
  { id: 'D12', what: 'a sheet from elsewhere', spoil: inHtml('</style>', '@import url(https://fonts.example/sheet.css);</style>') },
  {
    id: 'D12',
    what: 'a font for Outlook alone',
    spoil: inHtml('</body>', '<!--[if mso]><link href="https://fonts.example/css"><![endif]--></body>'),
  },
  { id: 'D12', what: 'no fallback font', spoil: inHtml(/font-family:Arial, [^;]*;/g, 'font-family:Ubuntu;') },
  { id: 'D13', what: 'no dark colours', spoil: inHtml('@media (prefers-color-scheme: dark)', '@media print') },
  { id: 'D13', what: 'no copy for Outlook', spoil: inHtml('[data-ogsc] .page a{color: #8db8ee !important;}', '') },
  { id: 'D13', what: 'pure white', spoil: inHtml('background:#fdfdfb', 'background:#ffffff') },
  { id: 'D13', what: 'no color-scheme', spoil: inHtml('<meta name="color-scheme" content="light dark">', '') },
  { id: 'D14', what: 'a section from left to right', from: 'hebrew-eight', spoil: inHtml('direction:rtl', 'direction:ltr') },
  { id: 'D14', what: 'a cell aligned to the left', from: 'hebrew-eight', spoil: inHtml('<td align="right"', '<td align="left"') },
  { id: 'D14', what: 'a text without dir', from: 'hebrew-eight', spoil: inHtml(/(<td align="right"[^>]*><div [^>]*) dir="rtl"/, '$1') },
  {
    id: 'D15',
    what: 'a foreign word without span',
    from: 'hebrew-eight',
    spoil: inHtml('<span dir="ltr">CardioLine</span>', 'CardioLine'),
  },
  { id: 'D15', what: 'bdi', from: 'hebrew-eight', spoil: inHtml('<span dir="ltr">CardioLine</span>', '<bdi>CardioLine</bdi>') },
  {
    id: 'D15',
    what: 'an article that hides its language',
    from: 'mixed-in-english',
    spoil: inHtml('<div lang="he" dir="rtl"', '<div dir="rtl"'),
  },
  {
    id: 'D16',
    what: 'a subject that starts in the other direction',
    from: 'hebrew-eight',
    spoil: subjectOf('CNN: מתקן ההתפלה בחדרה יתעכב'),
  },
  { id: 'D16', what: 'a line with a loose foreign word', from: 'hebrew-eight', spoil: inText(/[\u2066\u2069]/g, '') },
  { id: 'D17', what: 'a short subject', spoil: subjectOf('News') },
  { id: 'D17', what: 'a long subject', spoil: subjectOf('A subject that goes on for quite a while and then goes on') },
  { id: 'D17', what: 'capitals', spoil: subjectOf('HADERA WATER PLANT SLIPS') },
  { id: 'D17', what: 'a feigned answer', spoil: subjectOf('Re: Hadera water plant slips') },
  { id: 'D17', what: 'an old subject', spoil: (message) => ({ ...message, previousSubjects: [message.rendered.subject] }) },
  { id: 'D18', what: 'a short preheader', spoil: rendered({ preheader: 'News inside' }) },
  { id: 'D18', what: 'a preheader that repeats the subject', spoil: rendered({ preheader: 'Hadera water plant slips a year' }) },
  {
    id: 'D19',
    what: 'fillers',
    spoil: inHtml('Bank of Israel waits</div>', `Bank of Israel waits${'&#847;&zwnj;&nbsp;'.repeat(40)}</div>`),
  },
  {
    id: 'D20',
    what: 'a long note before the lead',
    spoil: inHtml('Good morning. Water first today,', 'A very long beginning, '.repeat(12)),
  },
  { id: 'D21', what: 'a mail of 80 KB', spoil: inHtml('</body>', `<!--${'x'.repeat(62 * 1024)}--></body>`) },
  { id: 'D21', what: 'a mail of 100 KB', spoil: inHtml('</body>', `<!--${'x'.repeat(84 * 1024)}--></body>`) },
  { id: 'D21', what: 'a mail that Gmail clips', spoil: inHtml('</body>', `<!--${'x'.repeat(104 * 1024)}--></body>`) },
  { id: 'D21', what: 'styles of 9 KB', spoil: inHtml('</style>', `${'p{margin:0}'.repeat(800)}</style>`) },
  { id: 'D22', what: 'an image over http', spoil: inHtml('https://www.coastline.example/images', 'http://www.coastline.example/images') },
  { id: 'D22', what: 'an image from elsewhere', spoil: inHtml('https://www.coastline.example/images', 'https://pictures.example/images') },
  {
    id: 'D22',
    what: 'a heavy image',
    spoil: (message) => ({ ...message, resolve: async () => ({ ok: true, status: 200, bytes: 200_000 }) }),
  },
  {
    id: 'D22',
    what: 'an image and the weight of three',
    spoil: (message) => ({ ...message, resolve: async () => ({ ok: true, status: 200, bytes: 400_000 }) }),
  },
  { id: 'D22', what: 'a second image', spoil: inHtml('</body>', '<img src="https://www.coastline.example/images/two.jpg"></body>') },
  { id: 'D22', what: 'an image of another format', spoil: inHtml('pipes-1072.jpg', 'pipes-1072.tiff') },
  { id: 'D23', what: 'no postal address', spoil: inHtml('4 Lighthouse Street', 'Somewhere') },
  { id: 'D23', what: 'no preferences', spoil: inHtml('/preferences/', '/elsewhere/') },
  { id: 'D23', what: 'no way to write', spoil: inHtml('mailto:', 'sms:') },
  { id: 'D23', what: 'no date of joining', spoil: inHtml(/slot\.(joined|since)/g, 'some day') },
  { id: 'D23', what: 'no web page', spoil: inHtml(/href="https:\/\/[^"]*\/digests\/[^"]*"/g, 'href="https://briefing.example.org/"') },
  { id: 'D23', what: 'no sender', spoil: inEmail((email) => (email.newsletter.fromName = 'Somebody else')) },
  { id: 'D23', what: 'no preferences in the text', spoil: inText('/preferences/', '/elsewhere/') },
  { id: 'D23', what: 'no way to write in the text', spoil: inText(/@/g, ' at ') },
  { id: 'D23', what: 'no date of joining in the text', spoil: inText(/slot\.(joined|since)/g, 'some day') },
  { id: 'D23', what: 'no web page in the text', spoil: inText(/\/digests\//g, '/elsewhere/') },
  { id: 'D23', what: 'no postal address in the text', spoil: inText('4 Lighthouse Street', 'Somewhere') },
  { id: 'D24', what: 'no unsubscribe link', spoil: inHtml('/u/slot', '/x/slot') },
  { id: 'D24', what: 'a hidden unsubscribe link', spoil: inHtml(/(<a href="[^"]*\/u\/slot[^>]*style=")/, '$1display:none;') },
  { id: 'D24', what: 'no unsubscribe link in the text', spoil: inText('/u/slot', '/x/slot') },
  { id: 'D24', what: 'a tiny unsubscribe link', spoil: inHtml(/font-size:1[34]px/g, 'font-size:11px') },
  { id: 'D25', what: 'a long line', spoil: inText('\n\n', `\n\n${'long '.repeat(20)}\n\n`) },
  { id: 'D25', what: 'an address within a line', spoil: inText('\nhttps://www', ' see https://www') },
  {
    id: 'D25',
    what: 'an address of nobody’s within a line',
    spoil: inText('\n\n', '\n\nSee https://www.coastline.example/elsewhere for more\n\n'),
  },
  { id: 'D25', what: 'markup', spoil: inText('\n\n', '\n\n<p>Hello</p>\n\n') },
  { id: 'D25', what: 'an article without number', spoil: inText('\n2. ', '\n') },
  { id: 'D26', what: 'a relative link', spoil: inHtml(/href="https:\/\/www[^"]*"/, 'href="/en/2026"') },
  { id: 'D26', what: 'a link over http', spoil: inHtml('href="https://www', 'href="http://www') },
  { id: 'D26', what: 'a host that is not on the list', spoil: inHtml('href="https://www.coastline', 'href="https://www.coastiine') },
  {
    id: 'D26',
    what: 'an article on a host that is not on the list',
    spoil: everywhere('https://www.coastline.example/en/', 'https://www.coastiine.example/en/'),
  },
  { id: 'D26', what: 'a dead link', spoil: (message) => ({ ...message, resolve: async () => ({ ok: false, status: 404 }) }) },
  {
    id: 'D26',
    what: 'a link that does not answer',
    spoil: (message) => ({ ...message, resolve: () => Promise.reject(new Error('refused')) }),
  },
  { id: 'D27', what: 'a merge field in the note', spoil: inEmail((email) => (email.note = 'Good morning {{firstName}}')) },
  { id: 'D27', what: 'a merge field in a title', spoil: inHtml('</h1>', ' {{firstName}}</h1>') },
  { id: 'D27', what: 'a merge field in an attribute', spoil: inHtml(' alt="', ' alt="{{firstName}} ') },
  { id: 'D27', what: 'undefined in the text', spoil: inText('\n\n', '\n\nundefined\n\n') },
  { id: 'D27', what: 'an object in a header', spoil: (message) => ({ ...message, headers: { 'List-Id': '[object Object]' } }) },
  {
    id: 'D28',
    what: 'a second rendering that differs',
    spoil: (message) => ({ ...message, again: { ...message.rendered, html: `${message.rendered.html} ` } }),
  },
  { id: 'D29', what: 'VML', spoil: inHtml('</body>', '<!--[if mso]><v:rect></v:rect><![endif]--></body>') },
  { id: 'D29', what: 'an open ghost table', spoil: inHtml('</body>', '<!--[if mso]><table role="presentation"><![endif]--></body>') },
  { id: 'D30', what: 'two articles', spoil: inEmail((email) => (email.articles = email.articles.slice(0, 2))) },
  { id: 'D30', what: 'one article', spoil: inEmail((email) => (email.articles = email.articles.slice(0, 1))) },
  {
    id: 'D30',
    what: 'forty links',
    spoil: inHtml('</body>', `${'<a href="https://www.coastline.example/en/">More of it</a>'.repeat(40)}</body>`),
  },
  {
    id: 'D30',
    what: 'two buttons',
    spoil: inHtml(
      '</body>',
      `<table>${'<tr><td><a style="display:inline-block;background:#0a4a8f">Go</a></td></tr>'.repeat(2)}</table></body>`,
    ),
  },
  { id: 'D30', what: 'an hour of reading', spoil: inEmail((email) => (lead(email).description = 'word '.repeat(15_000))) },
  { id: 'L01', what: 'an unlabelled advertisement', spoil: inEmail((email) => (lead(email).kind = 'sponsored')) },
  { id: 'L01', what: 'an unlabelled appeal', spoil: inEmail((email) => (lead(email).kind = 'appeal')) },
  { id: 'L01', what: 'a label in the wrong place', from: 'mixed-in-hebrew', spoil: subjectOf('מים, לב ומדף אחד. פרסומת') },
];

function inHtml(from: string | RegExp, to: string): Breakage['spoil'] {
  return (message) => ({ ...message, rendered: { ...message.rendered, html: replaced(message.rendered.html, from, to) } });
}

function inText(from: string | RegExp, to: string): Breakage['spoil'] {
  return (message) => ({ ...message, rendered: { ...message.rendered, text: replaced(message.rendered.text, from, to) } });
}

/** In the digest as in what was rendered from it. */
function everywhere(from: string, to: string): Breakage['spoil'] {
  return (message) => ({ ...message, ...(JSON.parse(replaced(JSON.stringify(message), new RegExp(from, 'g'), to)) as CheckRequest) });
}

function rendered(part: Partial<CheckRequest['rendered']>): Breakage['spoil'] {
  return (message) => ({ ...message, rendered: { ...message.rendered, ...part } });
}

function subjectOf(subject: string): Breakage['spoil'] {
  return rendered({ subject });
}

function inEmail(change: (email: DigestEmail) => void): Breakage['spoil'] {
  return (message) => {
    const email = structuredClone(message.email);
    if (email) change(email);
    return { ...message, email };
  };
}

function lead(email: DigestEmail): DigestEmail['articles'][number] {
  return email.articles[0]!;
}

function replaced(text: string, from: string | RegExp, to: string): string {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`Nothing to spoil: ${String(from)}`);
  return result;
}
