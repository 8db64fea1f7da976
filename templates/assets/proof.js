// The sum that the operator asks of a browser before a sign-up: it begins when somebody types, and is done by the time they press.
const form = document.querySelector('form[data-challenge]');
const encoder = new TextEncoder();
let solving;

const zeroBits = (bytes) => {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first * 8 + Math.clz32(bytes[first]) - 24;
};

async function solve() {
  const { challenge } = form.dataset;
  const bits = Number(challenge.split('-')[0]);
  for (let next = 0; ; next += 64) {
    const tries = Array.from({ length: 64 }, (_, n) => (next + n).toString(36));
    const hashes = await Promise.all(tries.map((proof) => crypto.subtle.digest('SHA-256', encoder.encode(`${challenge}.${proof}`))));
    const found = hashes.findIndex((hash) => zeroBits(new Uint8Array(hash)) >= bits);
    if (found >= 0) return tries[found];
  }
}

const start = () =>
  (solving ??= solve().then((proof) => {
    form.elements.proof.value = proof;
  }));

if (form && globalThis.crypto?.subtle) {
  form.addEventListener('focusin', start, { once: true });
  form.addEventListener('submit', async (event) => {
    if (form.elements.proof.value !== '') return;
    event.preventDefault();
    form.setAttribute('aria-busy', 'true');
    await start();
    form.removeAttribute('aria-busy');
    setTimeout(() => form.requestSubmit(event.submitter)); // while the event is under way a form ignores it
  });
  // The form came from elsewhere, where no sum could be asked: nobody need press twice.
  if ('pressItself' in form.dataset) form.requestSubmit();
}
