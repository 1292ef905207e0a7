// Sorts and filters the table of read sets. The page is complete without it; what it shows, it takes
// from the page, and never as HTML.
'use strict';
(() => {
  const one = (id) => document.getElementById(id);
  const table = one('t');
  const sets = [...table.tBodies];
  const total = sets.length;

  // Filters: one status, and words that all have to occur.
  const query = one('q');
  const buttons = [...one('s').children];
  const texts = new Map();
  const textOf = (set) => {
    if (!texts.has(set)) texts.set(set, set.textContent.toLowerCase());
    return texts.get(set);
  };
  let status = '';
  const filter = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const set of sets) {
      const fits = (!status || set.dataset.s === status) && words.every((word) => textOf(set).includes(word));
      set.hidden = !fits;
      if (fits) shown += 1;
    }
    one('m').textContent = shown === total ? '' : `${shown} of ${total} read sets shown`;
  };
  query.addEventListener('input', filter);
  const choose = (wanted) => {
    status = wanted;
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.s === status));
    filter();
  };
  for (const button of buttons) button.addEventListener('click', () => choose(button.dataset.s));

  // Sorting: by a column, up and then down; what has no value comes last.
  const words = new Intl.Collator('en', { numeric: true });
  const valueOf = (set, column, kind) => {
    const cell = set.rows[0].cells[column];
    const text = (cell.dataset.v ?? cell.textContent).trim();
    if (text === '' || text === '–') return null;
    return kind === 'n' ? Number(text) : text;
  };
  const sort = (heading, column) => {
    const kind = heading.dataset.k;
    const down = heading.getAttribute('aria-sort') === 'ascending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const keyed = sets.map((set, place) => ({ set, place, value: valueOf(set, column, kind) }));
    keyed.sort((a, b) => {
      if (a.value === null || b.value === null) return (a.value === null) - (b.value === null) || a.place - b.place;
      const order = kind === 'n' ? a.value - b.value : words.compare(a.value, b.value);
      return (down ? -order : order) || a.place - b.place;
    });
    table.append(...keyed.map(({ set }) => set));
  };
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener('click', () => sort(heading, column));
  });
  table.tHead.rows[0].cells[0].setAttribute('aria-sort', 'ascending');

  // Expanding: all that is shown at once, and what a link leads to.
  const expander = one('o');
  expander.addEventListener('click', () => {
    const open = expander.textContent === 'Expand all';
    for (const set of sets) if (!set.hidden) set.querySelector('details').open = open;
    expander.textContent = open ? 'Collapse all' : 'Expand all';
  });
  const follow = () => {
    const set = /^#r\d+$/.test(location.hash) ? one(location.hash.slice(1)) : null;
    if (!set) return;
    if (set.hidden) {
      query.value = '';
      choose('');
    }
    set.querySelector('details').open = true;
    set.scrollIntoView();
  };
  window.addEventListener('hashchange', follow);
  one('c').hidden = false;
  follow();
})();
