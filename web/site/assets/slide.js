// A slider shows at once, while it is moved, what its form would show when it is sent. The form has
// a button for browsers without scripts. The slider names what follows it: ids of elements that both
// pages have. The slider itself stays, under the finger and with the focus.
(() => {
  'use strict';

  let moved, busy = false;

  const addressOf = (slider) => {
    const address = new URL(slider.form.action);
    address.search = new URLSearchParams(new FormData(slider.form));
    return address;
  };

  // show fetches the page of the moment that the slider is at. A server that has too much to do says
  // when to ask again. If all of the page follows, an answer such as "there is no such course" is
  // shown, too, and what that page does not have is empty.
  const show = async (slider) => {
    const address = addressOf(slider);
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } });
    const wait = Number(answer.headers.get('Retry-After'));
    if (wait > 0) {
      await new Promise((done) => setTimeout(done, 1000 * wait));
      moved ??= slider;
    }
    const followers = slider.dataset.slide.split(' ');
    if (wait > 0 || !answer.ok && !followers.includes('main')) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of followers) {
      const old = document.getElementById(id), now = page.getElementById(id);
      if (now) old?.replaceWith(document.adoptNode(now));
      else old?.replaceChildren();
    }
    const heir = page.getElementById(slider.id);
    if (heir?.hasAttribute('aria-valuetext')) slider.setAttribute('aria-valuetext', heir.getAttribute('aria-valuetext'));
    document.title = page.title;
    history.replaceState(null, '', address);
  };

  // follow shows one moment after the other. Those that the slider has left meanwhile are left out.
  const follow = async () => {
    busy = true;
    try {
      while (moved) {
        const slider = moved;
        moved = undefined;
        await show(slider);
      }
    } catch {
      // There is no connection. The next move tries again.
    } finally {
      busy = false;
    }
  };

  // Whoever takes the slider stops what moves it otherwise: a replay, and news of the page.
  const take = () => {
    document.getElementById('next-frame')?.replaceChildren();
    document.getElementById('refetch')?.remove();
  };

  document.addEventListener('input', ({ target }) => {
    if (!target.matches('[data-slide]')) return;
    take();
    moved = target;
    if (!busy) follow();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (target.matches('[data-slide]')) take();
  });
  document.addEventListener('htmx:oobBeforeSwap', (event) => {
    if (event.detail.target.querySelector('[data-slide]:active')) event.detail.shouldSwap = false;
  });
})();
