// The boundary that is drawn by hand. A press of a switch lights tiles and puts them out at once,
// and changes the address. Then the page of that address is fetched: its verdict is the server's.
// Without this script each switch is a button of a form.
(() => {
  'use strict';

  const isOn = (button) => button.ariaPressed === 'true';
  const isExact = (button) => button.dataset.exact === 'true'; // inside, as the decision has it
  const isNamed = (button) => button.dataset.base === 'true'; // inside, in the drawing that the form names
  const kindsOf = (row) => [...row.querySelectorAll('[data-turns=kind]')];

  // turn turns a switch, or all switches of its row. What is off as a whole comes back as the
  // decision has it.
  const turn = (button) => {
    const row = button.closest('[data-part]');
    const kinds = kindsOf(row);
    const some = kinds.some(isOn), all = kinds.every(isOn);
    const turned = {
      kind: (kind) => isOn(kind) !== (kind === button),
      all: (kind) => !some && isExact(kind),
      every: (kind) => !all || isExact(kind),
    }[button.dataset.turns];
    const stand = kinds.map(turned);
    kinds.forEach((kind, i) => { kind.ariaPressed = stand[i]; });
    row.querySelector('[data-turns=all]').ariaPressed = stand.some(Boolean);
    row.querySelector('[data-turns=every]').ariaPressed = stand.every(Boolean);
  };

  // light draws the tiles inside the boundary as the switches stand.
  const light = () => document.querySelectorAll('.tile[data-in]:is(.tile--inside, .tile--out)').forEach((tile) => {
    const inside = tile.dataset.in.split(' ').some((id) => id && isOn(document.getElementById(id)));
    tile.classList.toggle('tile--inside', inside);
    tile.classList.toggle('tile--out', !inside);
  });

  const drawn = (form) => [...form.querySelectorAll('[data-turns=kind]')]
    .filter((kind) => isOn(kind) !== isNamed(kind))
    .map((kind) => kind.dataset.name).join(',');

  // show fetches the page of an address. From then on the page of an earlier address comes too late.
  // What changes with the new one is the visitor's doing, and is not marked as new.
  let shown, own; // own until its page has come
  const show = (address) => {
    const refetch = document.getElementById('refetch');
    own = shown = address.pathname + address.search;
    history.replaceState(history.state, '', shown);
    refetch.setAttribute('hx-get', shown);
    htmx.process(refetch);
    htmx.trigger(refetch, 'changed');
  };
  const isOf = ({ detail: { elt, pathInfo } }, address) => elt.id === 'refetch' && pathInfo.requestPath === address;
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.elt.id === 'refetch' && shown && !isOf(event, shown)) event.detail.shouldSwap = false;
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    if (!isOf(event, own)) return;
    document.querySelectorAll('.lens .fresh').forEach((row) => row.classList.remove('fresh'));
    own = undefined;
  });

  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (!form.matches('[data-draws], [data-puts]') || !window.htmx) return;
    event.preventDefault();
    const address = new URL(location.href);
    if ('draws' in form.dataset) {
      turn(submitter);
      light();
      address.searchParams.set('by', form.elements.by?.value ?? '');
      address.searchParams.set('draw', drawn(form));
    } else {
      address.searchParams.set('put', submitter.value);
    }
    show(address);
  });
})();
