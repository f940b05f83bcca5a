(selector) => {
  const letter = /[\p{L}\p{N}]/u;
  const torn = new Set();
  for (const element of document.querySelectorAll(selector)) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode, text = node.data, range = document.createRange();
      let above;
      for (let i = 0; i < text.length; i++) {
        if (!letter.test(text[i])) { above = undefined; continue; }
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = node.parentElement.checkVisibility({ contentVisibilityAuto: true }) && range.getClientRects()[0];
        if (!box || box.width === 0) { above = undefined; continue; }
        if (above !== undefined && box.top > above + 1) {
          torn.add(text.slice(0, i).match(/[\p{L}\p{N}]*$/u)[0] + "|" + text.slice(i).match(/^[\p{L}\p{N}]*/u)[0]);
        }
        above = box.top;
      }
    }
  }
  return [...torn].sort();
}
