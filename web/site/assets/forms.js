// What a form needs on a page that changes while one looks at it. Without this script every form
// works; the answer to a form that is out of date asks what is meant.
(() => {
  'use strict';

  // A button that has just become another one takes no press for half a second, from nobody: the
  // hand, or the finger on the key, was on its way to the old one. The button is dimmed meanwhile.
  // The same holds for a button that has moved to another row of its list, and for the button
  // that has the focus because its form has just been answered. Enter in a text field is no press
  // of a button.
  const pause = 500; // milliseconds
  const changed = new Map(); // when, by what a button is

  const buttons = () => [...document.querySelectorAll('form[method=post] button')];
  const whatIs = (button) => {
    const row = button.closest('li, tr') ?? button;
    const place = [...row.parentElement.children].indexOf(row);
    return [button.form.getAttribute('action'), button.value, button.textContent, place].join('\n');
  };
  const left = (button) => (changed.get(whatIs(button)) ?? -pause) + pause - performance.now();

  let known = new Set(buttons().filter((button) => !button.matches(':target')).map(whatIs));
  const look = () => {
    const now = buttons();
    now.forEach((button) => {
      if (!known.has(whatIs(button))) changed.set(whatIs(button), performance.now());
      if (left(button) > 0 && button.getAnimations().length === 0) { // it may be a copy of what is dimmed already
        button.animate([{ opacity: 0.35 }, { opacity: 0.35 }], { id: 'changed', duration: left(button) });
      }
    });
    known = new Set(now.map(whatIs));
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['action', 'value'] });
  addEventListener('click', (event) => {
    const button = event.target.closest?.('form[method=post] button');
    const typing = event.detail === 0 && document.activeElement.matches('input, select');
    if (button && left(button) > 0 && !typing) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  // A form that carries what its page showed (the field "seen") goes on carrying what was shown
  // when the typing began, whatever the news put there since.
  const seen = new Map(); // by the address of the form
  const key = (form) => form.getAttribute('action');
  document.addEventListener('input', ({ target: { form } }) => {
    if (form?.elements.seen && !seen.has(key(form))) seen.set(key(form), form.elements.seen.value);
  });
  document.addEventListener('submit', ({ target: form }) => {
    if (seen.has(key(form))) form.elements.seen.value = seen.get(key(form));
  });
})();
