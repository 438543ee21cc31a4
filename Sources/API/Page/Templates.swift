/// The pages' HTML. No script and nothing from elsewhere: one response is the whole page.
enum Templates {
  static let head = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="refresh" content="15">
    <title>{{title}} · finops</title>
    <style>
    :root { color-scheme: light dark;
      --ground: #f6f7f9; --card: #fff; --line: #e3e6eb; --ink: #1a1f29; --soft: #667085;
      --productive: #2f9e6e; --idle: #e0a021; --overhead: #7d8da6; --saved: #2563c9;
      --bad: #d6453d; --off: #c3cad5; }
    @media (prefers-color-scheme: dark) { :root {
      --ground: #12151b; --card: #1a1f28; --line: #2b323e; --ink: #e8ebf0; --soft: #94a0b3;
      --productive: #41b883; --idle: #ecb340; --overhead: #6d7c94; --saved: #6aa2f7;
      --bad: #f0716a; --off: #485364; } }
    * { box-sizing: border-box; margin: 0; }
    body { background: var(--ground); color: var(--ink); padding: 28px 20px 40px;
      font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    main, header, footer { max-width: 1120px; margin: 0 auto; }
    header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px;
      margin-bottom: 18px; }
    h1 { font-size: 21px; letter-spacing: -.01em; }
    h2 { font-size: 14px; margin-bottom: 10px; }
    h2 small, .soft, footer { color: var(--soft); font-weight: 400; }
    header .right { margin-left: auto; }
    .pill { border: 1px solid var(--line); border-radius: 99px; padding: 1px 10px;
      color: var(--soft); }
    .notice { background: var(--bad); color: #fff; border-radius: 10px; padding: 10px 16px;
      margin-bottom: 16px; }
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr));
      gap: 14px; margin-bottom: 14px; }
    section, .card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
      padding: 16px 18px; }
    section { margin-bottom: 14px; overflow-x: auto; }
    .card { border-top: 3px solid var(--tone); }
    .card b { display: block; font-size: 28px; letter-spacing: -.02em; line-height: 1.25;
      font-variant-numeric: tabular-nums; }
    .card span { color: var(--soft); }
    .spent { --tone: var(--ink); } .productive { --tone: var(--productive); }
    .idle { --tone: var(--idle); } .saved { --tone: var(--saved); }
    .overhead { --tone: var(--overhead); } .bad { --tone: var(--bad); }
    .off { --tone: var(--off); } .unknown { --tone: var(--soft); }
    svg { display: block; width: 100%; height: auto; }
    svg text { font-size: 10px; fill: var(--soft); }
    svg .grid { stroke: var(--line); }
    svg rect { fill: var(--tone); }
    svg g:hover rect { opacity: .75; }
    .key { float: right; color: var(--soft); font-weight: 400; }
    .key i, td i { display: inline-block; width: 9px; height: 9px; border-radius: 99px;
      background: var(--tone); margin: 0 5px 0 12px; }
    td i { margin: 0 7px 0 0; }
    table { border-collapse: collapse; width: 100%; }
    th { text-align: left; font-weight: 500; color: var(--soft); font-size: 12px; }
    th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    tr:last-child td { border-bottom: 0; }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    td.k { white-space: nowrap; } td.w { min-width: 230px; }
    td code { font: 12.5px ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; }
    .bar { display: flex; height: 9px; min-width: 120px; border-radius: 99px; overflow: hidden;
      background: var(--line); margin-top: 6px; }
    .bar span { background: var(--tone); }
    footer { font-size: 12px; } footer p { margin-top: 4px; } footer a { color: inherit; }
    @media print { body { background: none; padding: 0; } }
    </style>
    </head>
    <body>

    """#

  static let overview = #"""
    <header>
    <h1>{{title}}</h1>
    <span class="soft">GPU fleet · last 30 days · USD</span>
    {{#against}}<span class="pill">against {{.}}</span>{{/against}}
    <span class="soft right">judged {{takenAt}} UTC</span>
    </header>
    <main>
    {{#notice}}<p class="notice">{{.}}</p>{{/notice}}
    <div class="cards">
    {{#cards}}<div class="card {{tone}}"><span>{{label}}</span><b>{{value}}</b><span>{{detail}}</span></div>
    {{/cards}}
    </div>
    <section>
    <h2>Spend by day <span class="key"><i class="productive"></i>productive<i class="idle"></i>idle<i class="overhead"></i>overhead</span></h2>
    {{{chart}}}
    </section>
    <section>
    <h2>Pools</h2>
    <table>
    <tr><th>Pool</th><th class="n">Nodes</th><th>Where it went</th><th class="n">Spent</th><th class="n">Idle</th><th class="n">Idle %</th><th class="n">Saved</th><th class="n">Seen</th></tr>
    {{#pools}}
    <tr><td class="k">{{name}}</td><td class="n">{{nodes}}</td><td><div class="bar"><span class="productive" style="width:{{productiveWidth}}"></span><span class="idle" style="width:{{idleWidth}}"></span><span class="overhead" style="width:{{overheadWidth}}"></span></div></td><td class="n">{{spent}}</td><td class="n">{{idle}}</td><td class="n">{{idleShare}}</td><td class="n">{{saved}}</td><td class="n">{{coverage}}</td></tr>
    {{/pools}}
    {{^pools}}<tr><td colspan="8" class="soft">Nothing has been billed yet.</td></tr>{{/pools}}
    </table>
    </section>
    <section>
    <h2>Nodes now <small>what wants attention comes first</small></h2>
    <table>
    <tr><th>Node</th><th>Pool</th><th>Type</th><th>State</th><th>Why it is left alone, or not</th><th class="n">Idle for</th><th class="n">$/h</th><th class="n">Since (UTC)</th></tr>
    {{#nodes}}
    <tr><td class="k"><code>{{id}}</code></td><td class="k">{{pool}}</td><td class="k">{{type}}</td><td class="k {{tone}}"><i></i>{{state}}</td><td class="w">{{reason}}</td><td class="n">{{idle}}</td><td class="n">{{rate}}</td><td class="n">{{since}}</td></tr>
    {{/nodes}}
    {{^nodes}}<tr><td colspan="8" class="soft">No node has been seen yet.</td></tr>{{/nodes}}
    </table>
    {{#moreNodes}}<p class="soft">{{.}}: all of them with finops report --format json</p>{{/moreNodes}}
    </section>
    <section>
    <h2>Recent decisions</h2>
    <table>
    {{#hasDecisions}}<tr><th>When (UTC)</th><th>What</th><th>Pool</th><th>Outcome</th><th>Why</th></tr>{{/hasDecisions}}
    {{#decisions}}
    <tr><td class="k">{{at}}</td><td class="k">{{intent}} <code>{{subject}}</code></td><td class="k">{{pool}}</td><td class="k">{{outcome}}</td><td class="w">{{reason}}</td></tr>
    {{/decisions}}
    {{^hasDecisions}}<tr><td class="soft">Nothing has been decided yet.</td></tr>{{/hasDecisions}}
    </table>
    </section>
    </main>
    <footer>
    {{#notes}}<p>{{.}}</p>
    {{/notes}}
    <p>finops {{version}} · <a href="/v1/report">report as JSON</a> · <a href="/metrics">metrics</a> · <a href="/readyz?verbose">health</a></p>
    </footer>

    """#

  static let problem = #"""
    <header><h1>Nothing to show right now</h1></header>
    <main><section><p>{{message}}</p><p class="soft">This page tries again by itself.</p></section></main>
    <footer><p>finops {{version}} · <a href="/readyz?verbose">health</a></p></footer>

    """#

  static let foot = "</body>\n</html>\n"
}
