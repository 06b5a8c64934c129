// How a request is told: what was asked, and how it ended.
import { has, join, t } from './words.js';

const named = 3; // so many dialogs are called by their titles, the rest is counted

const failed = (command) => Boolean(command.code) || Boolean(command.false);

// verbOf is the key of the words for a command.
function verbOf(command) {
  if (command.method === 'im.recent.pin') return command.unpins ? 'unpin' : 'pin';
  return has(`did.${command.method}`) ? command.method : 'other';
}

// objectOf is what a command is about.
function objectOf(command) {
  const { DIALOG_ID, ENTITY_TYPE, ENTITY_ID, FIND, ID } = command.params;
  return command.title || DIALOG_ID || (ENTITY_ID && (ENTITY_TYPE === 'SONET_GROUP' ? `sg${ENTITY_ID}` : `${ENTITY_TYPE} ${ENTITY_ID}`)) || FIND || ID || '';
}

const valuesOf = (command) => ({ what: objectOf(command), method: command.method, n: command.rows ?? 0, pinned: command.pinned ?? 0 });

// commandText is one command of a batch with how it ended.
export function commandText(command) {
  const verb = verbOf(command);
  const how = failed(command) ? t('ended.refused', { why: command.code || t('ended.false') }) : t('ended.done');
  return t('command', { what: t(`${failed(command) ? 'would' : 'did'}.${verb}`, valuesOf(command)), how });
}

// requestText is what a request did, and of one that was refused as a whole what it was for.
export function requestText(request) {
  if (request.commands.length === 0) {
    return has(`asked.${request.method}`) ? t(`asked.${request.method}`) : t('asked.other', { method: request.method });
  }
  const groups = new Map();
  for (const command of request.commands) {
    const key = `${failed(command) ? 'would' : 'did'}.${verbOf(command)}`;
    groups.set(key, [...(groups.get(key) ?? []), command]);
  }
  return sentence([...groups].map(([key, commands]) => groupText(key, commands)));
}

function groupText(key, commands) {
  const objects = [...new Set(commands.map(objectOf))];
  const shown = objects.length > named + 1 ? objects.slice(0, named) : objects;
  const rest = objects.length - shown.length;
  const what = rest > 0 ? `${shown.join(', ')} ${t('more', { n: rest })}` : join(shown);
  return t(key, { ...valuesOf(commands.at(-1)), what });
}

const sentence = (parts) => parts.join('; ');

// outcomeOf is how a request ended: good, bad, mixed (some commands failed) or working.
export function outcomeOf(request) {
  if (request.state === 'working') return { kind: 'working', text: t('ended.working') };
  if (request.state === 'unanswered') return { kind: 'bad', text: t(has(`fault.${request.fault}.ended`) ? `fault.${request.fault}.ended` : 'ended.left') };
  if (has(`fault.${request.fault}.ended`)) return { kind: 'bad', text: t(`fault.${request.fault}.ended`, { status: request.status }) };
  if (request.status !== 200) {
    const key = `code.${request.code}`;
    return { kind: 'bad', text: has(key) ? t(key) : t('ended.refused', { why: request.code || request.status }) };
  }
  const n = request.commands.filter(failed).length;
  if (n === 0) return { kind: 'good', text: t('ended.done') };
  if (request.method !== 'batch') return { kind: 'bad', text: t('ended.refused', { why: t('ended.false') }) };
  return { kind: 'mixed', text: t('ended.partly', { n, of: request.commands.length }) };
}
