/// A backtest as one page: nothing is loaded from elsewhere and nothing in it runs.
struct BacktestPage {
  /// Plain texts; they are escaped here.
  var source: String
  var facts: String
  var notes: [String]
  /// Charts and tables, as markup.
  var main: String

  var html: String {
    let name = Markup.text(source)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Backtest of \(name)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <header>
      <h1>Backtest of \(name)</h1>
      <p class="soft">\(Markup.text(facts))</p>
      </header>
      <main>
      \(main)
      </main>
      <footer>
      \(notes.map { "<p>\(Markup.text($0))</p>" }.joined(separator: "\n"))
      </footer>
      </body>
      </html>

      """
  }

  /// What the colours of the lines mean; a ground, where there is one, goes first.
  static func key(_ names: [String], ground: String? = nil) -> String {
    let keys = names.enumerated().map { index, name in
      "<span class=\"\(tone(index))\"><i></i>\(Markup.text(name))</span>"
    }
    let first = ground.map { "<span class=\"demand\"><i></i>\(Markup.text($0))</span>" } ?? ""
    return "<p class=\"key\">\(first)\(keys.joined())</p>"
  }

  /// One chart under its title; `hint` is said more softly.
  static func section(_ title: String, _ hint: String = "", _ content: String) -> String {
    let small = hint.isEmpty ? "" : " <small>\(Markup.text(hint))</small>"
    return "<section>\n<h2>\(Markup.text(title))\(small)</h2>\n\(content)\n</section>"
  }

  /// The colour of the rule in this place; the first is the one asked for.
  static func tone(_ index: Int) -> String { "p\(index % 10)" }

  /// Colours that stay apart for the colour-blind (Okabe and Ito's set, on both grounds).
  static let style = """
    :root { color-scheme: light dark;
      --ground: #f6f7f9; --card: #fff; --line: #e3e6eb; --ink: #1a1f29; --soft: #5b6577;
      --demand: #c9d2e0; --p0: #0057d9; --p1: #7a7a7a; --p2: #d55e00; --p3: #00896a;
      --p4: #b04d8c; --p5: #a67c00; --p6: #111; --p7: #2b9bd3; --p8: #7b4a12; --p9: #6b5bd2; }
    @media (prefers-color-scheme: dark) { :root {
      --ground: #12151b; --card: #1a1f28; --line: #2b323e; --ink: #e8ebf0; --soft: #9aa6b8;
      --demand: #3a4659; --p0: #6aa2f7; --p1: #9a9a9a; --p2: #f08a4b; --p3: #35c3a0;
      --p4: #d98bbd; --p5: #e0bb4a; --p6: #f4f4f4; --p7: #7cc7ec;
      --p8: #c49a6c; --p9: #a99bf5; } }
    * { box-sizing: border-box; margin: 0; }
    body { background: var(--ground); color: var(--ink); padding: 28px 20px 40px;
      font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    main, header, footer { max-width: 1120px; margin: 0 auto; }
    header { margin-bottom: 18px; }
    h1 { font-size: 21px; letter-spacing: -.01em; overflow-wrap: anywhere; }
    h2 { font-size: 14px; margin-bottom: 10px; }
    h2 small, .soft, footer { color: var(--soft); font-weight: 400; }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
      padding: 16px 18px; margin-bottom: 14px; overflow-x: auto; }
    .demand { --tone: var(--demand); }
    .p0 { --tone: var(--p0); } .p1 { --tone: var(--p1); } .p2 { --tone: var(--p2); }
    .p3 { --tone: var(--p3); } .p4 { --tone: var(--p4); } .p5 { --tone: var(--p5); }
    .p6 { --tone: var(--p6); } .p7 { --tone: var(--p7); } .p8 { --tone: var(--p8); }
    .p9 { --tone: var(--p9); }
    .key { margin-bottom: 10px; color: var(--soft); }
    .key span { margin-right: 16px; white-space: nowrap; }
    i { display: inline-block; width: 10px; height: 10px; border-radius: 99px;
      background: var(--tone); margin-right: 6px; }
    svg { display: block; width: 100%; height: auto; min-width: 560px; }
    svg text { font-size: 11px; fill: var(--soft); }
    svg .grid { stroke: var(--line); }
    svg .area { fill: var(--demand); }
    svg .line { fill: none; stroke: var(--tone); stroke-width: 1.2; stroke-linejoin: round; }
    svg .p0.line { stroke-width: 2; }
    svg .dashed { stroke-dasharray: 5 3; }
    svg .hover { fill: transparent; }
    svg .hover:hover { fill: var(--soft); fill-opacity: .25; }
    table { border-collapse: collapse; width: 100%; }
    th { text-align: left; font-weight: 500; color: var(--soft); font-size: 12px; }
    th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); }
    tbody tr:last-child td { border-bottom: 0; }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    td.k { white-space: nowrap; }
    footer { font-size: 12px; } footer p { margin-top: 4px; }
    @media print { body { background: none; padding: 0; } }
    """
}
