// What .ci/browser.py asks of a page: each function gives a list of faults.
globalThis.probe = {
  /** Headings in order, ids that are there once, texts that a screen reader can place. */
  structure() {
    const faults = [];
    const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((it) => Number(it.tagName[1]));
    if (levels.filter((level) => level === 1).length !== 1) faults.push("not one h1");
    levels.forEach((level, place) => {
      if (level > (levels[place - 1] ?? 0) + 1) faults.push(`heading ${place} skips a level`);
    });
    const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
    const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
    if (twice.length) faults.push(`ids twice: ${twice}`);
    for (const it of document.querySelectorAll("a[href^='#'], [aria-labelledby]")) {
      const named = it.getAttribute("aria-labelledby")?.split(" ") ?? [it.hash.slice(1)];
      faults.push(...named.filter((id) => !document.getElementById(id)).map((id) => `no element ${id}`));
    }
    if (document.documentElement.lang !== "en" || !document.title) faults.push("no language or title");
    for (const image of document.querySelectorAll("svg, img")) {
      if (image.getAttribute("role") !== "img" || !image.getAttribute("aria-labelledby")) faults.push("an image without a name");
    }
    if (document.querySelector("main img, main iframe, main script, main object")) faults.push("markup of a scenario was taken");
    return faults;
  },

  /** Every button sorts its table both ways and puts it back. */
  sorting() {
    const faults = [];
    for (const button of document.querySelectorAll("th button")) {
      const [head, body] = [button.closest("th"), button.closest("table").tBodies[0]];
      const text = () => [...body.rows].map((row) => row.textContent).join("\n");
      const written = text();
      button.click();
      const up = text();
      button.click();
      const down = text();
      button.click();
      if (up === down || text() !== written || head.hasAttribute("aria-sort")) faults.push(`does not sort: ${head.textContent}`);
    }
    return faults;
  },

  /** The page itself never scrolls to the side. */
  overflow() {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth} pixels wide`] : [];
  },

  /** Every text against what is behind it, by WCAG 2's formula. */
  contrast() {
    const faults = new Map();
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !element.checkVisibility() || element.closest("style, title, desc, .unseen")) continue;
      const isDrawn = element instanceof SVGElement;
      const style = getComputedStyle(element);
      const behind = isDrawn ? drawnBehind(element) : ground(element);
      const ink = over(colour(isDrawn ? style.fill : style.color), behind);
      const ratio = contrastOf(ink, behind);
      const large = parseFloat(style.fontSize) >= 24 && !isDrawn;
      if (ratio < (large ? 3 : 4.5)) {
        faults.set(`${ink} on ${behind}`, `contrast ${ratio.toFixed(2)} of "${node.data.trim().slice(0, 40)}", ${ink} on ${behind}`);
      }
    }
    return [...faults.values()];
  },

  /** The texts of each chart, to find them in a print. */
  chartTexts() {
    return [...document.querySelectorAll("figure svg")].map((svg) => [...svg.querySelectorAll("text")].map((it) => it.textContent));
  },
};

/** Red, green, blue and opacity of a computed colour. */
function colour(text) {
  const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
  return [red, green, blue, alpha];
}

function over([red, green, blue, alpha], [red0, green0, blue0]) {
  return [[red, red0], [green, green0], [blue, blue0]].map(([a, b]) => Math.round(a * alpha + b * (1 - alpha)));
}

/** The colour behind an element of the page. */
function ground(element) {
  const layers = [];
  for (let it = element; it; it = it.parentElement) {
    layers.push(colour(getComputedStyle(it).backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
}

/** The colour behind the middle of a text of a chart. */
function drawnBehind(text) {
  const box = text.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const svg = text.closest("svg");
  const shapes = [...svg.querySelectorAll("rect, polygon, circle")].filter((it) => {
    const inside = it.getBoundingClientRect();
    if (x < inside.x || x > inside.right || y < inside.y || y > inside.bottom) return false;
    if (it.tagName === "rect") return true;
    return it.isPointInFill(new DOMPoint(x, y).matrixTransform(it.getScreenCTM().inverse()));
  });
  const isBelow = (it) => it.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
  return shapes.filter(isBelow).reduce((below, it) => {
    const style = getComputedStyle(it);
    const [red, green, blue, alpha] = colour(style.fill);
    return over([red, green, blue, alpha * style.opacity * style.fillOpacity], below);
  }, ground(svg));
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrastOf(a, b) {
  const [light, dark] = [a, b].map(luminance).sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(channels) {
  const linear = channels.map((it) => it / 255).map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}
