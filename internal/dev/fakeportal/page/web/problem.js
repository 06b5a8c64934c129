// What went wrong with something that was clicked.
import { act } from './stream.js';
import { has, setText, t } from './words.js';

const place = document.getElementById('problem');
let showing = null;

// attempt does an action, and shows why if it cannot be done. It returns the answer, or null.
export async function attempt(action) {
  try {
    const answer = await act(action);
    clear();
    return answer;
  } catch (error) {
    show(error);
    return null;
  }
}

function show(error) {
  const reason = `problem.${error.reason}`;
  if (error instanceof TypeError) error = new Error(t('problem.unreachable')); // there is no server
  setText(place, has(reason) ? t(reason) : error.message);
  clearTimeout(showing);
  showing = setTimeout(clear, 12_000);
}

function clear() {
  clearTimeout(showing);
  setText(place, '');
}
