// The seconds for which a decision is still held. The server says how many are left when it makes
// the page, and again with each change of the page; in between they are counted here.
(() => {
  'use strict';

  let end = 0; // in milliseconds, by the clock of the browser

  const show = () => {
    const words = document.querySelector('.clock__words');
    if (!words) return; // it is held without a bound, or not any more
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const text = left === 1 ? '1 second' : `${left} seconds`;
    const seconds = words.querySelector('.clock__seconds');
    if (seconds.textContent !== text) seconds.textContent = text;
    document.querySelector('.clock__left').setAttribute('width', `${Math.min(100, (100 * left) / words.dataset.whole)}%`);
  };

  const hear = () => {
    const words = document.querySelector('.clock__words');
    if (words) end = performance.now() + 1000 * words.dataset.left;
    show();
  };

  const main = document.querySelector('main');
  new MutationObserver(hear).observe(main, { subtree: true, attributes: true, attributeFilter: ['data-until', 'data-left'] });
  hear();
  setInterval(show, 1000);
})();
