// What the page knows of the portal. Events change it, and everything is drawn from it.

export const maxRequests = 200;

export const state = {
  drawn: false, // something was seen before, so that what is different has changed
  ahead: 0, // how much the portal's clock is ahead of this one, in ms
  generation: 'folders',
  sorts: false,
  bucket: { level: 0, threshold: 50, perSecond: 2, unlimited: false },
  bucketAt: 0, // when the level was so, by performance.now()
  faults: [],
  order: [],
  people: new Map(), // by id
  requests: new Map(), // by number
};

export const now = () => Date.now() + state.ahead;

// merge takes an event in. It returns the ids of the people and the numbers of the requests that are new or different.
export function merge(event) {
  if (event.whole) {
    state.people.clear();
    state.requests.clear();
  }
  state.ahead = event.now - Date.now();
  state.bucketAt = performance.now();
  for (const key of ['generation', 'sorts', 'bucket', 'faults', 'order']) state[key] = event[key];
  for (const person of event.people) state.people.set(person.id, person);
  for (const request of event.requests) state.requests.set(request.n, request);
  const numbers = [...state.requests.keys()].sort((a, b) => a - b);
  for (const number of numbers.slice(0, -maxRequests)) state.requests.delete(number);
  return { people: event.people.map((p) => p.id), requests: event.requests.map((r) => r.n) };
}
