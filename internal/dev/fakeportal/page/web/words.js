// What the page says, in the language that its reader has chosen.
import en from './words-en.js';
import ru from './words-ru.js';

const tables = { en, ru };
const locales = { en: 'en-GB', ru: 'ru-RU' }; // for numbers, dates and lists
const kept = 'language'; // the choice outlives a reload
let language = first();
const heard = [];

function first() {
  let chosen = null;
  try {
    chosen = localStorage.getItem(kept);
  } catch {
    // A browser that keeps nothing follows its own language.
  }
  const wanted = [chosen, ...(navigator.languages ?? [navigator.language])];
  return wanted.map((l) => String(l).slice(0, 2).toLowerCase()).find((l) => l in tables) ?? 'en';
}

export const currentLanguage = () => language;

// onLanguage calls then at each change of the language.
export function onLanguage(then) {
  heard.push(then);
}

export function setLanguage(to) {
  language = to in tables ? to : 'en';
  try {
    localStorage.setItem(kept, language);
  } catch {
    // Then the choice is for this time only.
  }
  translate(document);
  heard.forEach((then) => then());
}

export const has = (key) => key in tables[language];

// t is a text with {names} filled in. Of texts by number, n decides which.
export function t(key, values = {}) {
  let text = tables[language][key] ?? tables.en[key] ?? key;
  if (typeof text === 'object') {
    text = text[new Intl.PluralRules(locales[language]).select(values.n)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// join makes a list of texts: "a, b and c".
export const join = (texts) => new Intl.ListFormat(locales[language], { type: 'conjunction' }).format(texts);

// translate says everything that stands in the page in the language of now.
export function translate(root) {
  document.documentElement.lang = language;
  for (const e of root.querySelectorAll('[data-t]')) setText(e, t(e.dataset.t));
  for (const e of root.querySelectorAll('[data-t-title]')) e.title = t(e.dataset.tTitle);
  for (const e of root.querySelectorAll('[data-t-label]')) e.setAttribute(e.tagName === 'OPTGROUP' ? 'label' : 'aria-label', t(e.dataset.tLabel));
}

// setText leaves alone what is right already, so that a selection and a screen reader are not disturbed.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const dayOf = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

// moment is when something was, as a list of chats has it: the time today, then the day.
export function moment(ms, now) {
  const date = new Date(ms);
  const days = Math.round((dayOf(new Date(now)) - dayOf(date)) / 86_400_000);
  if (days <= 0) return date.toLocaleTimeString(locales[language], { hour: '2-digit', minute: '2-digit', hour12: false });
  if (days === 1) return new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' }).format(-1, 'day');
  return date.toLocaleDateString(locales[language], { day: 'numeric', month: 'short' });
}

// clock is a time to the second.
export const clock = (ms) => new Date(ms).toLocaleTimeString(locales[language], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
