// What hostile words did to a page: what ran, texts that became elements, what stands wider than
// its panel, and times that read backwards.
() => {
  const PANELS = `#rc-bar .rc-root, #rc-gallery .rc-root, #rc-player .rc-root, #rc-plan .rc-root,
    #rc-prompt, #rc-timeline .rc-root, body > :is(.rc-drawer, .rc-sheet, .rc-dialog, .rc-menu,
    .rc-hover, .rc-toasts, .rc-welcome)`;
  // these scroll on purpose, show a part of a picture, or are read aloud alone
  const LEFT_OUT = `.rc-scroller, .rc-trimscroll, .rc-sheetbody.rc-beats, textarea, select, input,
    .rc-stand, .rc-thumb, .rc-frame, .rc-face, svg, .sr-only`;
  // a picture is larger than the screen, the trim window's edges stand out a little
  const LARGER = '.rc-screen, div:has(> .rc-trimscroll)';
  const named = (one) => `${one.localName}.${[...one.classList].join('.')}`;
  const wide = [];

  function within(element, panel) {
    if (element.matches(LEFT_OUT)) return;
    const style = getComputedStyle(element);
    const dots = style.overflowX === 'hidden' && style.textOverflow === 'ellipsis';
    if (!dots && !element.matches(LARGER) && element.clientWidth && element.scrollWidth > element.clientWidth + 1) {
      wide.push(`${named(panel)}: ${named(element)} ${element.scrollWidth} > ${element.clientWidth}`);
    }
    for (const child of element.children) within(child, panel);
  }

  for (const panel of document.querySelectorAll(PANELS)) {
    if (!panel.checkVisibility()) continue;
    const { left, right, top, bottom } = panel.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) {
      wide.push(`${named(panel)} leaves the window`);
    }
    within(panel, panel);
  }

  const turned = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const place = (node, at) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect();
  };
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const { 0: time, index } of node.data.matchAll(/\d+:\d\d/g)) {
      const [first, last] = [place(node, index), place(node, index + time.length - 1)];
      if (first.width && first.top === last.top && last.left < first.left) turned.push(node.data.slice(-60));
    }
  }

  return {
    ran: window.ran ?? null,
    became: document.querySelectorAll('img[src="x"], [onerror]').length
      + [...document.scripts].filter((one) => one.textContent.includes('window.ran')).length,
    wide: document.documentElement.scrollWidth > innerWidth ? ['the page', ...wide] : wide,
    turned,
  };
}
