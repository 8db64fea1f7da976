// Copy buttons: shown only where they can work.
for (const row of document.querySelectorAll('[data-copy-row]')) {
  const button = row.querySelector('[data-copy]');
  if (!navigator.clipboard) continue;
  row.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    row.querySelector('[role="status"]').textContent = button.dataset.copied;
  });
}
