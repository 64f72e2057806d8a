#pragma once
#include <string_view>

namespace loci::server {

/// The style sheet of the documentation page.
inline constexpr std::string_view documentation_style = R"(
:root{color-scheme:light dark;--page:#fbfbf9;--panel:#fff;--ink:#1d2126;--soft:#5d6670;--line:#e3e4df;
--accent:#0b6e63;--code:#f2f3ef;--get:#0b6e63;--post:#7a4b00;--delete:#a12a2a;--radius:10px}
@media(prefers-color-scheme:dark){:root{--page:#14171a;--panel:#1b1f23;--ink:#e6e8ea;--soft:#9aa4ae;
--line:#2c3238;--accent:#5cc9ba;--code:#22272c;--get:#5cc9ba;--post:#e0b465;--delete:#f08b8b}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1.5rem}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 system-ui,sans-serif}
a{color:var(--accent);text-underline-offset:.2em}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:4px}
.frame{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:78rem;margin:0 auto}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:2rem 1rem 2rem 1.5rem;
border-right:1px solid var(--line);font-size:.9rem}
nav h2{margin:1.4rem 0 .3rem;font-size:.75rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft)}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:block;padding:.15rem 0;color:inherit;text-decoration:none}
nav li a:hover{color:var(--accent)}
main{padding:2rem 2.5rem 5rem;min-width:0}
h1{margin:0;font-size:1.9rem;line-height:1.2}
main>h2{margin:3rem 0 .5rem;font-size:1.35rem}
.lead{color:var(--soft);max-width:44rem}
article{margin:1.2rem 0;padding:1.1rem 1.3rem;background:var(--panel);border:1px solid var(--line);
border-radius:var(--radius)}
article h3{display:flex;flex-wrap:wrap;gap:.6rem;align-items:baseline;margin:0;font-size:1rem}
article h4{margin:1.1rem 0 .3rem;font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--soft)}
article p{margin:.5rem 0;max-width:44rem}
.method{font:700 .75rem/1.8 ui-monospace,monospace;padding:0 .5rem;border:1px solid currentColor;
border-radius:5px}
.GET{color:var(--get)}.POST{color:var(--post)}.DELETE{color:var(--delete)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.86em}
code{background:var(--code);padding:.1em .35em;border-radius:4px;overflow-wrap:anywhere}
h3 code{background:none;padding:0;font-size:1rem;font-weight:600}
pre{background:var(--code);margin:.3rem 0;padding:.8rem 1rem;border-radius:8px;overflow-x:auto}
pre code{background:none;padding:0;overflow-wrap:normal}
.table{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9rem}
td,th{padding:.4rem .8rem .4rem 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}
th,td code{white-space:nowrap}th{font-weight:600}
thead th{border:0;color:var(--soft);font-weight:500}
.soft{color:var(--soft)}
.must{color:var(--delete);font-size:.8em}
summary{cursor:pointer;color:var(--accent);margin-top:.8rem;width:max-content}
@media(max-width:56rem){.frame{display:block}nav{position:static;max-height:none;border:0;
border-bottom:1px solid var(--line)}main{padding:1.5rem}}
@media print{nav{display:none}.frame{display:block}article{break-inside:avoid}}
)";

} // namespace loci::server
