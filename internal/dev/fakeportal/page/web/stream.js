// What the portal tells, and what it is told.

// connect calls onEvent with each snapshot, and onLost whenever the stream breaks off. The browser
// connects again by itself; where it gives up, because the answer was no stream, this does.
export function connect(onEvent, onLost) {
  const source = new EventSource('/page/events');
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onerror = () => {
    onLost();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => connect(onEvent, onLost), 1000);
  };
}

// act does one action and returns the portal's answer. What went wrong is an Error to show.
export async function act(action) {
  const response = await fetch('/page/do', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(action),
  });
  const text = await response.text();
  const json = response.headers.get('Content-Type')?.startsWith('application/json');
  const answer = json ? JSON.parse(text) : { error: response.ok ? '' : text.trim() };
  if (answer.error) throw Object.assign(new Error(answer.error), { reason: answer.reason });
  return answer;
}
