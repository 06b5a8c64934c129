// The requests, told in words, the newest on top.
import { state } from './state.js';
import { clock, setText, t } from './words.js';
import { commandText, outcomeOf, requestText } from './telling.js';
import { flash } from './rows.js';

const list = document.getElementById('log');
const fewRequests = 20; // at a time; of more, none is worth a look of its own
const entries = new Map(); // by the number of the request

// drawLog draws the requests of these numbers, and takes away what is known no longer.
export function drawLog(numbers) {
  const requests = [...numbers].sort((a, b) => a - b).map((number) => state.requests.get(number)).filter(Boolean);
  const isFew = requests.length <= fewRequests;
  for (const request of requests) drawEntry(request, state.drawn && isFew);
  for (const [number, entry] of entries) {
    if (state.requests.has(number)) continue;
    entries.delete(number);
    entry.remove();
  }
  document.getElementById('log-empty').hidden = entries.size > 0;
}

function drawEntry(request, flashes) {
  let entry = entries.get(request.n);
  if (!entry) {
    entry = makeEntry();
    entry.dataset.request = String(request.n);
    entries.set(request.n, entry);
    list.prepend(entry);
    if (flashes) flash(entry);
  }
  const outcome = outcomeOf(request);
  entry.dataset.ended = outcome.kind;
  const when = entry.querySelector('.when');
  when.dateTime = new Date(request.at).toISOString();
  setText(when, clock(request.at));
  setText(entry.querySelector('.who'), request.user ? request.who : t('nobody'));
  setText(entry.querySelector('.what'), requestText(request));
  setText(entry.querySelector('.outcome'), outcome.text);
  setText(entry.querySelector('.raw'), rawText(request));
  drawCommands(entry, request);
}

// rawText is for those who know the methods and the codes.
function rawText(request) {
  const took = request.state === 'working' ? '' : t('log.took', { n: request.took });
  return [request.method, request.status || '', request.code, took].filter(Boolean).join(' · ');
}

function drawCommands(entry, request) {
  const details = entry.querySelector('.held');
  details.hidden = request.method !== 'batch' || request.commands.length === 0;
  setText(details.querySelector('summary'), t('commands', { n: request.commands.length }));
  if (details.hidden) {
    details.querySelector('ul').replaceChildren();
    return;
  }
  const rows = request.commands.map((command) => {
    const row = document.createElement('li');
    row.dataset.ended = command.code || command.false ? 'bad' : 'good';
    row.append(commandText(command), ' ');
    const params = Object.entries(command.params).map(([name, value]) => `${name}=${value}`).join('&');
    row.append(Object.assign(document.createElement('code'), { textContent: params ? `${command.method}?${params}` : command.method }));
    return row;
  });
  details.querySelector('ul').replaceChildren(...rows);
}

function makeEntry() {
  const entry = document.createElement('li');
  const add = (tag, name, to = entry) => to.appendChild(Object.assign(document.createElement(tag), { className: name }));
  for (const [tag, name] of [['time', 'when'], ['span', 'who'], ['span', 'what'], ['span', 'outcome'], ['code', 'raw']]) add(tag, name);
  const held = add('details', 'held');
  add('summary', '', held);
  add('ul', 'commands', held);
  return entry;
}
