// The menu "Act as" opens and closes without this. It closes by Escape, too, by a press
// elsewhere, and when the focus goes elsewhere.
(() => {
  'use strict';

  const menu = () => document.querySelector('.acting[open]');
  const closeUnlessIn = ({ target }) => {
    const opened = menu();
    if (opened && !opened.contains(target)) opened.open = false;
  };
  document.addEventListener('pointerdown', closeUnlessIn);
  document.addEventListener('focusin', closeUnlessIn);
  document.addEventListener('keydown', ({ key }) => {
    const opened = menu();
    if (!opened || key !== 'Escape') return;
    opened.open = false;
    opened.querySelector('summary').focus();
  });
})();
