// Pages that change while one looks at them. The server says what is new (see stream.js), and
// htmx fetches the page again. Then each area is changed where it differs: what is the same
// stays, with the focus, the selection, what was typed and what was unfolded. What is new is
// marked for a moment, and a lost connection is said.
(() => {
  'use strict';

  const ofSteps = ['aria-current', 'tabindex']; // what stage mode puts on the step that its keys have reached

  // plain is the content of an area without what differs each time it is fetched, and
  // without what the visitor did to it.
  const plain = (area) => {
    const copy = area.cloneNode(true);
    copy.querySelectorAll('input[name=request]').forEach((key) => key.remove());
    copy.querySelectorAll('[open]').forEach((details) => details.removeAttribute('open'));
    copy.querySelectorAll('[data-found]').forEach((found) => found.replaceChildren());
    copy.querySelectorAll('.fresh').forEach((row) => row.classList.remove('fresh'));
    copy.querySelectorAll('[class=""]').forEach((row) => row.removeAttribute('class'));
    copy.querySelectorAll('[hx-swap-oob]').forEach((area) => area.removeAttribute('hx-swap-oob'));
    copy.querySelectorAll('[data-step]').forEach((step) => ofSteps.forEach((name) => step.removeAttribute(name)));
    return copy;
  };
  const rows = (area) => [...area.querySelectorAll(area.dataset.parts ?? 'li, tr')];
  const ids = (area) => rows(area).map((row) => row.id).join(' ');

  // keep puts what the visitor has typed or chosen into the fields that come in place of theirs.
  const fields = 'input:not([type=hidden]), select, textarea';
  const keep = (old, area) => old.querySelectorAll(fields).forEach((field) => {
    const heir = [...area.querySelectorAll(fields)].find((other) => other.name === field.name);
    const known = heir && (!heir.options || [...heir.options].some((option) => option.value === field.value));
    if (known && field.value !== field.defaultValue) heir.value = field.value;
  });

  // morph makes an area like the new one. Rows that have the same id are the same row.
  const morph = (old, area) => Idiomorph.morph(old, area, {
    morphStyle: 'outerHTML',
    callbacks: {
      // What was searched for in a menu stays, what is unfolded stays so, and so do what was typed
      // and the step that was reached.
      beforeNodeMorphed: (node) => !node.dataset || !('found' in node.dataset),
      beforeAttributeUpdated: (name, { dataset }, change) => name !== 'open' &&
        !(change === 'remove' && (name === 'value' || 'step' in dataset && ofSteps.includes(name))),
    },
  });

  // inPlace makes a change, and keeps the line that somebody reads where it is. That is the
  // first one in sight that is still there after the change. At the top of the page, what is new comes into sight.
  const inPlace = (change) => {
    const lines = scrollY > 0 ? [...document.querySelectorAll('main :is(h1, h2, h3, p, li, tr, form)')] : [];
    const before = lines.map((line) => line.getBoundingClientRect());
    change();
    const read = lines.findIndex((line, i) => line.isConnected && before[i].top >= 0 && before[i].height > 0);
    if (read >= 0) scrollBy({ top: lines[read].getBoundingClientRect().top - before[read].top, behavior: 'instant' });
  };

  document.addEventListener('htmx:oobBeforeSwap', (event) => {
    const { target, fragment } = event.detail;
    const area = fragment.querySelector('#' + CSS.escape(target.id)) ?? fragment.firstElementChild ?? fragment;
    if ('moving' in target.dataset) return; // all of it is new, all the time
    event.detail.shouldSwap = false;
    if (target.id === 'live') { // the page shows more of the log now, and may want to hear of something else
      target.dataset.news = area.dataset.news;
      look();
      return;
    }
    if ('told' in target.dataset && area.childElementCount === 0) return; // it stays until the page is left
    const before = plain(target), now = plain(area);
    // The rows of some lists are areas themselves, and the list is only about which.
    const same = 'rows' in target.dataset ? ids(before) === ids(now) : before.innerHTML === now.innerHTML;
    if (same) return;
    if (target.matches(':active')) { // a click has begun there, and must not miss
      document.addEventListener('click', () => setTimeout(fetchAgain), { once: true });
      return;
    }
    const known = new Set(rows(before).map((row) => row.outerHTML));
    const all = rows(area), after = rows(now);
    const fresh = all.filter((_, i) => !known.has(after[i].outerHTML));
    (all.length > 0 ? fresh : [area]).forEach((row) => row.classList.add('fresh'));
    keep(target, area);
    inPlace(() => morph(target, area));
  });

  // The answer to a form has no address to fetch it from again. It hears only what a message brings.
  const fetchAgain = () => {
    const refetch = document.getElementById('refetch');
    if (refetch) htmx.trigger(refetch, 'changed');
  };

  // A page that is not to be had at the moment is fetched when the server says that it may be.
  document.addEventListener('htmx:responseError', ({ detail }) => {
    const wait = Number(detail.xhr.getResponseHeader('Retry-After'));
    if (detail.elt.id === 'refetch' && wait > 0) setTimeout(fetchAgain, 1000 * wait);
  });

  const say = (state) => {
    const connection = document.getElementById('connection');
    if (connection && connection.dataset.state !== state) {
      connection.dataset.state = state;
      connection.textContent = connection.dataset[state];
    }
  };

  // A page that nobody sees needs no news. Once it is seen again it is told what it missed.
  let port, answered = true;

  const look = () => {
    if (!port) connect();
    const wanted = new URL(document.getElementById('live').dataset.news, location.href).searchParams;
    port.postMessage({ topics: wanted.getAll('topic'), since: Number(wanted.get('since')) });
  };
  const lookAway = () => port?.postMessage(null);

  const hear = ({ data: { state, type, html } }) => {
    answered = true;
    if (document.hidden) return;
    if (state) say(state);
    else if (type === 'changed') fetchAgain();
    else htmx.swap(document.body, html, { swapStyle: 'none' });
  };

  const connect = () => {
    const script = document.getElementById('live').dataset.stream;
    if (window.SharedWorker) {
      const worker = new SharedWorker(script);
      worker.onerror = () => {
        connectAlone(script);
        look();
      };
      port = worker.port;
    } else {
      connectAlone(script);
    }
    port.onmessage = hear;
  };

  // connectAlone opens a stream for this page only.
  const connectAlone = (script) => {
    const { port1, port2 } = new MessageChannel();
    const element = document.createElement('script');
    element.src = script;
    element.onload = () => window.serveNews(port2);
    document.head.append(element);
    port = port1;
    port.onmessage = hear;
  };

  // The worker runs in a process of the browser, which may crash. Whoever gets no answer
  // starts another one.
  const beat = 5000; // milliseconds
  const lookAgain = () => {
    if (document.hidden) return;
    if (!answered) {
      lookAway();
      port = undefined;
    }
    answered = false;
    look();
  };

  document.addEventListener('DOMContentLoaded', () => {
    if (!document.getElementById('live')) return;
    const turn = () => (document.hidden ? lookAway() : look());
    document.addEventListener('visibilitychange', turn);
    addEventListener('pageshow', turn);
    addEventListener('pagehide', lookAway);
    setInterval(lookAgain, beat);
    document.addEventListener('htmx:beforeSwap', ({ detail }) => {
      if (document.hidden && detail.elt.id === 'refetch') detail.shouldSwap = false; // it is told as news later
    });
  });
})();
