// One stream of news for all pages of a browser. Browsers allow six connections to one place,
// and a stream takes one of them. So this runs once for all tabs, as a SharedWorker. Where
// there is none, each page loads it for itself.
//
// A page says again and again what it looks at: { topics, since }, or null when nobody sees it
// any more. It hears { type, html } for each message on one of its topics, and { state }, which
// is whether the news come: 'on' or 'off'.
(() => {
  'use strict';

  const mostTopics = 64; // of one stream, as the server has it
  const gone = 30_000; // milliseconds after which a page that says nothing is not there any more

  const looks = new Map(); // from the port of a page to what it looks at
  let stream; // the one that has the news
  let next; // the one that is being opened, with other topics
  let state = 'off', again, pause = 1000, everything = false;

  const say = (now) => {
    state = now;
    for (const port of looks.keys()) port.postMessage({ state });
  };

  const isAboutEvents = (topic) => /^(log$|tag |type |seats )/.test(topic);

  // address asks for the topics of all pages, each from the position that its pages show. If
  // they are too many, it asks for all events, and every page is told of each.
  const address = () => {
    const since = new Map();
    const ask = (topic, position) => since.set(topic, Math.min(position, since.get(topic) ?? position));
    for (const look of looks.values()) look.topics.forEach((topic) => ask(topic, look.since));
    everything = since.size > mostTopics;
    if (everything) {
      const first = Math.min(...since.values());
      [...since.keys()].filter(isAboutEvents).forEach((topic) => since.delete(topic));
      ask('log', first);
    }
    const query = new URLSearchParams();
    since.forEach((position, topic) => {
      query.append('topic', topic);
      query.append('since', position);
    });
    return '/live?' + query;
  };

  const hear = ({ type, data }) => {
    const lines = data.split('\n');
    const topics = type === 'changed' ? lines : lines.slice(0, 1);
    const html = type === 'changed' ? '' : lines.slice(1).join('\n');
    looks.forEach((look, port) => {
      const isNews = (topic) => look.topics.includes(topic) || everything && topic === 'log';
      if (topics.some(isNews)) port.postMessage({ type, html });
    });
  };

  // open opens a stream of what the pages look at now. The one before goes on until then.
  const open = () => {
    clearTimeout(again);
    next?.close();
    const opening = next = new EventSource(address());
    opening.onopen = () => {
      if (stream !== opening) stream?.close();
      stream = opening;
      next = undefined;
      pause = 1000;
      say('on');
    };
    opening.onerror = () => { // it comes back by itself, unless the server has said no
      say('off');
      if (opening.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, pause);
      pause = Math.min(2 * pause, 60_000);
    };
    for (const type of ['changed', 'seats', 'picture']) opening.addEventListener(type, hear);
  };

  const close = () => {
    clearTimeout(again);
    stream?.close();
    next?.close();
    stream = next = undefined;
    state = 'off';
  };

  const leave = (port) => {
    if (looks.delete(port) && looks.size === 0) close();
  };

  const look = (port, { topics, since }) => {
    const before = looks.get(port), now = Date.now();
    looks.set(port, { topics, since, at: now });
    looks.forEach((other, of) => { if (now - other.at > gone) looks.delete(of); }); // its tab has crashed
    if (before?.topics.join('\n') !== topics.join('\n')) open();
    else port.postMessage({ state });
  };

  const serve = (port) => {
    port.onmessage = ({ data }) => (data ? look(port, data) : leave(port));
  };
  globalThis.onconnect = ({ ports: [port] }) => serve(port); // in a SharedWorker
  globalThis.serveNews = serve; // in a page
})();
