// The menu "Act as" opens, closes and searches without this. With it, the menu closes by Escape,
// too, by a press elsewhere, and when the focus goes elsewhere; and it shows whom the search finds
// while one types.
(() => {
  'use strict';

  const menu = () => document.querySelector('.acting[open]');
  const closeUnlessIn = ({ target }) => {
    const opened = menu();
    if (opened && !opened.contains(target)) opened.open = false;
  };
  document.addEventListener('pointerdown', closeUnlessIn);
  document.addEventListener('focusin', closeUnlessIn);
  document.addEventListener('keydown', (event) => {
    const opened = menu();
    if (!opened || event.key !== 'Escape') return;
    event.preventDefault(); // else the browser empties the search, and what was found stays
    opened.open = false;
    opened.querySelector('summary').focus();
  });

  // entries makes a button of each student on the page of all students.
  const entries = (page) => [...page.querySelectorAll('#roster button[name=student]')].map((act) => {
    const entry = document.createElement('button');
    entry.name = act.name;
    entry.value = act.value;
    entry.textContent = act.closest('li').querySelector('a').textContent;
    return entry;
  });

  // show puts what was found into the menu, in the place of the few students there.
  const show = (opened, words, students) => {
    const [status, list] = opened.querySelectorAll('[data-found]');
    status.textContent = words;
    list.replaceChildren(...students);
  };

  let search; // the last one
  document.addEventListener('input', async ({ target }) => {
    if (target.id !== 'act-as') return;
    search?.abort();
    search = new AbortController();
    const find = target.value.trim();
    if (find === '') return show(menu(), '', []);
    const { signal } = search;
    const url = target.form.action + '?' + new URLSearchParams({ find });
    const answer = await fetch(url, { signal, headers: { 'HX-Request': 'true' } }).catch(() => null); // by Enter one gets there in any case
    const html = answer?.ok && (await answer.text());
    if (!html || signal.aborted || !menu()) return;
    const found = entries(new DOMParser().parseFromString(html, 'text/html'));
    show(menu(), found.length > 0 ? found.length + ' found' : 'Nobody else has “' + find + '” in their name or id.', found);
  });
})();
