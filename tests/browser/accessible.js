// What a person with a keyboard or weak sight would miss on the page as it stands, in words.
() => {
  const found = [];
  const seen = (el) => el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && el.getClientRects().length > 0;
  const named = (el) => {
    const by = (el.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent).join('');
    const labels = [...(el.labels ?? [])].map((label) => label.textContent).join('');
    return (el.getAttribute('aria-label') || by || labels || el.textContent || el.title || '').trim();
  };
  const what = (el) => `<${el.tagName.toLowerCase()} class="${el.className}">`;
  const style = (el) => { const s = getComputedStyle(el); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor].join('|'); };
  const controls = [...document.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex]')]
    .filter((el) => el.tabIndex >= 0 && !el.disabled && seen(el) && el.type !== 'file' && !el.closest('[inert]'));
  const before = document.activeElement;
  for (const el of controls) {
    if (!named(el)) found.push(`no name: ${what(el)}`);
    el.blur();
    const rest = style(el);
    el.focus({ preventScroll: true });
    if (document.activeElement === el && style(el) === rest) found.push(`no visible focus: ${what(el)} ${named(el).slice(0, 30)}`);
  }
  before?.focus?.({ preventScroll: true });

  const parse = (text) => { const n = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0]; return n.length < 4 ? [...n, 1] : n; };
  const over = (top, under) => [0, 1, 2].map((n) => top[n] * top[3] + under[n] * (1 - top[3]));
  const light = (rgb) => { const [r, g, b] = rgb.map((c) => { const s = c / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) {
      const s = getComputedStyle(at);
      if (s.backgroundImage !== 'none') return null; // over a picture: not told from here
      const colour = parse(s.backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !el || !seen(el) || el.closest('script,style,:disabled,.rc-stage video')) continue;
    if (el.closest('.rc-scrub,.rc-trimstrip,.sr-only') || getComputedStyle(el).fontSize === '0px') continue; // drawn over a picture, or not at all
    let dim = 1;
    for (let at = el; at; at = at.parentElement) dim *= Number(getComputedStyle(at).opacity);
    if (dim < 1) continue; // set aside on purpose: skipped steps, rejected files
    const ground = behind(el);
    if (!ground) continue;
    const s = getComputedStyle(el);
    const [a, b] = [light(over(parse(s.color), ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(s.fontSize) >= 24 || (parseFloat(s.fontSize) >= 18.66 && Number(s.fontWeight) >= 700);
    const line = `contrast ${ratio.toFixed(2)}: ${what(el)} “${walker.currentNode.data.trim().slice(0, 30)}” ${s.color} on ${ground.map(Math.round)}`;
    const key = `${el.className}${s.color}`;
    if (ratio < (large ? 3 : 4.5) && !told.has(key)) { told.add(key); found.push(line); }
  }
  return found;
}
