// A person's webhook, which is a password: the page has it only from the click that asks for it to the next one.
import { setText, t } from './words.js';

export function drawSecret(place, person) {
  place.hidden = !person.webhook;
  const shown = place.querySelector('.webhook').textContent !== '';
  const reveal = place.querySelector('.reveal');
  setText(reveal, t(shown ? 'webhook.hide' : 'webhook.show'));
  reveal.setAttribute('aria-expanded', String(shown));
  const copy = place.querySelector('.copy');
  setText(copy, t('webhook.copy'));
  copy.hidden = !shown;
  place.dataset.user = String(person.id);
}

export function showSecret(place, webhook) {
  setText(place.querySelector('.webhook'), webhook);
  drawSecret(place, { id: place.dataset.user, webhook: true });
}

export function hideSecret(place) {
  showSecret(place, '');
}
