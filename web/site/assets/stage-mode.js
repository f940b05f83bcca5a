// Stage mode: the arrow keys go from step to step of what the page shows, and Escape leaves.
// The steps are the elements with data-step that can be seen, in the order of the page. A page
// with data-keys has arrow keys of its own.
(() => {
  'use strict';

  const leave = document.querySelector('.modebar button');
  const said = document.querySelector('[data-step-now]');

  // says is the sentence in which a step tells itself to those who can't see it.
  const says = (step) => step.querySelector('[aria-label]')?.ariaLabel ?? step.querySelector('.visually-hidden')?.textContent ?? step.innerText;

  const seen = () => [...document.querySelectorAll('[data-step]')].filter((step) => step.checkVisibility());
  const isReached = (step) => step.getAttribute('aria-current') === 'step';
  let reached; // what the step says that the keys have reached

  const reach = (step, options) => {
    const steps = seen();
    steps.filter(isReached).forEach((other) => other.removeAttribute('aria-current'));
    step.setAttribute('aria-current', 'step');
    step.tabIndex = -1;
    if (options) step.focus(options);
    reached = says(step);
    said.textContent = `${steps.indexOf(step) + 1} of ${steps.length}. ${reached}`;
  };

  const go = (by) => {
    const steps = seen();
    if (steps.length === 0) return;
    const before = steps.findIndex((step) => isReached(step) || step.contains(document.activeElement));
    reach(steps[Math.min(Math.max(before + by, 0), steps.length - 1)], {});
  };

  // News may bring further steps, and other elements for those that were there.
  const keep = () => {
    if (reached === undefined) return;
    const steps = seen(), step = steps.find((step) => says(step) === reached) ?? steps.find(isReached);
    const focused = document.activeElement;
    if (step) reach(step, focused === document.body || focused.closest('[data-step]') ? { preventScroll: true } : undefined);
  };
  new MutationObserver(keep).observe(document.querySelector('main'), { childList: true, characterData: true, subtree: true });

  const keys = {
    ArrowRight: () => go(1),
    ArrowLeft: () => go(-1),
    Escape: () => leave.click(),
  };
  const isField = (element) => element.closest('input:not([type=checkbox]), select, textarea');

  // It hears of a key before the menu does: Escape closes an open menu, and nothing else.
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (!keys[key] || isField(target) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (key === 'Escape' ? document.querySelector('header details[open]') : document.querySelector('[data-keys]')) return;
    if (!leave.checkVisibility()) return; // the screen is too small for stage mode
    event.preventDefault();
    keys[key]();
  }, { capture: true });
})();
