// What a form needs on a page that changes while one looks at it. Without this script every form
// works; the answer to a form that is out of date asks what is meant.
(() => {
  'use strict';

  // A button that has just become another one takes no press for half a second, from nobody: the
  // hand, or the finger on the key, was on its way to the old one. The button is dimmed meanwhile.
  // The same holds for the button that has the focus because its form has just been answered, and
  // for a button that has moved to another row of its list. A button that has moved and has the
  // focus still takes a key: the focus has moved with the button. Enter in a text field is no
  // press of a button.
  const pause = 500; // milliseconds
  const changed = new Map(); // when, by what a button says, and by what it says in which row

  const buttons = () => [...document.querySelectorAll('form[method=post] button')];
  const says = (button) => [button.form.getAttribute('action'), button.value, button.textContent].join('\n');
  const saysInRow = (button) => {
    const row = button.closest('li, tr') ?? button;
    const place = [...row.parentElement.children].indexOf(row);
    return says(button) + '\n' + place;
  };
  const both = (button) => [says(button), saysInRow(button)];
  const dimming = (button) => button.getAnimations().find((animation) => animation.id === 'changed');
  const until = (what) => (changed.get(what) ?? -pause) + pause;
  const left = (what) => until(what) - performance.now();

  // dim draws a button dimmed for the milliseconds that are left. If the button is dimmed already,
  // because it changed before, it stays so for longer. It is dimmed once for a change: a browser may
  // end the dimming some milliseconds early, and from then on the button takes presses.
  const dimmedFor = new WeakMap(); // when a button changed for which it was dimmed last
  const dim = (button) => {
    const what = saysInRow(button);
    const duration = left(what); // asked once: the next lines may take longer than that
    if (duration <= 0 || dimmedFor.get(button) === changed.get(what)) return;
    dimmedFor.set(button, changed.get(what));
    const effect = dimming(button)?.effect;
    if (effect) {
      const timing = effect.getComputedTiming();
      const drawn = document.timeline.currentTime; // localTime is of that moment, and a busy browser draws seldom
      effect.updateTiming({ duration: Math.max(timing.duration, timing.localTime - drawn + until(what)) });
    } else {
      button.animate([{ opacity: 0.35 }, { opacity: 0.35 }], { id: 'changed', duration });
    }
  };

  let known = new Set(buttons().filter((button) => '#' + button.id !== location.hash).flatMap(both));
  const look = () => {
    const now = buttons();
    now.forEach((button) => {
      both(button).filter((what) => !known.has(what)).forEach((what) => changed.set(what, performance.now()));
      dim(button);
    });
    known = new Set(now.flatMap(both));
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['action', 'value'] });
  addEventListener('click', (event) => {
    const button = event.target.closest?.('form[method=post] button');
    if (!button) return;
    const byKey = event.detail === 0;
    const typing = byKey && document.activeElement.matches('input, select');
    const followed = byKey && document.activeElement === button && left(says(button)) <= 0;
    // The dimming begins with the next picture of the page, so time counts as well.
    if (!typing && !followed && (dimming(button) || left(saysInRow(button)) > pause / 2)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  // What was typed into a form is kept, in this tab only, until the form was carried out or one
  // goes elsewhere: on the way back to the form, also from the page that says why it was not
  // carried out, the text stands there again. So does the choice between radio buttons. A form
  // that carries what its page showed (the field "seen") goes on carrying what was shown when the
  // typing began, whatever the news put there.
  const typed = JSON.parse(sessionStorage.getItem('typed') ?? '{}'); // by the address of the form
  const keep = () => sessionStorage.setItem('typed', JSON.stringify(typed));
  const key = (form) => form.getAttribute('action');
  const isText = (field) => field?.matches('form[method=post] :is(input:not([type]), input[type=radio], textarea)');
  const most = 1_100_000; // characters, more than a list may have: a longer text is not kept
  const arrival = performance.getEntriesByType('navigation')[0];
  const refused = document.documentElement.dataset.status >= 400; // WebKit tells it to no script

  for (const [action, text] of Object.entries(typed)) {
    if (text.sent && !refused) delete typed[action]; // it was carried out
    else if (text.sent) Object.assign(text, { sent: false, back: true });
  }
  for (const form of document.querySelectorAll('form[method=post]')) {
    const text = typed[key(form)];
    if (!text) continue;
    if (!text.back && arrival?.type !== 'back_forward') {
      delete typed[key(form)];
      continue;
    }
    for (const [name, value] of Object.entries(text.fields)) {
      const field = form.elements[name];
      if (field instanceof RadioNodeList || isText(field)) field.value = value;
    }
    const fold = form.closest('details');
    if (fold) fold.open = true; // whoever typed there looks for it
    if (refused) text.seen = form.elements.seen?.value; // this page asks about it
    text.back = refused;
  }
  keep();

  // A browser may show a page again as it was left. WebKit empties the fields then, so the page is
  // loaded anew. An answer to a form is not, because that would send the form again.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted || refused) return;
    const kept = JSON.parse(sessionStorage.getItem('typed') ?? '{}');
    for (const form of document.querySelectorAll('form[method=post]')) {
      if (kept[key(form)]) kept[key(form)].back = true;
    }
    sessionStorage.setItem('typed', JSON.stringify(kept));
    location.reload();
  });

  document.addEventListener('input', ({ target }) => {
    if (!isText(target)) return;
    const text = (typed[key(target.form)] ??= { fields: {}, seen: target.form.elements.seen?.value });
    text.fields[target.name] = target.value.length > most ? undefined : target.value; // JSON leaves out what is undefined
    keep();
  });
  document.addEventListener('submit', ({ target: form }) => {
    if (key(form) === '/registrar/delete') { // nothing is left for whoever comes next
      sessionStorage.removeItem('typed');
      return;
    }
    const text = typed[key(form)];
    if (!text) return;
    if (text.seen !== undefined && form.elements.seen) form.elements.seen.value = text.seen;
    text.sent = true;
    keep();
  });
})();
