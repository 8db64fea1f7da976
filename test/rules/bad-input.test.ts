import { describe, expect, test } from '@jest/globals';
import { DigestEmail } from '#src/mail/digest-email';
import { readDigestSample } from '#src/mail/samples';
import { parseHtml } from '#src/rules/document';
import { checkEmail } from '#src/rules/check-email';
import { spellOut } from '#src/rules/spell-out';
import { checkedDigest } from './sample.js';

type Article = DigestEmail['articles'][number];

function withLead(name: string, change: Partial<Article>): DigestEmail {
  const email = readDigestSample(name);
  const [lead, ...rest] = email.articles as [Article, ...Article[]];
  return { ...email, articles: [{ ...lead, ...change }, ...rest] };
}

async function blocks(email: DigestEmail): Promise<string[]> {
  const { items } = await checkEmail(await checkedDigest(email));
  return items.filter(({ ok, level }) => !ok && level === 'block').map((item) => `${item.id} ${spellOut(item, 'en').message}`);
}

describe.each(['english-eight', 'hebrew-eight'])('in %s', (name) => {
  test.each([
    ['ar', 'rtl', 'وزارة الطاقة تؤجل محطة تحلية المياه سنة كاملة', 'قالت الوزارة إن محطة CardioLine ستفتح في ربيع 2028.'],
    ['fa', 'rtl', 'کارخانه آب شیرین‌کن یک سال دیرتر باز می‌شود', 'وزارتخانه این را در کنست گفت.'],
    ['ru', 'ltr', 'Опреснительный завод в Хадере откроется на год позже', 'Министерство сообщило об этом כנסת в воскресенье.'],
    ['zh-Hant', 'ltr', '哈代拉海水淡化廠將延後一年啟用', '部會週日向國會表示。'],
    ['am', 'ltr', 'የሐዴራ የውሃ ማጣሪያ በአንድ ዓመት ይዘገያል', 'ሚኒስቴሩ እሑድ ለክኔሴት ተናገረ።'],
  ])('an article in %s says so, and its direction', async (language, direction, headline, description) => {
    const email = withLead(name, { language, headline, description, whyItMatters: description });
    const { elements } = parseHtml((await checkedDigest(email)).rendered.html);
    const passage = elements.find(({ attrs }) => attrs.some((given) => given.name === 'lang' && given.value === language));
    expect(passage?.attrs).toContainEqual({ name: 'dir', value: direction });
    expect(await blocks(email)).toEqual([]);
  });

  test.each([
    ['a word of 5 KB', { headline: 'א'.repeat(2_500), description: 'x'.repeat(5_000) }],
    ['NUL and other controls', { headline: 'Be\u0000fore\u0007 and after\u001b[31m', description: 'One\u0000two' }],
    ['overrides', { headline: '\u202egnp.exe\u202c', description: '\u2067left open \u202d and open' }],
    ['a family, a flag, a skin tone', { headline: '👩‍👩‍👧‍👦 🇮🇱 👍🏽 and more to read', description: '🏴󠁧󠁢󠁥󠁮󠁧󠁿'.repeat(40) }],
    [
      'templates of others',
      { headline: '{{7*7}} ${7*7} <%= 7*7 %> %recipient%', description: '<mj-include path="/etc/passwd" /> *|FNAME|*' },
    ],
    ['markup', { headline: '<script>alert(1)</script> <mj-raw>', description: '</td></table></body>--><![endif]-->' }],
    [
      'an image address that quotes',
      { image: { url: 'https://www.coastline.example/x.jpg?"onerror="alert(1)', alt: '">', width: 1, height: 9_000 } },
    ],
  ])('%s leaves no broken message', async (_what, change) => {
    expect(await blocks(withLead(name, change))).toEqual([]);
  });
});

test.each([
  ['an image that is no address', { image: { url: 'not an address', alt: 'A pier', width: 600, height: 300 } }, 'image'],
  ['an image without height', { image: { url: 'https://www.coastline.example/x.jpg', alt: 'A pier', width: 600, height: 0 } }, 'height'],
  ['a headline of nothing but overrides', { headline: '\u202e\u202c\u200b' }, 'headline'],
  ['a script as address', { url: 'javascript:alert(1)' }, 'url'],
])('%s is refused by name', (_what, change, field) => {
  const { success, error } = DigestEmail.safeParse(withLead('english-eight', change));
  expect(success).toBe(false);
  expect(error?.issues[0]?.path).toContain(field);
});
