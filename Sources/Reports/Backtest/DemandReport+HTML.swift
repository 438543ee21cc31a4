import FleetModel
import Simulator

extension DemandReport {
  /// The report as one page: nothing is loaded from elsewhere and nothing in it runs.
  public func html() -> String {
    let name = Markup.text(source)
    let facts =
      "\((tick * ticks).brief) in ticks of \(tick.words) · \(Decimals.grouped(requests)) requests · "
      + "mean load \(Decimals.text(meanOffered, 1)), peak \(Decimals.text(peakOffered, 1)) replicas"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Backtest of \(name)</title>
      <style>
      \(DemandPage.style)
      </style>
      </head>
      <body>
      <header>
      <h1>Backtest of \(name)</h1>
      <p class="soft">\(Markup.text(facts))</p>
      </header>
      <main>
      \(charts)
      <section>
      <h2>What each rule would have cost</h2>
      \(resultTable)
      </section>
      \(copyTable)
      </main>
      <footer>
      \((notes + copyNotes).map { "<p>\(Markup.text($0))</p>" }.joined(separator: "\n"))
      </footer>
      </body>
      </html>

      """
  }

  private var charts: String {
    guard let first = results.first, !first.series.offered.isEmpty else {
      return "<section><p class=\"soft\">The trace has no ticks to draw.</p></section>"
    }
    let keys = results.enumerated().map { index, result in
      "<span class=\"\(DemandPage.tone(index))\"><i></i>\(Markup.text(result.policy))</span>"
    }
    return """
      <p class="key"><span class="demand"><i></i>demand</span>\(keys.joined())</p>
      <section>
      <h2>Replicas <small>paid for, ready or not; means over \(first.series.bucket.brief)</small></h2>
      \(DemandChart(results: results, figure: .replicas).svg)
      </section>
      <section>
      <h2>Cost so far</h2>
      \(DemandChart(results: results, figure: .spend).svg)
      </section>
      <section>
      <h2>Late requests <small>percent of those that arrived</small></h2>
      \(DemandChart(results: results, figure: .late).svg)
      </section>
      """
  }

  private var resultTable: String {
    let rows = results.enumerated().map { index, result in
      "<tr class=\"\(DemandPage.tone(index))\"><td class=\"k\"><i></i>"
        + "\(Markup.text(result.policy))</td>"
        + Markup.numbers([
          People.money(result.cost), result.ratio?.text ?? "-",
          Decimals.text(result.lateShare * 100, 3) + " %", People.hours(result.billed.microseconds),
          "\(result.peakReplicas)", Decimals.grouped(Double(result.starts)),
        ]) + "</tr>"
    }
    return Markup.table(
      ["Policy", "Cost", "× C*", "Late", "Replica-hours", "Peak", "Starts"], rows)
  }

  private var copyTable: String {
    guard let copies else { return "" }
    let rows = copies.card.lines.map { line in
      "<tr><td class=\"k\">\(Markup.text(line.policy))</td>"
        + Markup.numbers([
          Decimals.text(line.ratio.median, 3), Decimals.text(line.ratio.p90, 3),
          Decimals.text(line.late.median * 100, 3) + " %",
          Decimals.text(line.late.p90 * 100, 3) + " %",
          line.beatsOurs.map { Decimals.percent($0) + " %" } ?? "-",
        ]) + "</tr>"
    }
    let head = ["Policy", "× C* median", "p90", "Late median", "p90", "Beats ours"]
    return "<section><h2>On \(copies.card.copies) perturbed copies <small>seed \(copies.seed)"
      + "</small></h2>\n\(Markup.table(head, rows))</section>"
  }
}

/// Texts inside a page.
enum Markup {
  /// Fit for a text and for an attribute in double quotes.
  static func text(_ text: String) -> String {
    var escaped = ""
    for character in People.name(text).unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  static func numbers(_ cells: [String]) -> String {
    cells.map { "<td class=\"n\">\(text($0))</td>" }.joined()
  }

  /// The first column is a name, the others are numbers.
  static func table(_ head: [String], _ rows: [String]) -> String {
    let titles = head.enumerated().map { index, title in
      "<th\(index == 0 ? "" : " class=\"n\"") scope=\"col\">\(text(title))</th>"
    }
    return "<table>\n<thead><tr>\(titles.joined())</tr></thead>\n<tbody>\n"
      + rows.joined(separator: "\n") + "\n</tbody>\n</table>\n"
  }
}
