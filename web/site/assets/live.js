// Pages that change while one looks at them. The server says what is new (see /live),
// htmx puts it in the place of what is old; this adds three things: what is the same
// stays as it is, what is new is marked for a moment, and a lost connection is said.
(() => {
  'use strict';

  // plain is the content of an area without what differs each time it is fetched, and
  // without what the visitor did to it.
  const plain = (area) => {
    const copy = area.cloneNode(true);
    copy.querySelectorAll('input[name=request]').forEach((key) => key.remove());
    copy.querySelectorAll('[open]').forEach((details) => details.removeAttribute('open'));
    copy.querySelectorAll('.fresh').forEach((row) => row.classList.remove('fresh'));
    copy.querySelectorAll('[class=""]').forEach((row) => row.removeAttribute('class'));
    copy.querySelectorAll('[hx-swap-oob]').forEach((area) => area.removeAttribute('hx-swap-oob'));
    return copy;
  };
  const topics = (live) => new URL(live.getAttribute('sse-connect'), location.href).searchParams.getAll('topic').join('\n');
  const rows = (area) => [...area.querySelectorAll('li, tr')];
  const ids = (area) => rows(area).map((row) => row.id).join(' ');

  // keep puts what the visitor has typed or chosen into the fields that come in place of theirs.
  const fields = 'input:not([type=hidden]), select, textarea';
  const keep = (old, area) => old.querySelectorAll(fields).forEach((field) => {
    const heir = [...area.querySelectorAll(fields)].find((other) => other.name === field.name);
    const known = heir && (!heir.options || [...heir.options].some((option) => option.value === field.value));
    if (known && field.value !== field.defaultValue) heir.value = field.value;
  });

  document.addEventListener('htmx:oobBeforeSwap', (event) => {
    const { target, fragment } = event.detail;
    const area = fragment.querySelector('#' + CSS.escape(target.id)) ?? fragment.firstElementChild ?? fragment;
    if (target.id === 'live') { // goes on, unless the page wants to hear of something else
      event.detail.shouldSwap = topics(target) !== topics(area);
      return;
    }
    const before = plain(target), now = plain(area);
    const opened = [...target.querySelectorAll('details')].map((details) => details.open);
    area.querySelectorAll('details').forEach((details, i) => { details.open = opened[i] ?? details.open; });
    keep(target, area);
    if ('moving' in target.dataset) return; // all of it is new, all the time
    // The rows of some lists are areas themselves, and the list is only about which.
    const same = 'rows' in target.dataset ? ids(before) === ids(now) : before.innerHTML === now.innerHTML;
    if (same) {
      event.detail.shouldSwap = false;
      return;
    }
    if (target.matches(':active')) { // a click has begun there, and must not miss
      event.detail.shouldSwap = false;
      document.addEventListener('click', () => setTimeout(fetchAgain), { once: true });
      return;
    }
    const known = new Set(rows(before).map((row) => row.outerHTML));
    const all = rows(area), after = rows(now);
    const fresh = all.filter((_, i) => !known.has(after[i].outerHTML));
    (all.length > 0 ? fresh : [area]).forEach((row) => row.classList.add('fresh'));
  });

  const fetchAgain = () => htmx.trigger('#refetch', 'sse:changed');

  // A page that is not to be had at the moment is fetched when the server says that it may be.
  document.addEventListener('htmx:responseError', ({ detail }) => {
    const wait = Number(detail.xhr.getResponseHeader('Retry-After'));
    if (detail.elt.id === 'refetch' && wait > 0) setTimeout(fetchAgain, 1000 * wait);
  });

  // A page that nobody sees needs no news, and browsers allow few connections to one
  // place: tabs in the background give theirs back. What is being fetched just then is left
  // aside, and told as news once the page is seen again.
  let source, asleep;
  // Not in the listener below: htmx connects in its own listener, which runs earlier.
  htmx.createEventSource = (url) => (source = new EventSource(url));
  document.addEventListener('DOMContentLoaded', () => {
    if (!document.getElementById('live')) return;
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) {
        asleep = true;
        source?.close();
      } else if (asleep) {
        asleep = false;
        const old = document.getElementById('live'), again = old.cloneNode(true);
        old.replaceWith(again);
        htmx.process(again);
      }
    });
    document.addEventListener('htmx:beforeSwap', ({ detail }) => {
      if (asleep && detail.elt.id === 'refetch') detail.shouldSwap = false;
    });
    addEventListener('pagehide', () => { asleep = true; });
  });

  const say = (state) => {
    const connection = document.getElementById('connection');
    if (connection && connection.dataset.state !== state) {
      connection.dataset.state = state;
      connection.textContent = connection.dataset[state];
    }
  };
  document.addEventListener('htmx:sseOpen', () => say('on'));
  document.addEventListener('htmx:sseError', () => { if (!asleep) say('off'); });
})();
