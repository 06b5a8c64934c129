// The page of the fake portal: draws what the portal tells, and tells the portal what was clicked.
import { connect } from './stream.js';
import { merge, state } from './state.js';
import { onLanguage, setText, t, translate } from './words.js';
import { drawPeople, listen as listenToLists } from './lists.js';
import { drawLog } from './log.js';
import { drawControls, listen as listenToControls } from './controls.js';

function showLive(live) {
  document.body.dataset.live = String(live);
  setText(document.getElementById('live'), t(live ? 'live' : 'lost'));
}

function onEvent(event) {
  const changed = merge(event);
  drawControls();
  drawPeople(event.whole ? state.order : changed.people);
  drawLog(changed.requests);
  state.drawn = true;
  showLive(true);
}

translate(document);
showLive(false);
onLanguage(() => {
  drawControls();
  drawPeople(state.order);
  drawLog(state.requests.keys());
  showLive(document.body.dataset.live === 'true');
});
listenToLists();
listenToControls();
connect(onEvent, () => showLive(false));
