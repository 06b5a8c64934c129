// Rows that keep their places: they are changed, moved and taken away one by one, so that the focus, an open menu
// and what is being read stay where they are.

const calm = matchMedia('(prefers-reduced-motion: reduce)');

// keep makes the rows of a list those of the items, in their order. make builds a row; fill changes it to what its
// item says.
export function keep(list, items, key, make, fill) {
  const old = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const rows = items.map((item) => {
    const row = old.get(key(item)) ?? make(item);
    row.dataset.key = key(item);
    fill(row, item, !old.has(key(item)));
    return row;
  });
  if (rows.length !== old.size || !rows.every((row, i) => list.children[i] === row)) rearrange(list, rows);
}

// rearrange takes away what is no longer among the rows, puts the others into their places, and shows which way they went.
function rearrange(list, rows) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const before = calm.matches ? new Map() : new Map([...list.children].map((row) => [row, row.offsetTop]));
  const wanted = new Set(rows);
  for (const row of [...list.children]) if (!wanted.has(row)) row.remove();
  let place = list.firstElementChild;
  for (const row of rows) {
    if (row === place) place = place.nextElementSibling;
    else list.insertBefore(row, place);
  }
  if (focused?.isConnected) keepFocus(focused);
  for (const [row, top] of before) {
    const way = row.isConnected ? top - row.offsetTop : 0;
    if (way !== 0) row.animate([{ transform: `translateY(${way}px)` }, { transform: 'none' }], { duration: 280, easing: 'ease-out' });
  }
}

// keepFocus gives the focus back to what lost it by being moved, and lets who works with the keyboard see it.
function keepFocus(element) {
  if (element !== document.activeElement) element.focus({ preventScroll: true });
  if (element.matches(':focus-visible')) (element.closest('li') ?? element).scrollIntoView({ block: 'nearest' });
}

// flash shows for a moment that something changed. Without motion it is a colour that stays and then goes.
export function flash(element) {
  const easing = calm.matches ? 'step-end' : 'ease-out';
  element.animate([{ backgroundColor: 'var(--flash)' }, {}], { duration: 1600, easing });
}
