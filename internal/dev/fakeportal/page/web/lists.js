// People and their chat lists.
import { attempt } from './problem.js';
import { state, now } from './state.js';
import { has, moment, setText, t, translate } from './words.js';
import { drawAvatar } from './avatar.js';
import { flash, keep } from './rows.js';
import { copySecret, drawSecret, toggleSecret } from './secret.js';

const maxPins = 45;
const place = document.getElementById('people');
const template = (id) => document.getElementById(id).content.firstElementChild;

const copyOf = (id) => {
  const copy = template(id).cloneNode(true);
  translate(copy);
  return copy;
};

// drawPeople draws the people with these ids anew; the others stay as they are.
export function drawPeople(ids) {
  const anew = new Set(ids);
  const people = state.order.map((id) => state.people.get(id)).filter(Boolean);
  document.getElementById('people-empty').hidden = people.length > 0;
  keep(place, people, (p) => String(p.id), () => copyOf('person-template'), (card, person, isNew) => {
    if (isNew || anew.has(person.id)) drawPerson(card, person);
    card.querySelector('.sorting').hidden = !state.sorts;
  });
}

function drawPerson(card, person) {
  card.dataset.user = String(person.id);
  card.setAttribute('aria-label', person.name);
  drawAvatar(card.querySelector('header .avatar'), person.name, person.id, 'private');
  setText(card.querySelector('.name'), person.name);
  setText(card.querySelector('.about'), t('person.about', { id: person.id, n: person.pins, most: maxPins }));
  const sort = card.querySelector('.sort');
  if (sort.value !== person.sort) sort.value = person.sort;
  drawDialogs(card.querySelector('.dialogs'), person);
  drawHidden(card.querySelector('.hidden-pins'), person);
  drawElsewhere(card.querySelector('.elsewhere'), person);
  const actsAs = card.querySelector('.acts-as');
  actsAs.hidden = !person.actsAs;
  setText(actsAs, t('person.actsAs', { name: person.actsAs ?? '' }));
  drawSecret(card, person.webhook);
}

// drawDialogs draws a list as it is shown, with a heading over the pins and one over the rest.
function drawDialogs(list, person) {
  const pinned = person.shown.filter((d) => d.pinned).length;
  const items = [];
  person.shown.forEach((dialog, i) => {
    if (i === 0 && pinned > 0) items.push({ heading: 'pinned', n: pinned });
    if (i === pinned) items.push({ heading: 'recent', n: person.shown.length - pinned });
    items.push(dialog);
  });
  const key = (item) => item.heading ?? item.id;
  const make = (item) => (item.heading ? Object.assign(document.createElement('li'), { className: 'heading' }) : copyOf('dialog-template'));
  keep(list, items, key, make, (row, item, isNew) => {
    if (item.heading) setText(row, t(`heading.${item.heading}`, { n: item.n }));
    else drawDialog(row, item, isNew);
  });
}

function drawDialog(row, dialog, isNew) {
  const was = row.dataset.pinned + row.dataset.activity;
  Object.assign(row.dataset, { dialog: dialog.id, chat: dialog.chat, pinned: dialog.pinned, activity: dialog.activity });
  drawAvatar(row.querySelector('.avatar'), dialog.title, dialog.chat, dialog.type);
  setText(row.querySelector('.title'), dialog.title);
  row.querySelector('.title').title = dialog.title;
  setText(row.querySelector('.type'), typeOf(dialog.type));
  setText(row.querySelector('.id'), dialog.group ? `${dialog.id} · sg${dialog.group}` : dialog.id);
  const activity = row.querySelector('.activity');
  activity.dateTime = new Date(dialog.activity).toISOString();
  setText(activity, moment(dialog.activity, now()));
  drawPin(row.querySelector('.pin'), dialog);
  const summary = row.querySelector('summary');
  summary.setAttribute('aria-label', t('menu', { title: dialog.title }));
  summary.title = t('menu.title');
  for (const one of ['attach', 'leave']) row.querySelector(`[data-do="${one}"]`).hidden = dialog.type === 'private';
  if (state.drawn && (isNew || was !== row.dataset.pinned + row.dataset.activity)) flash(row);
}

function drawPin(button, dialog) {
  button.hidden = !dialog.mayPin && !dialog.pinned;
  button.setAttribute('aria-pressed', String(dialog.pinned));
  button.setAttribute('aria-label', t('pin.label', { title: dialog.title }));
  button.title = t(dialog.pinned ? 'unpin' : 'pin');
}

const typeOf = (type) => (has(`type.${type}`) ? t(`type.${type}`) : type);

// drawHidden lists the pins that count and are not shown.
function drawHidden(details, person) {
  const pins = person.hidden.filter((d) => d.pinned);
  details.hidden = pins.length === 0;
  setText(details.querySelector('summary'), t('hidden', { n: pins.length }));
  drawChats(details, pins);
}

// drawElsewhere lists what the person could see and does not: chats of others, and those that are not shown.
function drawElsewhere(details, person) {
  const chats = [...person.hidden.filter((d) => !d.pinned), ...person.elsewhere];
  details.hidden = chats.length === 0;
  setText(details.querySelector('summary'), t('elsewhere', { n: chats.length }));
  drawChats(details, chats);
}

function drawChats(details, chats) {
  keep(details.querySelector('ul'), chats, (d) => d.id, makeChat, (row, dialog) => {
    Object.assign(row.dataset, { chat: dialog.chat, dialog: dialog.id });
    setText(row.querySelector('.title'), dialog.title);
    setText(row.querySelector('.why'), dialog.hiddenBy ? t(`hidden.${dialog.hiddenBy}`) : `${typeOf(dialog.type)} · ${dialog.id}`);
    const wanted = doingsOf(dialog);
    for (const button of row.querySelectorAll('button')) {
      button.hidden = !wanted.includes(button.dataset.do);
      setText(button, t(button.dataset.do));
    }
  });
}

// doingsOf is what a person may do with a dialog that is not in the list.
function doingsOf(dialog) {
  if (!dialog.hiddenBy) return ['join'];
  const doings = { attached: ['detach'], empty: ['post'], removed: ['post'] }[dialog.hiddenBy] ?? [];
  return dialog.pinned && dialog.mayPin ? [...doings, 'unpin'] : doings;
}

function makeChat() {
  const row = document.createElement('li');
  for (const name of ['title', 'why']) row.append(Object.assign(document.createElement('span'), { className: name }));
  for (const doing of ['join', 'detach', 'post', 'unpin']) {
    const button = Object.assign(document.createElement('button'), { type: 'button' });
    button.dataset.do = doing;
    row.append(button);
  }
  return row;
}

// listen lets people be clicked on.
export function listen() {
  place.addEventListener('click', onClick);
  place.addEventListener('change', (e) => {
    const card = e.target.closest('.person');
    if (e.target.matches('.sort')) attempt({ action: 'sort', user: Number(card.dataset.user), by: e.target.value });
  });
  place.addEventListener('keydown', (e) => {
    step(e);
    const menu = e.key === 'Escape' ? e.target.closest('.menu[open]') : null;
    if (menu) closeMenu(menu);
  });
}

function closeMenu(menu) {
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) menu.querySelector('summary').focus({ preventScroll: true });
}

async function onClick(e) {
  const button = e.target.closest('button');
  const card = e.target.closest('.person');
  if (!button || !card) return;
  const user = Number(card.dataset.user);
  const row = button.closest('li');
  if (button.matches('.reveal')) await toggleSecret(card, user);
  else if (button.matches('.copy')) await copySecret(card);
  else if (button.matches('.pin')) await attempt({ action: row.dataset.pinned === 'true' ? 'unpin' : 'pin', user, dialog: row.dataset.dialog });
  else if (button.dataset.do) await doTo(button, row, user);
}

async function doTo(button, row, user) {
  const doing = button.dataset.do;
  const chat = Number(row.dataset.chat);
  const action = { unpin: { user, dialog: row.dataset.dialog }, leave: { user, chat }, join: { user, chat } }[doing] ?? { chat };
  const menu = button.closest('.menu');
  if (menu) closeMenu(menu);
  await attempt({ action: doing, ...action });
}

// step moves the focus from one dialog to the next, to the same button.
function step(e) {
  const way = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[e.key];
  const kind = ['.pin', 'summary'].find((one) => e.target.matches(`.dialog ${one}`));
  if (!way || !kind) return;
  e.preventDefault(); // or the list scrolls as well
  for (let row = e.target.closest('.dialog')[way]; row; row = row[way]) {
    const button = row.querySelector(kind);
    if (button && !button.hidden) {
      button.focus();
      return;
    }
  }
}
