// A person's webhook, which is a password: the page has it only from the click that asks for it to the next one.
import { attempt } from './problem.js';
import { setText, t } from './words.js';

const copiedTime = 2000; // how long the page says that it copied, in ms

// drawSecret shows the webhook if the page has it; exists tells whether there is one.
export function drawSecret(card, exists) {
  const shown = card.querySelector('.webhook').textContent !== '';
  const reveal = card.querySelector('.reveal');
  reveal.hidden = !exists;
  setText(reveal, t('webhook'));
  reveal.title = t(shown ? 'webhook.hide' : 'webhook.show');
  reveal.setAttribute('aria-expanded', String(shown));
  card.querySelector('.secret').hidden = !shown;
}

export async function toggleSecret(card, user) {
  const webhook = card.querySelector('.webhook');
  const answer = webhook.textContent ? { webhook: '' } : await attempt({ action: 'reveal', user });
  if (!answer) return;
  setText(webhook, answer.webhook);
  drawSecret(card, true);
}

// copySecret copies the webhook. Where the browser does not let it, it selects the text, which the reader can copy.
export async function copySecret(card) {
  const webhook = card.querySelector('.webhook');
  try {
    await navigator.clipboard.writeText(webhook.textContent);
  } catch {
    getSelection().selectAllChildren(webhook);
    return;
  }
  const button = card.querySelector('.copy');
  setText(button, t('webhook.copied'));
  setTimeout(() => setText(button, t('webhook.copy')), copiedTime);
}
