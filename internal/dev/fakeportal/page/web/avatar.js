// The coloured picture that stands for a person or a chat.
import { setText } from './words.js';

const tints = 12;

export function drawAvatar(element, title, number, kind) {
  setText(element, initials(title));
  element.dataset.tint = String(Math.abs(number) % tints);
  element.dataset.kind = kind;
}

// initials are the first letters of the first two words that begin with a letter or a digit.
function initials(title) {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? ['?'];
  return words.slice(0, 2).map((word) => [...word][0]).join('').toUpperCase();
}
