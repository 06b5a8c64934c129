// What the portal is like: its generation, its limit, and what goes wrong next.
import { attempt } from './problem.js';
import { state } from './state.js';
import { currentLanguage, has, join, setLanguage, setText, t } from './words.js';

const byID = (id) => document.getElementById(id);
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const generation = byID('generation');
const meter = byID('bucket');
const language = byID('language');
let cancelDraw = () => {}; // of the frame or the timer that draws next

export function drawControls() {
  if (generation.value !== state.generation) generation.value = state.generation;
  setText(byID('generation-hint'), t(`generation.${state.generation}.hint`));
  setText(byID('faults'), state.faults.length ? t('faults', { list: join(state.faults.map(faultText)) }) : t('faults.none'));
  byID('heal').disabled = state.faults.length === 0;
  byID('limit').classList.toggle('unlimited', state.bucket.unlimited);
  byID('spend').disabled = state.bucket.unlimited;
  drawBucket();
}

// faultText is a fault that is still to come, and for how many requests.
function faultText(fault) {
  const key = `queued.${fault.name}`;
  const what = has(key) ? t(key, { detail: detailText(fault.detail) }) : fault.name;
  return fault.times === 1 ? what : `${what} × ${fault.times < 0 ? '∞' : fault.times}`;
}

// detailText says a time in words ("1m30s" is how Go writes one), and leaves everything else alone.
function detailText(detail) {
  const time = /^(?:(\d+)m)?(\d+)s$/.exec(detail);
  return time ? t('seconds', { n: 60 * Number(time[1] ?? 0) + Number(time[2]) }) : detail;
}

// drawBucket draws the level of now, and goes on until the bucket is empty.
function drawBucket() {
  cancelDraw();
  const { threshold, perSecond, unlimited } = state.bucket;
  const level = levelNow();
  meter.max = threshold;
  meter.high = threshold * 0.8;
  meter.low = threshold * 0.5;
  meter.optimum = 0;
  meter.value = Math.min(level, threshold);
  const key = unlimited ? 'bucket.unlimited' : level > threshold ? 'bucket.over' : 'bucket.level';
  const label = t(key, { n: Math.ceil(level), most: threshold, perSecond });
  setText(byID('bucket-label'), label);
  meter.setAttribute('aria-valuetext', label);
  if (level <= 0) return;
  if (calm.matches) {
    const timer = setTimeout(drawBucket, 1000);
    cancelDraw = () => clearTimeout(timer);
  } else {
    const frame = requestAnimationFrame(drawBucket);
    cancelDraw = () => cancelAnimationFrame(frame);
  }
}

// levelNow is what is left of the last level that the portal told.
function levelNow() {
  const seconds = (performance.now() - state.bucketAt) / 1000;
  return Math.max(0, state.bucket.level - state.bucket.perSecond * seconds);
}

export function listen() {
  language.value = currentLanguage();
  language.addEventListener('change', () => setLanguage(language.value));
  generation.addEventListener('change', async () => {
    if (!(await attempt({ action: 'generation', word: generation.value }))) generation.value = state.generation;
  });
  byID('spend').addEventListener('click', () => attempt({ action: 'spend' }));
  byID('heal').addEventListener('click', () => attempt({ action: 'heal' }));
  byID('queue-fault').addEventListener('click', () => {
    attempt({ action: 'fault', name: byID('fault').value, times: Math.trunc(Number(byID('fault-times').value)) });
  });
  byID('fault-times').addEventListener('keydown', (e) => {
    if (e.key === 'Enter') byID('queue-fault').click();
  });
}
